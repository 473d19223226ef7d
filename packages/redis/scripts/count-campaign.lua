-- Counts a subject against what it may have in common with others: a source, a network, a tenant. When
-- many are prompted in vain, or under attack, that is one campaign and one alert.
--
-- KEYS  1 campaign-subjects  2 campaign  3 outbox  4 reviews  5 open-alerts
-- ARGV  1 operation id  2 deadline  3 dev time or ''  4 what is counted, as JSON:
--         member          hash of the subject
--         at, delay_ms    when it happened, absent = now, and how much later it counts: a prompt that
--                         was just sent may yet be approved
--         remove          true: the subject has approved
--         threshold       how many subjects make a campaign
--         conf            tenant, policy, window_ms, quiet_ms, update_ms, severity, scope (source,
--                         network or tenant)
--         sealed          the subject, for the sample
--         origin          source, country, asn, address (sealed); see alert
--         alert_id        of an alert that must be opened
--       5 name of the campaign among the reviews
-- Gives { 'ok', operation id, 1 when an alert was opened } or { 'late', operation id }
-- Guarantees: a subject counts once in the window; one alert of a campaign is open at a time.
-- @include clock
-- @include windows
-- @include alert
-- @include campaign

local told = cjson.decode(ARGV[4])
local subjects = KEYS[1]
local episode = {
  key = KEYS[2], outbox = KEYS[3], reviews = KEYS[4], open_alerts = KEYS[5], member = ARGV[5],
  alert_id = told.alert_id, conf = told.conf,
}
if told.remove then
  redis.call('ZREM', subjects, told.member)
  redis.call('HDEL', episode.key, 'm:' .. told.member)
  return { 'ok', op, 0 }
end
return { 'ok', op, count_subject(subjects, episode, told) and 1 or 0 }
