-- Counts the attempt against the limits of the tenant, in the tenant's slot.
--
-- KEYS  1.. one per limit
-- ARGV  1 operation id  2 deadline  3 dev time or ''  4 number of limits, then max and window of each
-- Gives { 'ok', operation id, limits } or { 'late', operation id }
-- @include clock
-- @include limits

return { 'ok', op, count_limits(1, 5, tonumber(ARGV[4])) }
