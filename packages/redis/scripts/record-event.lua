-- Counts an event of a subject, once, with all that follows from it: what it teaches, the lock it
-- sets, the alert it raises. The alert is in the outbox when the event is counted, or neither is.
--
-- KEYS  1 profile  2 failures  3 push  4 guard  5 seen  6 outbox
-- ARGV  1 operation id (hash of the event id)  2 deadline  3 dev time or ''
--       4 the event as JSON; absent means no:
--         at            when it happened in ms; later than now counts as now
--         prompt        letter of the prompt or answer, see prompts
--         failure, success, breach, legitimate     true
--         compromised_ms                           length of the lock
--         learn         device, country, asn, source, place, trusted; see profile
--         ladder        counted, window_ms, top, rungs (at, hold_ms, except, severity)
--         tired_at      unanswered prompts that make an approval suspect
--         alert         id, tenant, policy, sealed
--       5 TTL of the profile in ms  6 TTL of a breach report in ms
-- Gives { 'ok', operation id, alerts raised }, { 'seen', operation id } or { 'late', operation id }
-- Guarantees: an event counts once in 24 h; one alert of a kind per subject and window of the ladder.
-- The first write may be refused when memory is full, and nothing is counted then.
-- @include clock
-- @include windows
-- @include prompts
-- @include guard
-- @include profile

local profile, failures, push, guard, seen, outbox = unpack(KEYS)
if not add_within(seen, now, op, day_ms, 2000) then
  return { 'seen', op }
end

local event = cjson.decode(ARGV[4])
local at = math.min(now, event.at or now)
local ladder, alerts = event.ladder, 0

local function raise_alert(kind, field, severity, found)
  local last = tonumber(redis.call('HGET', guard, field) or 0)
  if last > now - ladder.window_ms then
    return
  end
  redis.call('HSET', guard, field, int(now))
  keep_guard(guard, ladder.window_ms)
  local alert = event.alert
  redis.call(
    'XADD', outbox, 'MAXLEN', '~', '10000', '*',
    'id', alert.id .. (kind == 'push_fatigue' and '_f' or '_a'),
    'kind', kind, 'severity', severity, 'tenant', alert.tenant, 'policy', alert.policy,
    'count', int(found.count), 'window_ms', int(found.window_ms),
    'since', int(found.since), 'at', int(at), 'sealed', alert.sealed
  )
  alerts = alerts + 1
end

local function climb_ladder(summary)
  local severity
  for _, rung in ipairs(ladder.rungs) do
    if summary.ladder >= rung.at then
      severity = rung.severity or severity
      if rung.hold_ms > 0 then
        set_lock(guard, 'push_fatigue', rung.hold_ms, rung.except)
      end
    end
  end
  if severity then
    local found = { count = summary.ladder, window_ms = ladder.window_ms, since = summary.since }
    raise_alert('push_fatigue', 'af', severity, found)
  end
end

local function count_prompt(letter)
  add_within(push, at, op .. ':' .. letter, prompt_retention(ladder.window_ms), 512)
  if letter == 's' then
    return
  end
  bump_guard(guard)
  local marks = redis.call('HMGET', guard, 'lad', 'ok')
  local taught = redis.call('HMGET', profile, 'kl', 'last')
  local reset_at = math.max(tonumber(marks[1] or 0), tonumber(taught[1] or 0))
  local success_at = math.max(tonumber(marks[2] or 0), tonumber(taught[2] or 0))
  local summary = summarise_prompts(push, ladder, reset_at, success_at)
  if not summary then
    return
  end
  -- What is told too late to count must not renew a hold either.
  local counted = string.find(ladder.counted, letter, 1, true)
  if counted and at > reset_at and now - at < ladder.window_ms then
    climb_ladder(summary)
  end
  if event.tired_at and summary.unanswered >= event.tired_at then
    local found =
      { count = summary.unanswered, window_ms = tired_window_ms, since = summary.tired_since }
    raise_alert('push_approved_after_denials', 'aa', 'critical', found)
  end
end

if event.failure then
  add_within(failures, at, op, day_ms, 256)
end
if event.prompt then
  count_prompt(event.prompt)
end
if event.success and event.learn then
  learn_login(profile, event.learn, at)
  redis.call('PEXPIRE', profile, ARGV[5])
elseif event.success and redis.call('EXISTS', push) == 1 then
  raise_to(guard, 'ok', at)
  keep_guard(guard, day_ms)
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
if event.legitimate then
  redis.call('HDEL', guard, 'lr', 'ls', 'lu', 'lx', 'b', 'af', 'aa')
  redis.call('HSET', guard, 'lad', int(now))
  bump_guard(guard)
  keep_guard(guard, ladder.window_ms)
end
return { 'ok', op, alerts }
