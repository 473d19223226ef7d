-- Takes back what a profile learnt from a time on, when that turns out to have been a thief. What was
-- first seen then is forgotten. What the owner had used before stays, with the counts that it has:
-- there the thief looked like the owner. Hours of the day cannot be told apart and stay.
local function forget_since(key, since)
  local all, counts, taken = redis.call('HGETALL', key), {}, {}
  for n = 1, #all, 2 do
    local kind = string.match(all[n], '^(%l):')
    if kind and profile_caps[kind] then
      local first, _, logins = sightings(kind, all[n + 1])
      -- Traits know the hour only; within it, forgetting too much is the safe side.
      if first >= (kind == 'd' and since or hour_since_epoch(since) * hour_of_ms) then
        redis.call('HDEL', key, all[n])
        taken[kind] = (taken[kind] or 0) + logins
      else
        counts[kind] = (counts[kind] or 0) + 1
      end
    end
  end
  for _, field in ipairs(place_fields) do
    local text = redis.call('HGET', key, field)
    if text and parse_place(text).at >= since then redis.call('HDEL', key, field) end
  end
  local logins = 0
  for _, count in pairs(taken) do
    logins = math.max(logins, count)
  end
  local known = redis.call('HMGET', key, 'n', 'last', 'kl')
  if not known[1] then
    return
  end
  if tonumber(known[3] or 0) >= since then redis.call('HDEL', key, 'kl') end
  redis.call(
    'HSET', key,
    'n', int(math.max(0, tonumber(known[1]) - logins)),
    'last', int(math.min(since, tonumber(known[2]))),
    'k', counts_text(counts)
  )
end
