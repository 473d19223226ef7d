-- Counts a failed login against its source, in the source's slot.
--
-- KEYS  1 source-failures  2 source-subjects
-- ARGV  1 operation id  2 deadline  3 dev time or ''  4 when it happened in ms, '' = now
--       5 hash of the subject  6 how many are kept
-- Gives { 'ok', operation id } or { 'late', operation id }
-- Guarantees: an operation counts once.
-- @include clock
-- @include windows

local at = math.min(now, tonumber(ARGV[4]) or now)
local cap = tonumber(ARGV[6])
if add_within(KEYS[1], at, op, day_ms, cap) then
  redis.call('ZADD', KEYS[2], 'GT', int(at), ARGV[5])
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', int(now - day_ms))
  if redis.call('ZCARD', KEYS[2]) > cap then
    redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -(cap + 1))
  end
  redis.call('PEXPIRE', KEYS[2], int(day_ms))
end
return { 'ok', op }
