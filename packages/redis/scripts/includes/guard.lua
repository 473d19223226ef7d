-- What holds a subject back, one hash: v version; lr ls lu lx lock (reason, since, until, except a
-- known device); b breach reported at; lad ladder reset at; ok last login that taught nothing; rk when
-- the account was last at risk: under attack, or signed in to at high risk.

local function keep_guard(key, ttl_ms)
  if redis.call('PTTL', key) < ttl_ms then
    redis.call('PEXPIRE', key, int(ttl_ms))
  end
end

-- Whoever read the guard before must read it again before settling anything.
local function bump_guard(key)
  redis.call('HINCRBY', key, 'v', 1)
  keep_guard(key, day_ms)
end

local function raise_to(key, field, at)
  if at > tonumber(redis.call('HGET', key, field) or 0) then
    redis.call('HSET', key, field, int(at))
  end
end

-- A live lock is never shortened and never made milder by a later one.
local function set_lock(key, reason, hold_ms, except)
  local held = redis.call('HMGET', key, 'lr', 'ls', 'lu', 'lx')
  local since, ends = now, now + hold_ms
  local held_until = tonumber(held[3] or 0)
  if held_until > now then
    since = tonumber(held[2])
    except = except and held[4] == '1'
    if held_until >= ends then
      reason, ends = held[1], held_until
    end
  end
  redis.call(
    'HSET', key, 'lr', reason, 'ls', int(since), 'lu', int(ends), 'lx', except and '1' or '0'
  )
  keep_guard(key, ends - now)
end
