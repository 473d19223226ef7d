-- Settles the completion of a decision: uses it up at most once, whatever the parallelism.
--
-- KEYS  1 decision
-- ARGV  1 operation id  2 deadline  3 dev time or ''
--       4 version of the guard that the judgement rests on  5 outcome  6 record, without its head
--       7 8 prefixes of the guard and failures keys (see open-decision)  9 how many failed completions
--       use the decision up  10 how many failures are kept
--       11 how long the account is at risk in ms, when the login goes on at high risk, else 0
-- Gives { settlement, operation id }: consumed, kept_open, already_consumed, expired, missing, stale
--       or late
-- Guarantees: no settlement rests on a guard that has changed since; the lock is part of the guard.
-- A failed completion counts as a failure of the subject; the last one that is allowed answers
-- already_consumed and leaves the decision used up.
-- @include clock
-- @include windows
-- @include guard

-- Head of a record: o (open) or c (consumed), failed completions (1 digit), expiry (13), subject (22).
local head = redis.call('GETRANGE', KEYS[1], 0, 36)
if head == '' then
  return { 'missing', op }
end
if string.sub(head, 1, 1) ~= 'o' then
  return { 'already_consumed', op }
end
if now >= tonumber(string.sub(head, 3, 15)) then
  return { 'expired', op }
end
local subject = string.sub(head, 16, 37)
local version = redis.call('HGET', ARGV[7] .. subject, 'v') or '0'
if version ~= ARGV[4] then
  return { 'stale', op }
end

local state, failed, settlement = 'c', tonumber(string.sub(head, 2, 2)), 'consumed'
if ARGV[5] == 'step_up' then
  failed = failed + 1
  add_within(ARGV[8] .. subject, now, op, day_ms, tonumber(ARGV[10]))
  if failed < tonumber(ARGV[9]) then
    state, settlement = 'o', 'kept_open'
  else
    settlement = 'already_consumed'
  end
end
if ARGV[11] ~= '0' then
  raise_to(ARGV[7] .. subject, 'rk', now)
  keep_guard(ARGV[7] .. subject, math.max(day_ms, tonumber(ARGV[11])))
end
redis.call('SET', KEYS[1], state .. failed .. string.sub(head, 3) .. ARGV[6], 'KEEPTTL')
return { settlement, op }
