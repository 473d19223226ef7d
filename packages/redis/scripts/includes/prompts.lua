-- Push prompts and answers of a subject: members `<operation id>:<letter>`, scores are their times.
-- Letters: s sent, a approved, d denied, i ignored, r reported.
local tired_window_ms = 10 * minute_ms

-- How long prompts are kept: a day, or the window of the ladder when that is longer.
local function prompt_retention(ladder_window_ms)
  return math.max(day_ms, ladder_window_ms)
end

-- ladder: counted (letters), window_ms, top (the highest rung, 0 when there is none).
-- reset_at: the last reset of the ladder; success_at: the last successful login (0 = never).
-- Nil when there were no prompts. Otherwise counts (5 columns each of 10 min, 1 h, 24 h), ladder,
-- sent (since the last success), unanswered (before the latest approval), since (first prompt that
-- the ladder counts), tired_since (first of the unanswered ones before the approval).
local function summarise_prompts(key, ladder, reset_at, success_at)
  local from = now - prompt_retention(ladder.window_ms)
  local raw = redis.call('ZRANGEBYSCORE', key, '(' .. int(from), '+inf', 'WITHSCORES')
  if #raw == 0 then
    return nil
  end
  local prompt_columns = { s = 1, a = 2, d = 3, i = 4, r = 5 }
  local counts = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }
  local summary = { counts = counts, ladder = 0, sent = 0, unanswered = 0 }
  local times, letters, approved_at, reported = {}, {}, nil, false
  for n = 1, #raw, 2 do
    local letter, at = string.sub(raw[n], -1), tonumber(raw[n + 1])
    times[#times + 1], letters[#letters + 1] = at, letter
    local column, age = prompt_columns[letter], now - at
    if age < 10 * minute_ms then counts[column] = counts[column] + 1 end
    if age < hour_ms then counts[column + 5] = counts[column + 5] + 1 end
    if age < day_ms then counts[column + 10] = counts[column + 10] + 1 end
    if letter == 's' and at > success_at and age < day_ms then summary.sent = summary.sent + 1 end
    if letter == 'a' then approved_at = at end
    if at > reset_at and age < ladder.window_ms and string.find(ladder.counted, letter, 1, true) then
      summary.ladder = summary.ladder + 1
      summary.since = summary.since or at
      reported = reported or letter == 'r'
    end
  end
  -- "This wasn't me" needs no repetition: it stands on the top rung at once.
  if reported then summary.ladder = math.max(summary.ladder, ladder.top) end
  if approved_at and now - approved_at < tired_window_ms then
    for n = 1, #times do
      local before = times[n] <= approved_at and approved_at - times[n] < tired_window_ms
      if before and prompt_columns[letters[n]] >= prompt_columns.d then
        summary.unanswered = summary.unanswered + 1
        summary.tired_since = summary.tired_since or times[n]
      end
    end
  end
  return summary
end

-- As one text: the fifteen counts, ladder, sent, unanswered; '' when there were no prompts.
local function prompts_text(summary)
  if not summary then
    return ''
  end
  return table.concat(summary.counts, ',') .. ',' .. summary.ladder .. ',' .. summary.sent
    .. ',' .. summary.unanswered
end
