-- Counts an event of a subject, once, with all that follows from it: what it teaches, the lock it
-- sets, the alert it raises. The alert is in the outbox when the event is counted, or neither is.
--
-- KEYS  1 profile  2 failures  3 push  4 guard  5 seen  6 episode  7 outbox  8 reviews  9 open-alerts
--       10 population  11 failing-sources
-- ARGV  1 operation id (hash of the event id)  2 deadline  3 dev time or ''
--       4 the event as JSON; absent means no:
--         at            when it happened in ms; later than now counts as now
--         prompt, link  letter of the prompt or answer, and which prompt it is; see prompts
--         failure, success, breach, legitimate, risky     true
--         failure_source                                  hash of the source that failed
--         compromised_ms                                  length of the lock
--         learn         device, fingerprint, trusted, traits, source, place; see profile
--         forget_since  what was learnt from then on was not the owner's
--         origin        source, device (hashes), country, asn, address (sealed); see alert
--         conf          see fatigue; its subject may be missing where only a decision is known
--         alert_id      of an alert that must be opened
--       5 TTL of the profile in ms  6 TTL of a breach report in ms  7 hash of the subject
-- Gives { 'ok', operation id, 1 when an alert was opened, the highest rung that was not reached before
--       or 0 }, { 'seen', operation id, 1 while the alert is open that it opened the first time } or { 'late', operation id }
-- Guarantees: an event counts once in 24 h; one alert of a subject is open at a time. The first write
-- may be refused when memory is full, and nothing is counted then.
-- @include clock
-- @include windows
-- @include prompts
-- @include guard
-- @include profile
-- @include population
-- @include undo
-- @include alert
-- @include fatigue

local profile, failures, push, guard, seen, episode_key, outbox, reviews, open_alerts, population,
  failing_sources = unpack(KEYS)
local event = cjson.decode(ARGV[4])
if not add_within(seen, now, op, day_ms, 2000) then
  return { 'seen', op, redis.call('HGET', episode_key, 'id') == event.alert_id and 1 or 0, 0 }
end

local at = math.min(now, event.at or now)
local letter = event.prompt
local subject = { profile = profile, push = push, guard = guard }
local episode = {
  key = episode_key, outbox = outbox, reviews = reviews, open_alerts = open_alerts,
  member = 'e:' .. ARGV[7], alert_id = event.alert_id,
}

-- What was known of the subject stands in for what this event cannot tell.
local known_conf = redis.call('HGET', episode_key, 'cf')
known_conf = known_conf and cjson.decode(known_conf)
episode.conf = event.conf or known_conf
if event.conf and not event.conf.sealed then
  event.conf.sealed = known_conf and known_conf.sealed
end
local alert = read_alert(episode)

local function count_prompt()
  local member = op .. ':' .. letter .. (event.link and ':' .. event.link or '')
  add_within(push, at, member, prompt_retention(episode.conf.window_ms), 512)
  if letter ~= 's' then bump_guard(guard) end
  if letter == 'a' or letter == 'c' then
    return
  end
  redis.call('HSET', episode_key, 'cf', cjson.encode(episode.conf))
  local origin = event.origin or {}
  if origin.source then
    local detail = (origin.country or '') .. '|' .. (origin.asn or '') .. '|' .. (origin.address or '')
    note_origin(episode_key, 's', origin.source, letter ~= 's', at, detail)
  end
  if origin.device then note_origin(episode_key, 'd', origin.device, letter ~= 's', at, '') end
end

local function teach(ends_attack)
  local is_first = learn_login(profile, event.learn, at, ends_attack)
  redis.call('PEXPIRE', profile, ARGV[5])
  count_population(population, event.learn.traits, at, { is_first = is_first, returns = ends_attack })
end

-- Nothing is learnt from a login of a stranger while the subject is under attack: the thief's device
-- must not become a known one. A phishing-resistant proof is nobody's but the owner's.
local function learn()
  local summary = summarise_subject(subject, event.conf.counting)
  local since = summary and summary.since
  local first = event.learn.device and first_seen(profile, event.learn.device)
  local own = first and (not since or first < since)
  if alert.id and not own and not event.learn.trusted then
    return false
  end
  teach(own)
  if own and not alert.id and redis.call('DEL', episode_key) == 1 then
    redis.call('ZREM', reviews, episode.member)
    episode.conf = nil
  end
  return true
end

if episode.conf then close_when_quiet(subject, episode, alert) end
if event.failure then
  add_within(failures, at, op, day_ms, 256)
  if event.failure_source then note_latest(failing_sources, at, event.failure_source, day_ms, 256) end
end
if letter then
  count_prompt()
end
if event.success and not (event.learn and learn()) and redis.call('EXISTS', push) == 1 then
  raise_to(guard, 'ok', at)
  keep_guard(guard, day_ms)
end
if event.forget_since then
  forget_since(profile, event.forget_since)
end
if event.risky then
  note_risk(subject, event.conf)
end
if event.breach then
  raise_to(guard, 'b', at)
  bump_guard(guard)
  keep_guard(guard, tonumber(ARGV[6]))
end
if event.compromised_ms then
  set_lock(guard, 'feedback_compromised', event.compromised_ms, false)
  bump_guard(guard)
end
if event.legitimate or event.compromised_ms then
  local closed_by = event.legitimate and 'feedback_legitimate' or 'feedback_compromised'
  close_alert(episode, alert, found_in(summarise_subject(subject, episode.conf.counting), alert), closed_by)
end
if event.legitimate then
  redis.call('HDEL', guard, 'lr', 'ls', 'lu', 'lx', 'b', 'rk')
  redis.call('HSET', guard, 'lad', int(now))
  bump_guard(guard)
  keep_guard(guard, episode.conf.window_ms)
  if event.learn then teach(true) end
end

local opened, climbed = false, 0
if letter or (alert.id and episode.conf) then
  opened, climbed = review_subject(subject, episode, alert)
end
return { 'ok', op, opened and 1 or 0, climbed }
