-- Notes that a subject was seen somewhere that it may have in common with others: it failed in a block
-- or a network, or proved a login from a source. In the slot of that place.
--
-- KEYS  1 network-subjects or source-proven
-- ARGV  1 operation id  2 deadline  3 dev time or ''  4 when it happened in ms, '' = now
--       5 hash of the subject  6 how long it is kept in ms  7 how many are kept
-- Gives { 'ok', operation id } or { 'late', operation id }
-- Guarantees: a subject is there once, at its latest time, however often it is told.
-- @include clock
-- @include windows

local at = math.min(now, tonumber(ARGV[4]) or now)
note_latest(KEYS[1], at, ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7]))
return { 'ok', op }
