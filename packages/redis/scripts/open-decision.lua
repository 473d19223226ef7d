-- Reads a decision and what has happened to its subject since, for the judgement of a completion.
--
-- KEYS  1 decision
-- ARGV  1 operation id  2 deadline  3 dev time or ''
--       4 letters that the ladder counts  5 window of the ladder in ms  6 its top rung or 0
--       7 lifetime of a prompt and 8 window of a tired approval in ms
--       9 10 11 prefixes of the push, guard and profile keys. Whose keys they are stands in the record
--       only; prefix and decision carry one hash tag, so what is built here is in this slot.
-- Gives { 'ok', operation id, head and record, now, push, guard }, { 'missing', operation id } or
--       { 'late', operation id }; guard: lr, ls, lu, lx, v
-- @include clock
-- @include windows
-- @include prompts

local stored = redis.call('GET', KEYS[1])
if not stored then
  return { 'missing', op }
end
local subject = string.sub(stored, 16, 37)
local guard = redis.call('HMGET', ARGV[10] .. subject, 'lr', 'ls', 'lu', 'lx', 'v', 'lad', 'ok')
local profile = redis.call('HMGET', ARGV[11] .. subject, 'kl', 'last')
local counting = {
  counted = ARGV[4], window_ms = tonumber(ARGV[5]), top = tonumber(ARGV[6]),
  lifetime_ms = tonumber(ARGV[7]), tired_ms = tonumber(ARGV[8]),
}
local reset_at = math.max(tonumber(guard[6] or 0), tonumber(profile[1] or 0))
local success_at = math.max(tonumber(guard[7] or 0), tonumber(profile[2] or 0))
local prompts = summarise_prompts(ARGV[9] .. subject, counting, reset_at, success_at)
return { 'ok', op, stored, now, prompts_text(prompts), guard }
