-- The alert of a subject or of a campaign: one hash, in which one alert is open or none. id of the open
-- alert; op opened at; sv severity (1 to 4); kd kind; rv revision; tl last told at; ap approved at; ac
-- what the engine has done; ct count and lt time of the latest that was counted, and ja the
-- latest approval that was refused, kept beyond the alert;
-- cf what is needed to judge without the event at hand; s:<source> and d:<device> where prompts came
-- from; sn and dn how many of each there were.
--
-- An episode is the table { key, outbox, reviews, open_alerts, member, conf, alert_id }: conf as it was
-- decoded, member of the shard's reviews, alert_id for an alert that must be opened.
local severity_names = { 'low', 'medium', 'high', 'critical' }
local severity_ranks = { low = 1, medium = 2, high = 3, critical = 4 }
local origin_cap, origins_told = 16, 10
local month_ms = 30 * day_ms

local function null_unless(value)
  if value == nil or value == false then return cjson.null end
  return value
end

local function read_alert(episode)
  local fields = redis.call(
    'HMGET', episode.key, 'id', 'op', 'sv', 'kd', 'rv', 'tl', 'ap', 'ac', 'ct', 'lt', 'ja'
  )
  return {
    id = fields[1], opened_at = tonumber(fields[2] or 0), severity = tonumber(fields[3] or 0),
    kind = fields[4], revision = tonumber(fields[5] or 0), told_at = tonumber(fields[6] or 0),
    approved_at = tonumber(fields[7] or 0), actions = fields[8] or '',
    count = tonumber(fields[9] or 0), last = tonumber(fields[10] or 0),
    judged_at = tonumber(fields[11] or 0),
  }
end

local function write_alert(episode, alert)
  redis.call(
    'HSET', episode.key, 'id', alert.id, 'op', int(alert.opened_at), 'sv', alert.severity,
    'kd', alert.kind, 'rv', alert.revision, 'tl', int(alert.told_at),
    'ap', int(alert.approved_at), 'ac', alert.actions
  )
end

-- A prompt's origin; `detail` is what is told of it beside its counts.
local function note_origin(key, kind, id, refused, at, detail)
  local field, counter = kind .. ':' .. id, kind .. 'n'
  local known = redis.call('HGET', key, field)
  local sent, unanswered, last = 0, 0, 0
  if known then
    sent, unanswered, last = string.match(known, '^(%d+)|(%d+)|(%d+)')
  else
    local oldest, oldest_at, fields = nil, math.huge, 0
    local all = redis.call('HGETALL', key)
    for n = 1, #all, 2 do
      if string.sub(all[n], 1, 2) == kind .. ':' then
        local seen_at = tonumber(string.match(all[n + 1], '^%d+|%d+|(%d+)'))
        fields = fields + 1
        if seen_at < oldest_at then oldest, oldest_at = all[n], seen_at end
      end
    end
    if fields >= origin_cap then redis.call('HDEL', key, oldest) end
    redis.call('HINCRBY', key, counter, 1)
  end
  sent = tonumber(sent) + (refused and 0 or 1)
  unanswered = tonumber(unanswered) + (refused and 1 or 0)
  local counts = sent .. '|' .. unanswered .. '|' .. int(math.max(tonumber(last), at))
  redis.call('HSET', key, field, counts .. '|' .. detail)
end

-- Where prompts came from, the busiest first. A prompt that was sent and refused is one prompt.
local function read_origins(key, kind)
  local all, origins = redis.call('HGETALL', key), {}
  for n = 1, #all, 2 do
    if string.sub(all[n], 1, 2) == kind .. ':' then
      local sent, unanswered, last, detail = string.match(all[n + 1], '^(%d+)|(%d+)|(%d+)|(.*)$')
      origins[#origins + 1] = {
        id = string.sub(all[n], 3), detail = detail, last = tonumber(last),
        prompts = math.max(tonumber(sent), tonumber(unanswered)),
      }
    end
  end
  table.sort(origins, function(a, b)
    return a.prompts > b.prompts or (a.prompts == b.prompts and a.id < b.id)
  end)
  return origins
end

local function sources_of(key)
  local sources = {}
  for n, origin in ipairs(read_origins(key, 's')) do
    if n > origins_told then break end
    local country, asn, sealed = string.match(origin.detail, '^([^|]*)|([^|]*)|(.*)$')
    sources[n] = {
      country = null_unless(country ~= '' and country), asn = null_unless(tonumber(asn)),
      sealedAddress = null_unless(sealed ~= '' and sealed), prompts = origin.prompts,
      lastAt = origin.last,
    }
  end
  return sources
