-- How common traits are among the proven logins of a tenant, one hash in each shard, so that none is
-- hot: N logins, U subjects, K logins from a device known by then, h:<hour of day>, and the traits by
-- the names that profiles have for them.
-- A hash that outgrows its cap halves all its counts and drops what was seen once: memory is bounded,
-- frequent values stay, and old habits fade. Never read by a decision; engines add the shards up.
local population_cap = 1024

local function halve(key)
  local all = redis.call('HGETALL', key)
  redis.call('DEL', key)
  for n = 1, #all, 2 do
    local half = math.floor(tonumber(all[n + 1]) / 2)
    if half > 0 then
      redis.call('HSET', key, all[n], int(half))
    end
  end
end

local function count_population(key, traits, at, login)
  redis.call('HINCRBY', key, 'N', 1)
  if login.returns then redis.call('HINCRBY', key, 'K', 1) end
  if login.is_first then redis.call('HINCRBY', key, 'U', 1) end
  redis.call('HINCRBY', key, 'h:' .. int(math.floor(at / 3600000) % 24), 1)
  for field in string.gmatch(traits, '[^,]+') do
    redis.call('HINCRBY', key, field, 1)
  end
  while redis.call('HLEN', key) > population_cap do
    halve(key)
  end
  redis.call('PEXPIRE', key, int(180 * day_ms))
end
