-- Every script: ARGV[1] operation id, ARGV[2] deadline (ms, by this server's clock), ARGV[3] time
-- given in dev mode or ''. A command that Redis comes to after its caller gave up changes nothing:
-- after a freeze, thousands of dead commands would otherwise still count. The operation id goes back
-- with the answer, so that a connection out of step is noticed before somebody gets another's answer.
--
-- The last of KEYS is the marker of this shard and deployment; scripts do not see it. Where it is
-- missing, the database was emptied or is another's: nothing is read from it, nothing written to it.
local op = ARGV[1]
local marker = table.remove(KEYS)
local time = redis.call('TIME')
local server_now = time[1] * 1000 + math.floor(time[2] / 1000)
if server_now > tonumber(ARGV[2]) then
  return { 'late', op }
end
if redis.call('EXISTS', marker) == 0 then
  return { 'emptied', op }
end
local now = tonumber(ARGV[3]) or server_now

-- Milliseconds have 13 digits; Lua's own conversion keeps 14 at best and may answer 1.7e+12.
local function int(number)
  return string.format('%.0f', number)
end
