-- Reads all that is known of a subject and counts the attempt, in the subject's slot.
--
-- KEYS  1 profile  2 failures  3 push  4 guard  5 failing-sources  6.. one per limit of the subject,
--       then one per limit for when the device at hand is a known one  last: attempt, when the caller
--       named one
-- ARGV  1 operation id  2 deadline  3 dev time or ''
--       4 decision id to give out  5 hash of the body, '' when no attempt is named  6 its TTL in ms
--       7 window of failures in ms  8 letters that the ladder counts  9 window of the ladder in ms
--       10 its top rung or 0  11 lifetime of a prompt and 12 window of a tired approval in ms
--       13 window of failing sources in ms
--       14 number of limits, then max and window of each
--       then the profile's fields of the device and of the traits at hand ('' = none)
-- Gives { 'ok' | 'again' , operation id, now, decision id, profile, failures, push, guard, limits,
--       failing sources }
--       profile: n, last, kl, k, h, p, p2, p3 and the fields named; texts as the includes describe them
--       { 'conflict', operation id } when the attempt was made with another body
--       { 'late', operation id } past the deadline
-- Guarantees: in a window, exactly max attempts pass a limit from strangers' devices together, and as
-- many from each known device: strangers cannot use up what its owner has (OWASP, device cookies).
-- An attempt id counts once and always gets the decision id it got first. Nothing is
-- learnt here: an attempt proves nothing.
-- @include clock
-- @include windows
-- @include limits
-- @include prompts

local decision_id, body_hash, limits = ARGV[4], ARGV[5], tonumber(ARGV[14])
local status = 'ok'
if body_hash ~= '' then
  local attempt = KEYS[6 + 2 * limits]
  local claim = body_hash .. ':' .. decision_id
  if not redis.call('SET', attempt, claim, 'NX', 'PX', ARGV[6]) then
    local body, first_id = string.match(redis.call('GET', attempt), '^(.*):([^:]*)$')
    if body ~= body_hash then
      return { 'conflict', op }
    end
    status, decision_id = 'again', first_id
  end
end

local fields = 15 + 2 * limits
local profile = redis.call(
  'HMGET', KEYS[1], 'n', 'last', 'kl', 'k', 'h', 'p', 'p2', 'p3', unpack(ARGV, fields)
)
-- The device is the first of the fields named.
local device_known = ARGV[fields] ~= '' and profile[9]
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
  count_limits(device_known and 6 + limits or 6, 15, limits),
  count_windows(KEYS[5], tonumber(ARGV[13])),
}
