-- What proven logins teach, one hash that stays a listpack (values of 64 bytes at most): n logins;
-- last; kl last from a device that was known before the attack at hand, which ends it; k counts of devices, countries and networks; h
-- logins by hour of day (UTC), two base-36 digits each; p last place, "latitude,longitude,radius,
-- time,source"; d:<device> "first,last,trusted"; c:<country> and a:<network> last seen.
local profile_caps = { d = 16, c = 16, a = 32 }
local count_columns = { d = 1, c = 2, a = 3 }
local digits = '0123456789abcdefghijklmnopqrstuvwxyz'

local function last_seen(kind, value)
  return tonumber(kind == 'd' and string.match(value, '^%d+,(%d+)') or value)
end

local function forget_least_recent(key, kind)
  local all = redis.call('HGETALL', key)
  local oldest, oldest_at = nil, math.huge
  for n = 1, #all, 2 do
    if string.sub(all[n], 1, 2) == kind .. ':' and last_seen(kind, all[n + 1]) < oldest_at then
      oldest, oldest_at = all[n], last_seen(kind, all[n + 1])
    end
  end
  redis.call('HDEL', key, oldest)
end

-- Makes room for one more; counts are kept beside so that a decision need not read everything.
local function make_room(key, kind, counts)
  local column = count_columns[kind]
  if counts[column] >= profile_caps[kind] then
    forget_least_recent(key, kind)
  else
    counts[column] = counts[column] + 1
  end
end

local function remember(key, kind, id, at, counts)
  local field = kind .. ':' .. id
  local known = redis.call('HGET', key, field)
  if not known then
    make_room(key, kind, counts)
  end
  redis.call('HSET', key, field, int(math.max(at, tonumber(known or 0))))
end

-- When the device was first seen; nil when it is new.
local function first_seen(key, device)
  local known = redis.call('HGET', key, 'd:' .. device)
  return known and tonumber(string.match(known, '^(%d+)'))
end

local function remember_device(key, id, at, trusted, counts)
  local field = 'd:' .. id
  local known = redis.call('HGET', key, field)
  local first, last = at, at
  if known then
    local known_first, known_last, known_trusted = string.match(known, '^(%d+),(%d+),(%d)$')
    first, last = math.min(at, tonumber(known_first)), math.max(at, tonumber(known_last))
    trusted = trusted or known_trusted == '1'
  else
    make_room(key, 'd', counts)
  end
  redis.call('HSET', key, field, int(first) .. ',' .. int(last) .. ',' .. (trusted and '1' or '0'))
end

local function base36(number)
  local high = math.floor(number / 36)
  local low = number - 36 * high
  return string.sub(digits, high + 1, high + 1) .. string.sub(digits, low + 1, low + 1)
end

-- A count that would need a third digit halves them all: habits fade, and the text keeps its length.
local function count_hour(hours, at)
  local hour, counts = math.floor(at / 3600000) % 24, {}
  for n = 0, 23 do
    counts[n] = tonumber(string.sub(hours, 2 * n + 1, 2 * n + 2), 36)
  end
  counts[hour] = counts[hour] + 1
  local full, text = counts[hour] > 1295, {}
  for n = 0, 23 do
    text[n + 1] = base36(full and math.floor(counts[n] / 2) or counts[n])
  end
  return table.concat(text)
end

-- Learns a proven login at its own time. ends_attack: it came from a device that the attack at hand
-- cannot have brought in.
local function learn_login(key, lesson, at, ends_attack)
  local known = redis.call('HMGET', key, 'last', 'kl', 'k', 'h', 'p')
  local d, c, a = string.match(known[3] or '0,0,0', '^(%d+),(%d+),(%d+)$')
  local counts = { tonumber(d), tonumber(c), tonumber(a) }
  if lesson.device then remember_device(key, lesson.device, at, lesson.trusted, counts) end
  if ends_attack then
    redis.call('HSET', key, 'kl', int(math.max(at, tonumber(known[2] or 0))))
  end
  if lesson.country then remember(key, 'c', lesson.country, at, counts) end
  if lesson.asn then remember(key, 'a', lesson.asn, at, counts) end
  local placed_at = tonumber(string.match(known[5] or '', '^[^,]*,[^,]*,[^,]*,(%d+),') or 0)
  if lesson.place and at >= placed_at then
    redis.call('HSET', key, 'p', lesson.place .. ',' .. int(at) .. ',' .. (lesson.source or ''))
  end
  redis.call('HINCRBY', key, 'n', 1)
  redis.call(
    'HSET', key,
    'last', int(math.max(at, tonumber(known[1] or 0))),
    'k', table.concat(counts, ','),
    'h', count_hour(known[4] or string.rep('00', 24), at)
  )
end
