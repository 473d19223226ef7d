-- Check and count of several limits in one step: either the attempt is admitted by all and added to
-- all, or refused and added to none, so that exactly `max` are admitted in any window. An operation
-- that was admitted before stays admitted and is not counted again.
-- Limit i has KEYS[first_key + i - 1] and the arguments max, window_ms at first_arg + 2 * (i - 1).
-- Answers count, exceeded (0 or 1), count, exceeded ...
local function count_limits(first_key, first_arg, limits)
  local counts, exceeded, admitted = {}, {}, true
  for i = 1, limits do
    local key, arg = KEYS[first_key + i - 1], first_arg + 2 * (i - 1)
    local count = redis.call('ZCARD', key)
    if count > 0 then
      local window_ms = tonumber(ARGV[arg + 1])
      count = count - redis.call('ZREMRANGEBYSCORE', key, '-inf', int(now - window_ms))
    end
    counts[i] = count
    exceeded[i] = count >= tonumber(ARGV[arg]) and not redis.call('ZSCORE', key, op)
    admitted = admitted and not exceeded[i]
  end
  local answer = {}
  for i = 1, limits do
    local key = KEYS[first_key + i - 1]
    if admitted and redis.call('ZADD', key, 'NX', int(now), op) == 1 then
      redis.call('PEXPIRE', key, ARGV[first_arg + 2 * (i - 1) + 1])
      counts[i] = counts[i] + 1
    end
    answer[2 * i - 1] = counts[i]
    answer[2 * i] = exceeded[i] and 1 or 0
  end
  return answer
end
