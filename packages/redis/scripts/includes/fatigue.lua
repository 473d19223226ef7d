-- The push ladder of one subject: what its prompts have come to, and what follows from it. An episode's
-- conf: tenant, policy, sealed (the subject), window_ms, quiet_ms, update_ms, aftermath_ms, counting
-- (see prompts), tired_at, rungs (at, hold_ms, except, severity, does).
-- subject: the keys { profile, push, guard }.

local function summarise_subject(subject, counting)
  local marks = redis.call('HMGET', subject.guard, 'lad', 'ok')
  local taught = redis.call('HMGET', subject.profile, 'kl', 'last')
  local reset_at = math.max(tonumber(marks[1] or 0), tonumber(taught[1] or 0))
  local success_at = math.max(tonumber(marks[2] or 0), tonumber(taught[2] or 0))
  return summarise_prompts(subject.push, counting, reset_at, success_at)
end

local result_names = { s = 'sent', a = 'approved', d = 'denied', i = 'ignored', r = 'reported' }

local function results_since(summary, since)
  local results = { sent = 0, approved = 0, denied = 0, ignored = 0, reported = 0 }
  for _, prompt in ipairs(summary.prompts) do
    local name = result_names[prompt.letter]
    if prompt.at >= since and name and not prompt.again then
      results[name] = results[name] + 1
      if prompt.ran_out then results.ignored = results.ignored + 1 end
    end
  end
  return results
end

local function found_in(summary, alert)
  if not summary then
    return {
      count = alert.count, last = alert.last,
      prompts = { sent = 0, approved = 0, denied = 0, ignored = 0, reported = 0 },
    }
  end
  return {
    count = summary.ladder, since = summary.since, last = summary.last, actions = {}, severity = 0,
    prompts = results_since(summary, summary.since or alert.opened_at),
  }
end

local function note_risk(subject, conf)
  raise_to(subject.guard, 'rk', now)
  keep_guard(subject.guard, math.max(day_ms, conf.aftermath_ms))
end

-- The rungs that are reached: holds begin, the severest alert is raised. Gives whether it was opened,
-- and the highest rung that was not reached before (0 = none).
local function climb_ladder(subject, episode, alert, summary)
  local found = found_in(summary, alert)
  found.kind, found.grown = 'push_fatigue', true
  local reached, climbed = false, 0
  for _, rung in ipairs(episode.conf.rungs) do
    if summary.ladder >= rung.at then
      reached = true
      if alert.count < rung.at then climbed = rung.at end
      found.severity = math.max(found.severity, severity_ranks[rung.severity] or 0)
      for _, action in ipairs(rung.does) do found.actions[#found.actions + 1] = action end
      if rung.hold_ms > 0 then
        set_lock(subject.guard, 'push_fatigue', rung.hold_ms, rung.except)
      end
    end
  end
  if reached then note_risk(subject, episode.conf) end
  return found.severity > 0 and raise_alert(episode, alert, found), climbed
end

-- ATT&CK T1621 ends with one prompt that the victim lets through.
local function judge_approval(subject, episode, alert, summary)
  local tired_at = episode.conf.tired_at
  if not tired_at or summary.unanswered < tired_at or summary.approved_at <= alert.judged_at then
    return false
  end
  alert.judged_at = summary.approved_at
  note_risk(subject, episode.conf)
  local found = found_in(summary, alert)
  found.kind, found.severity, found.approved_at = 'push_approved_after_denials', 4, summary.approved_at
  found.count = math.max(found.count, summary.unanswered)
  found.since = math.min(found.since or summary.tired_since, summary.tired_since)
  found.last, found.actions = summary.approved_at, { 'approval_refused' }
  found.prompts = results_since(summary, found.since)
  return raise_alert(episode, alert, found)
end

local function close_when_quiet(subject, episode, alert)
  local last = math.max(alert.last, alert.opened_at)
  if alert.id and now - last >= episode.conf.quiet_ms then
    close_alert(episode, alert, found_in(summarise_subject(subject, episode.conf.counting), alert), 'quiet')
  end
end

-- Judges the prompts as they stand now, with those that ran out since. What was judged before is not
-- judged again: a hold is renewed by news only. Gives whether an alert was opened, and the highest rung
-- that was not reached before (0 = none).
local function review_subject(subject, episode, alert)
  local summary = summarise_subject(subject, episode.conf.counting)
  local opened, climbed = false, 0
  if summary then
    local last = summary.last or 0
    if last > alert.last or summary.ladder > alert.count then
      alert.last = math.max(alert.last, last)
      opened, climbed = climb_ladder(subject, episode, alert, summary)
    end
    alert.count = summary.ladder
    opened = judge_approval(subject, episode, alert, summary) or opened
  end
  redis.call(
    'HSET', episode.key, 'ct', alert.count, 'lt', int(alert.last), 'ja', int(alert.judged_at)
  )
  local conf = episode.conf
  redis.call('PEXPIRE', episode.key, int(prompt_retention(conf.window_ms) + conf.quiet_ms))
  local quiet_at = alert.id and math.max(alert.last, alert.opened_at) + conf.quiet_ms or math.huge
  local due = math.min(summary and summary.due or math.huge, quiet_at)
  schedule_review(episode, due < math.huge and due)
  return opened, climbed
end
