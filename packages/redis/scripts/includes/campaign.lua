-- A campaign: the subjects that a source, a network or a tenant has in common, as members with the time
-- from which each counts, and the hash of its alert, in which m:<subject> are those of the sample.
local campaign_cap = 1024

local function found_of_campaign(subjects, episode)
  local conf = episode.conf
  local from = '(' .. int(now - conf.window_ms)
  local first = redis.call('ZRANGEBYSCORE', subjects, from, int(now), 'WITHSCORES', 'LIMIT', 0, 1)
  local sample, all = {}, redis.call('HGETALL', episode.key)
  for n = 1, #all, 2 do
    if string.sub(all[n], 1, 2) == 'm:' and #sample < origins_told then
      sample[#sample + 1] = all[n + 1]
    end
  end
  local count = redis.call('ZCOUNT', subjects, from, int(now))
  return {
    kind = 'push_campaign', count = count, since = tonumber(first[2]), last = now, actions = {},
    severity = severity_ranks[conf.severity],
    prompts = { sent = 0, approved = 0, denied = 0, ignored = 0, reported = 0 },
    campaign = { scope = conf.scope, subjects = count, sealedSample = sample },
  }
end

local function close_quiet_campaign(subjects, episode, alert)
  if alert.id and now - alert.last >= episode.conf.quiet_ms then
    close_alert(episode, alert, found_of_campaign(subjects, episode), 'quiet')
  end
end

-- What counts already is not put off by a further prompt, or who keeps prompting would never count.
local function add_subject(subjects, told)
  local counts_at = math.min(now, told.at or now) + told.delay_ms
  local known = tonumber(redis.call('ZSCORE', subjects, told.member) or 0)
  if known > now then
    counts_at = math.min(known, counts_at)
  elseif counts_at > now and known > 0 then
    return
  else
    counts_at = math.max(known, counts_at)
  end
  redis.call('ZADD', subjects, int(counts_at), told.member)
end

local function count_subject(subjects, episode, told)
  local conf, key = episode.conf, episode.key
  local alert = read_alert(episode)
  close_quiet_campaign(subjects, episode, alert)
  add_subject(subjects, told)
  redis.call('ZREMRANGEBYSCORE', subjects, '-inf', int(now - conf.window_ms))
  if redis.call('ZCARD', subjects) > campaign_cap then
    redis.call('ZREMRANGEBYRANK', subjects, 0, -(campaign_cap + 1))
  end
  redis.call('PEXPIRE', subjects, int(2 * conf.window_ms))
  redis.call('HSET', key, 'cf', cjson.encode(conf), 'm:' .. told.member, told.sealed)
  if redis.call('HLEN', key) > 64 then redis.call('HDEL', key, 'm:' .. told.member) end
  local origin = told.origin
  if origin and origin.source then
    local detail = (origin.country or '') .. '|' .. (origin.asn or '') .. '|' .. (origin.address or '')
    note_origin(key, 's', origin.source, false, now, detail)
  end
  local opened, found = false, found_of_campaign(subjects, episode)
  if found.count >= told.threshold then
    alert.last, found.grown = now, found.count > alert.count
    opened = raise_alert(episode, alert, found)
  end
  redis.call('HSET', key, 'lt', int(alert.last), 'ct', found.count)
  redis.call('PEXPIRE', key, int(day_ms + conf.window_ms + conf.quiet_ms))
  schedule_review(episode, alert.id and alert.last + conf.quiet_ms)
  return opened
end
