-- Reads all that is known of a subject and counts the attempt, in the subject's slot.
--
-- KEYS  1 profile  2 failures  3 push  4 guard  5.. one per limit of the subject  last: attempt, when
--       the caller named one
-- ARGV  1 operation id  2 deadline  3 dev time or ''
--       4 decision id to give out  5 hash of the body, '' when no attempt is named  6 its TTL in ms
--       7 window of failures in ms  8 letters that the ladder counts  9 window of the ladder in ms
--       10 its top rung or 0  11 lifetime of a prompt and 12 window of a tired approval in ms
--       13 number of limits, then max and window of each
--       then the profile's fields of the device, the country and the network at hand ('' = none)
-- Gives { 'ok' | 'again' , operation id, now, decision id, profile, failures, push, guard, limits }
--       profile: n, last, kl, k, h, p and the three fields named; texts as the includes describe them
--       { 'conflict', operation id } when the attempt was made with another body
--       { 'late', operation id } past the deadline
-- Guarantees: an attempt id counts once and always gets the decision id it got first. Nothing is
-- learnt here: an attempt proves nothing.
-- @include clock
-- @include windows
-- @include limits
-- @include prompts

local decision_id, body_hash, limits = ARGV[4], ARGV[5], tonumber(ARGV[13])
local status = 'ok'
if body_hash ~= '' then
  local attempt = KEYS[5 + limits]
  local claim = body_hash .. ':' .. decision_id
  if not redis.call('SET', attempt, claim, 'NX', 'PX', ARGV[6]) then
    local body, first_id = string.match(redis.call('GET', attempt), '^(.*):([^:]*)$')
    if body ~= body_hash then
      return { 'conflict', op }
    end
    status, decision_id = 'again', first_id
  end
end

local fields = 14 + 2 * limits
local profile = redis.call(
  'HMGET', KEYS[1], 'n', 'last', 'kl', 'k', 'h', 'p', ARGV[fields], ARGV[fields + 1], ARGV[fields + 2]
)
local guard = redis.call('HMGET', KEYS[4], 'lr', 'ls', 'lu', 'lx', 'b', 'lad', 'ok', 'rk')
local counting = {
  counted = ARGV[8], window_ms = tonumber(ARGV[9]), top = tonumber(ARGV[10]),
  lifetime_ms = tonumber(ARGV[11]), tired_ms = tonumber(ARGV[12]),
}
local reset_at = math.max(tonumber(guard[6] or 0), tonumber(profile[3] or 0))
local success_at = math.max(tonumber(guard[7] or 0), tonumber(profile[2] or 0))
local prompts = summarise_prompts(KEYS[3], counting, reset_at, success_at)

return {
  status, op, now, decision_id, profile,
  count_windows(KEYS[2], tonumber(ARGV[7])),
  prompts_text(prompts), guard,
  count_limits(5, 14, limits),
}
