-- Forgets a subject; a live lock stays until it ends, or erasure would be a way out of it.
--
-- KEYS  1 guard  2 decisions  3 episode  4 reviews  5 open-alerts  6.. all other keys of the subject
-- ARGV  1 operation id  2 deadline  3 dev time or ''  4 prefix of decision keys, in this slot  5 hash of
--       the subject  6 length of the hash of a decision
-- Gives { 'ok', operation id } or { 'late', operation id }
-- @include clock

for hash in string.gmatch(redis.call('GET', KEYS[2]) or '', string.rep('.', tonumber(ARGV[6]))) do
  redis.call('DEL', ARGV[4] .. hash)
end
local guard = redis.call('HMGET', KEYS[1], 'lr', 'ls', 'lu', 'lx', 'v')
local alert = redis.call('HGET', KEYS[3], 'id')
if alert then
  redis.call('ZREM', KEYS[5], alert)
end
redis.call('ZREM', KEYS[4], 'e:' .. ARGV[5])
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], unpack(KEYS, 6))
if guard[3] and tonumber(guard[3]) > now then
  local version = tonumber(guard[5] or 0) + 1
  redis.call(
    'HSET', KEYS[1], 'lr', guard[1], 'ls', guard[2], 'lu', guard[3], 'lx', guard[4], 'v', int(version)
  )
  redis.call('PEXPIRE', KEYS[1], int(tonumber(guard[3]) - now))
end
return { 'ok', op }