end

local function devices_of(key)
  local devices = {}
  for n, origin in ipairs(read_origins(key, 'd')) do
    if n > origins_told then break end
    devices[n] = 'dev_' .. origin.id
  end
  return devices
end

local function words(text)
  local list = {}
  for word in string.gmatch(text, '[^,]+') do list[#list + 1] = word end
  return list
end

-- One message into the outbox. found: since, last, count, prompts (by result), campaign.
local function tell(episode, alert, phase, found, closed_by)
  alert.revision, alert.told_at = alert.revision + 1, now
  local conf, key = episode.conf, episode.key
  local message = {
    id = alert.id .. '_' .. alert.revision, alertId = alert.id, revision = alert.revision,
    kind = alert.kind, phase = phase, severity = severity_names[alert.severity],
    tenant = conf.tenant, policy = conf.policy, sealedSubject = null_unless(conf.sealed),
    openedAt = alert.opened_at, since = found.since or alert.opened_at, at = found.last or now,
    count = found.count, windowMs = conf.window_ms, prompts = found.prompts,
    approvedAt = null_unless(alert.approved_at > 0 and alert.approved_at),
    sources = sources_of(key), sourceCount = tonumber(redis.call('HGET', key, 'sn') or 0),
    devices = devices_of(key), deviceCount = tonumber(redis.call('HGET', key, 'dn') or 0),
    actions = words(alert.actions), closedBy = null_unless(closed_by),
    campaign = null_unless(found.campaign),
  }
  redis.call('XADD', episode.outbox, 'MAXLEN', '~', '10000', '*', 'alert', cjson.encode(message))
end

local function add_actions(alert, actions)
  for _, action in ipairs(actions) do
    if not string.find(',' .. alert.actions .. ',', ',' .. action .. ',', 1, true) then
      alert.actions = alert.actions == '' and action or alert.actions .. ',' .. action
    end
  end
end

local function open_alert(episode, alert, found)
  alert.id, alert.opened_at, alert.revision = episode.alert_id, now, 0
  alert.kind, alert.severity, alert.approved_at, alert.actions = found.kind, found.severity, 0, ''
  alert.approved_at = found.approved_at or 0
  add_actions(alert, found.actions)
  tell(episode, alert, 'opened', found)
  redis.call('ZADD', episode.open_alerts, int(now), alert.id)
  redis.call('ZREMRANGEBYSCORE', episode.open_alerts, '-inf', int(now - month_ms))
  redis.call('PEXPIRE', episode.open_alerts, int(month_ms))
end

-- Opens the alert, or tells what is new of the open one: at once when it got worse, else from time to
-- time. found: kind, severity, actions, approved_at, and what `tell` tells. True when it was opened.
local function raise_alert(episode, alert, found)
  if not alert.id then
    open_alert(episode, alert, found)
    write_alert(episode, alert)
    return true
  end
  local approved = found.kind == 'push_approved_after_denials' and alert.kind ~= found.kind
  local worse = approved or found.severity > alert.severity
  if approved then alert.kind = found.kind end
  if found.approved_at then alert.approved_at = math.max(alert.approved_at, found.approved_at) end
  alert.severity = math.max(alert.severity, found.severity)
  add_actions(alert, found.actions)
  if worse then
    tell(episode, alert, 'escalated', found)
  elseif found.grown and now - alert.told_at >= episode.conf.update_ms then
    tell(episode, alert, 'updated', found)
  end
  write_alert(episode, alert)
  return false
end

-- Closes what is open; what was counted stays, so that old news opens no new alert.
local function close_alert(episode, alert, found, closed_by)
  if not alert.id then
    return
  end
  tell(episode, alert, 'closed', found, closed_by)
  redis.call('ZREM', episode.open_alerts, alert.id)
  redis.call('HDEL', episode.key, 'id', 'op', 'sv', 'kd', 'rv', 'tl', 'ap', 'ac')
  alert.id, alert.severity, alert.revision, alert.actions = false, 0, 0, ''
end

-- When to look again. Time that is moved by a caller in dev mode is no time to wait for.
local function schedule_review(episode, due)
  if due and ARGV[3] == '' then
    redis.call('ZADD', episode.reviews, int(due), episode.member)
    redis.call('PEXPIRE', episode.reviews, int(month_ms))
  else
    redis.call('ZREM', episode.reviews, episode.member)
  end
end
