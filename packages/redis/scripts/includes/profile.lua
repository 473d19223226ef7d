-- What proven logins teach, one hash that stays a listpack (values of 64 bytes at most): n logins;
-- last; kl last from a device that was known before the attack at hand, which ends it; k counts of
-- fields by kind; h logins by hour of day (UTC), two base-36 digits each; p, p2, p3 places, latest
-- first, "latitude,longitude,radius,time,source"; d:<device> "first,last,trusted,logins,fingerprint"
-- in ms; and the traits of the likelihood model, "first,hours to the last,logins" in base 36, first in
-- hours: i:<address>
-- a:<network> c:<country> u:<user agent> b:<browser> o:<system> t:<device type> l:<round trip time>.
local kinds = { 'd', 'c', 'a', 'i', 'u', 'b', 'o', 't', 'l' }
local profile_caps = { d = 16, c = 16, a = 32, i = 32, u = 16, b = 16, o = 8, t = 5, l = 16 }
local place_fields = { 'p', 'p2', 'p3' }
local digits = '0123456789abcdefghijklmnopqrstuvwxyz'

local function base36(number)
  local text = ''
  repeat
    local rest = number % 36
    text = string.sub(digits, rest + 1, rest + 1) .. text
    number = (number - rest) / 36
  until number == 0
  return text
end

local function from36(text)
  return tonumber(text, 36)
end

local hour_of_ms = 3600000

local function hour_since_epoch(at)
  return math.floor(at / hour_of_ms)
end

-- first, last and logins of a field, times in ms.
local function sightings(kind, value)
  if kind == 'd' then
    local first, last, _, logins = string.match(value, '^(%d+),(%d+),(%d),(%w+)')
    return tonumber(first), tonumber(last), from36(logins)
  end
  local first, hours, logins = string.match(value, '^(%w+),(%w+),(%w+)$')
  local first_ms = from36(first) * hour_of_ms
  return first_ms, first_ms + from36(hours) * hour_of_ms, from36(logins)
end

local function forget_least_recent(key, kind)
  local all = redis.call('HGETALL', key)
  local oldest, oldest_at = nil, math.huge
  for n = 1, #all, 2 do
    if string.sub(all[n], 1, 2) == kind .. ':' then
      local _, last = sightings(kind, all[n + 1])
      if last < oldest_at then
        oldest, oldest_at = all[n], last
      end
    end
  end
  redis.call('HDEL', key, oldest)
end

-- Counts are kept beside, so that a decision need not read everything.
local function read_counts(text)
  local counts, n = {}, 0
  for count in string.gmatch(text or '', '%d+') do
    n = n + 1
    counts[kinds[n]] = tonumber(count)
  end
  return counts
end

local function counts_text(counts)
  local text = {}
  for n, kind in ipairs(kinds) do
    text[n] = int(counts[kind] or 0)
  end
  return table.concat(text, ',')
end

-- Makes room for one more.
local function make_room(key, kind, counts)
  local count = counts[kind] or 0
  if count >= profile_caps[kind] then
    forget_least_recent(key, kind)
  else
    counts[kind] = count + 1
  end
end

-- When the device was first seen; nil when it is new.
local function first_seen(key, device)
  local known = redis.call('HGET', key, 'd:' .. device)
  return known and tonumber(string.match(known, '^(%d+)'))
end

local function remember_device(key, lesson, at, counts)
  local field, trusted = 'd:' .. lesson.device, lesson.trusted
  local known = redis.call('HGET', key, field)
  local first, last, logins, fingerprint = at, at, 0, lesson.fingerprint
  if known then
    local known_first, known_last, known_logins = sightings('d', known)
    first, last, logins = math.min(at, known_first), math.max(at, known_last), known_logins
    trusted = trusted or string.match(known, '^%d+,%d+,(%d)') == '1'
    if at < known_last or not fingerprint then fingerprint = string.match(known, '([^,]*)$') end
  else
    make_room(key, 'd', counts)
  end
  local text = { int(first), int(last), trusted and '1' or '0', base36(logins + 1), fingerprint or '' }
  redis.call('HSET', key, field, table.concat(text, ','))
end

local function remember_traits(key, traits, at, counts)
  for field in string.gmatch(traits, '[^,]+') do
    local kind, hour = string.sub(field, 1, 1), hour_since_epoch(at)
    local known = redis.call('HGET', key, field)
    local first, last, logins = hour, hour, 0
    if known then
      local known_first, known_last, known_logins = sightings(kind, known)
      first = math.min(hour, hour_since_epoch(known_first))
      last = math.max(hour, hour_since_epoch(known_last))
      logins = known_logins
    else
      make_room(key, kind, counts)
    end
    local text = { base36(first), base36(last - first), base36(logins + 1) }
    redis.call('HSET', key, field, table.concat(text, ','))
  end
end

local function parse_place(text)
  local point, at, source = string.match(text, '^([^,]*,[^,]*),[^,]*,(%d+),(.*)$')
  return { text = text, point = point, at = tonumber(at), source = source }
end

-- One place a source and a point: whoever stays at home has one, whoever commutes two.
local function remember_place(key, known, place)
  local places = { place }
  for _, text in ipairs(known) do
    local other = text and parse_place(text)
    if other then
      local same = other.point == place.point or (place.source ~= '' and other.source == place.source)
      if not same then
        places[#places + 1] = other
      elseif other.at > place.at then
        places[1] = other
      end
    end
  end
  -- table.sort is not stable: of two places at one instant, the one learnt last comes first.
  for n, each in ipairs(places) do
    each.rank = n
  end
  table.sort(places, function(one, other)
    if one.at == other.at then
      return one.rank < other.rank
    end
    return one.at > other.at
  end)
  for n, field in ipairs(place_fields) do
    if places[n] then
      redis.call('HSET', key, field, places[n].text)
    else
      redis.call('HDEL', key, field)
    end
  end
end

-- A count that would need a third digit halves them all: habits fade, and the text keeps its length.
local function count_hour(hours, at)
  local hour, counts = math.floor(at / 3600000) % 24, {}
  for n = 0, 23 do
    counts[n] = from36(string.sub(hours, 2 * n + 1, 2 * n + 2))
  end
  counts[hour] = counts[hour] + 1
  local full, text = counts[hour] > 1295, {}
  for n = 0, 23 do
    local digits_of = base36(full and math.floor(counts[n] / 2) or counts[n])
    text[n + 1] = #digits_of == 1 and '0' .. digits_of or digits_of
  end
  return table.concat(text)
end

-- Learns a proven login at its own time. ends_attack: it came from a device that the attack at hand
-- cannot have brought in. Answers whether it is the first.
local function learn_login(key, lesson, at, ends_attack)
  local known = redis.call('HMGET', key, 'last', 'kl', 'k', 'h', unpack(place_fields))
  local counts = read_counts(known[3])
  if lesson.device then remember_device(key, lesson, at, counts) end
  if ends_attack then
    redis.call('HSET', key, 'kl', int(math.max(at, tonumber(known[2] or 0))))
  end
  remember_traits(key, lesson.traits, at, counts)
  if lesson.place then
    local text = lesson.place .. ',' .. int(at) .. ',' .. (lesson.source or '')
    remember_place(key, { known[5], known[6], known[7] }, parse_place(text))
  end
  redis.call(
    'HSET', key,
    'last', int(math.max(at, tonumber(known[1] or 0))),
    'k', counts_text(counts),
    'h', count_hour(known[4] or string.rep('00', 24), at)
  )
  return redis.call('HINCRBY', key, 'n', 1) == 1
end
