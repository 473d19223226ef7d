-- Closes the alert of a campaign that has been quiet.
--
-- KEYS  1 campaign-subjects  2 campaign  3 outbox  4 reviews  5 open-alerts
-- ARGV  1 operation id  2 deadline  3 ''  4 name of the campaign among the reviews
-- Gives { 'ok', operation id } or { 'late', operation id }
-- @include clock
-- @include windows
-- @include alert
-- @include campaign

local episode = {
  key = KEYS[2], outbox = KEYS[3], reviews = KEYS[4], open_alerts = KEYS[5], member = ARGV[4],
}
local conf = redis.call('HGET', episode.key, 'cf')
if not conf then
  schedule_review(episode, nil)
  return { 'ok', op }
end
episode.conf = cjson.decode(conf)
local alert = read_alert(episode)
close_quiet_campaign(KEYS[1], episode, alert)
schedule_review(episode, alert.id and alert.last + episode.conf.quiet_ms)
return { 'ok', op }
