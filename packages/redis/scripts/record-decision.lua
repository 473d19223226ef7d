-- Keeps the record of a decision; the first writer wins, so all copies of an attempt get one answer.
--
-- KEYS  1 decision  2 decisions
-- ARGV  1 operation id (the decision id)  2 deadline  3 ''
--       4 head and record  5 TTL in ms  6 hash of the decision  7 length of the list
-- Gives { 'ok', operation id } when stored, { 'first', operation id, head and record } when another
--       was stored before, { 'late', operation id }
-- Guarantees: the list, hashes end to end, names the subject's latest decisions, so that they can be erased with it.
-- @include clock

if not redis.call('SET', KEYS[1], ARGV[4], 'NX', 'PX', ARGV[5]) then
  return { 'first', op, redis.call('GET', KEYS[1]) }
end
local listed = (redis.call('GET', KEYS[2]) or '') .. ARGV[6]
redis.call('SET', KEYS[2], string.sub(listed, -tonumber(ARGV[7])), 'PX', ARGV[5])
return { 'ok', op }
