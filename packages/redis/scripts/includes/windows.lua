local minute_ms, hour_ms, day_ms = 60000, 3600000, 86400000

-- Members of the last window_ms, (now - window, now]. By score, never by what has expired: in dev
-- mode time is moved. Scores after now count, so that a clock that steps back lets nothing through.
local function count_within(key, window_ms)
  return redis.call('ZCOUNT', key, '(' .. int(now - window_ms), '+inf')
end

-- tuned, 10 min, 1 h and 24 h as one text; '' when nothing happened for a day, which is the rule.
local function count_windows(key, tuned_ms)
  local day = count_within(key, day_ms)
  if day == 0 then
    return ''
  end
  local ten = count_within(key, 10 * minute_ms)
  local tuned = tuned_ms == 10 * minute_ms and ten or count_within(key, tuned_ms)
  return tuned .. ',' .. ten .. ',' .. count_within(key, hour_ms) .. ',' .. day
end

-- Keeps a set within its age and size: the oldest leave.
local function keep_within(key, window_ms, cap)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', int(now - window_ms))
  if redis.call('ZCARD', key) > cap then
    redis.call('ZREMRANGEBYRANK', key, 0, -(cap + 1))
  end
  redis.call('PEXPIRE', key, int(window_ms))
end

-- Notes when a member was last seen: distinct members are exact up to the cap, the latest beyond it.
local function note_latest(key, score, member, window_ms, cap)
  redis.call('ZADD', key, 'GT', int(score), member)
  keep_within(key, window_ms, cap)
end

-- Adds a member once and keeps the set within its age and size. False when it was there before.
local function add_within(key, score, member, window_ms, cap)
  if redis.call('ZADD', key, 'NX', int(score), member) == 0 then
    return false
  end
  keep_within(key, window_ms, cap)
  return true
end
