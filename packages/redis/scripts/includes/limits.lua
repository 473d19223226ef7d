-- Check and count of several limits in one step: either the attempt is admitted by all and added to
-- all, or refused and added to none, so that exactly `max` are admitted in any window. An operation
-- that was admitted before stays admitted and is not counted again.
-- Limit i has KEYS[first_key + i - 1] and the arguments max, window_ms at first_arg + 2 * (i - 1).
-- Answers count, exceeded (0 or 1), count, exceeded ...
local function count_limits(first_key, first_arg, limits)
  local counts, exceeded, known, admitted = {}, {}, {}, true
  for i = 1, limits do
    local key = KEYS[first_key + i - 1]
    local max = tonumber(ARGV[first_arg + 2 * (i - 1)])
    local window_ms = tonumber(ARGV[first_arg + 2 * (i - 1) + 1])
    redis.call('ZREMRANGEBYSCORE', key, '-inf', int(now - window_ms))
    counts[i] = redis.call('ZCARD', key)
    known[i] = counts[i] > 0 and redis.call('ZSCORE', key, op) ~= false
    exceeded[i] = counts[i] >= max and not known[i]
    admitted = admitted and not exceeded[i]
  end
  local answer = {}
  for i = 1, limits do
    if admitted and not known[i] then
      local key = KEYS[first_key + i - 1]
      redis.call('ZADD', key, int(now), op)
      redis.call('PEXPIRE', key, ARGV[first_arg + 2 * (i - 1) + 1])
      counts[i] = counts[i] + 1
    end
    answer[2 * i - 1] = counts[i]
    answer[2 * i] = exceeded[i] and 1 or 0
  end
  return answer
end
