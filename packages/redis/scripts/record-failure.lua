-- Counts a failed login against its source, in the source's slot.
--
-- KEYS  1 source-failures  2 source-subjects
-- ARGV  1 operation id  2 deadline  3 dev time or ''  4 when it happened in ms, '' = now
--       5 hash of the subject  6 how many are kept
-- Gives { 'ok', operation id, distinct subjects of a day } or { 'late', operation id }
-- Guarantees: an operation counts once.
-- @include clock
-- @include windows

local at = math.min(now, tonumber(ARGV[4]) or now)
local cap = tonumber(ARGV[6])
if add_within(KEYS[1], at, op, day_ms, cap) then
  note_latest(KEYS[2], at, ARGV[5], day_ms, cap)
end
return { 'ok', op, count_within(KEYS[2], day_ms) }
