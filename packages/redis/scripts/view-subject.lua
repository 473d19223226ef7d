-- Reads what is known of a subject.
--
-- KEYS  1 profile  2 failures  3 push  4 guard  5 episode
-- ARGV  1 operation id  2 deadline  3 dev time or ''
--       4 letters that the ladder counts  5 window of the ladder in ms  6 its top rung or 0
--       7 lifetime of a prompt and 8 window of a tired approval in ms
-- Gives { 'ok', operation id, now, profile and guard (fields and values), failures of a day, push,
--       episode: id, kd, sv, op, lt, ct } or { 'late', operation id }
-- @include clock
-- @include windows
-- @include prompts

local counting = {
  counted = ARGV[4], window_ms = tonumber(ARGV[5]), top = tonumber(ARGV[6]),
  lifetime_ms = tonumber(ARGV[7]), tired_ms = tonumber(ARGV[8]),
}
local marks = redis.call('HMGET', KEYS[4], 'lad', 'ok')
local taught = redis.call('HMGET', KEYS[1], 'kl', 'last')
local reset_at = math.max(tonumber(marks[1] or 0), tonumber(taught[1] or 0))
local success_at = math.max(tonumber(marks[2] or 0), tonumber(taught[2] or 0))
return {
  'ok', op, now,
  redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[4]), count_within(KEYS[2], day_ms),
  prompts_text(summarise_prompts(KEYS[3], counting, reset_at, success_at)),
  redis.call('HMGET', KEYS[5], 'id', 'kd', 'sv', 'op', 'lt', 'ct'),
}
