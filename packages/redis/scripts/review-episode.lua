-- Looks again at a subject whose prompts may have run out, or whose alert has long been quiet: no event
-- tells of what did not happen.
--
-- KEYS  1 profile  2 push  3 guard  4 episode  5 outbox  6 reviews  7 open-alerts
-- ARGV  1 operation id  2 deadline  3 ''  4 hash of the subject  5 id of an alert that must be opened
-- Gives { 'ok', operation id, the highest rung that was not reached before or 0, what is known of the
--       subject when an alert was opened (see fatigue) or '' } or { 'late', operation id }
-- Guarantees: any number of reviewers may look at once; each thing is judged once.
-- @include clock
-- @include windows
-- @include prompts
-- @include guard
-- @include alert
-- @include fatigue

local subject = { profile = KEYS[1], push = KEYS[2], guard = KEYS[3] }
local episode = {
  key = KEYS[4], outbox = KEYS[5], reviews = KEYS[6], open_alerts = KEYS[7],
  member = 'e:' .. ARGV[4], alert_id = ARGV[5],
}
local conf = redis.call('HGET', episode.key, 'cf')
if not conf then
  schedule_review(episode, nil)
  return { 'ok', op, 0, '' }
end
episode.conf = cjson.decode(conf)
local alert = read_alert(episode)
close_when_quiet(subject, episode, alert)
local counted, last = alert.count, alert.last
local opened, climbed = review_subject(subject, episode, alert)
if alert.count ~= counted or alert.last ~= last then
  bump_guard(subject.guard)
end
return { 'ok', op, climbed, opened and cjson.encode(episode.conf) or '' }
