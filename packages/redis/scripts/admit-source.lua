-- Reads the failures of a source and counts the attempt against the limits of the source, in the
-- source's slot.
--
-- KEYS  1 source-failures  2 source-subjects  3 source-proven  4.. one per limit of the source
-- ARGV  1 operation id  2 deadline  3 dev time or ''
--       4 window of failures in ms  5 window of distinct subjects in ms  6 how long a proven login
--       counts in ms
--       7 number of limits, then max and window of each
-- Gives { 'ok', operation id, failures, subjects, limits, subjects with a proven login } or
--       { 'late', operation id }
-- @include clock
-- @include windows
-- @include limits

return {
  'ok', op,
  count_windows(KEYS[1], tonumber(ARGV[4])),
  count_windows(KEYS[2], tonumber(ARGV[5])),
  count_limits(4, 8, tonumber(ARGV[7])),
  count_within(KEYS[3], tonumber(ARGV[6])),
}
