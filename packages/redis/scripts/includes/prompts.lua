-- Push prompts and answers of a subject: members `<operation id>:<letter>`, with `:<link>` behind when
-- the caller said which prompt is meant; scores are their times. Letters: s sent, a approved, d denied,
-- i ignored, r reported, c cancelled.
--
-- counting: counted (letters), window_ms, top (the highest rung, 0 when there is none), lifetime_ms
-- (an unanswered prompt older than that counts as ignored), tired_ms (how long before an approval).
local prompt_columns = { s = 1, a = 2, d = 3, i = 4, r = 5 }
-- Clocks of senders differ: an answer may seem this much older than its prompt.
local answer_slack_ms = 5000

-- How long prompts are kept: a day, or the window of the ladder when that is longer.
local function prompt_retention(ladder_window_ms)
  return math.max(day_ms, ladder_window_ms)
end

local function pop_open(stack, closed)
  while stack and #stack > 0 do
    local index = table.remove(stack)
    if not closed[index] then
      return index
    end
  end
end

local function push_on(stacks, link, index)
  local stack = stacks[link] or {}
  stacks[link] = stack
  stack[#stack + 1] = index
end

-- An answer closes the prompt it names, else the latest that waits; one that came before its prompt
-- waits for it. Without that, a denied prompt would count again as ignored.
local function match_answers(prompts)
  local closed, open, early, approved = {}, { all = {} }, { all = {} }, {}
  for index, prompt in ipairs(prompts) do
    local link = prompt.link ~= '' and prompt.link or 'none'
    local waiting = prompt.letter == 's' and early or open
    -- One approval may be told twice, by its own event and by the completion it leads to.
    prompt.again = prompt.letter == 'a' and approved[link]
    local match = pop_open(waiting[link], closed)
    if not match and not prompt.again and link ~= 'none' then
      match = pop_open(waiting.none, closed)
    end
    if not match and (link == 'none' or (prompt.letter == 'a' and not prompt.again)) then
      match = pop_open(waiting.all, closed)
    end
    if prompt.letter == 'a' and link ~= 'none' then approved[link] = true end
    if match and prompt.letter == 's' and prompt.at - prompts[match].at > answer_slack_ms
      and (link == 'none' or prompts[match].link ~= prompt.link) then
      match = nil
    end
    if match then
      closed[match], closed[index] = true, true
    elseif not prompt.again then
      local stacks = prompt.letter == 's' and open or early
      push_on(stacks, link, index)
      push_on(stacks, 'all', index)
    end
  end
  return closed
end

local function read_prompts(key, retention_ms)
  local raw = redis.call('ZRANGEBYSCORE', key, '(' .. int(now - retention_ms), '+inf', 'WITHSCORES')
  local prompts = {}
  for n = 1, #raw, 2 do
    local letter, link = string.match(raw[n], '^[^:]*:(%a):?(.*)$')
    prompts[#prompts + 1] = { letter = letter, link = link, at = tonumber(raw[n + 1]) }
  end
  return prompts
end

-- A prompt that ran out is an ignored one from the moment it ran out.
local function let_run_out(prompts, lifetime_ms)
  local closed = match_answers(prompts)
  for index, prompt in ipairs(prompts) do
    if prompt.letter == 's' and not closed[index] then
      prompt.ran_out = now - prompt.at >= lifetime_ms
      prompt.waits = not prompt.ran_out
    end
  end
end

-- reset_at: the last reset of the ladder; success_at: the last successful login (0 = never).
-- Nil when there were no prompts. Otherwise counts (5 columns each of 10 min, 1 h, 24 h), ladder, since
-- and last (first and latest that the ladder counts), pending and due (prompts that wait; when the
-- first of them runs out), sent (since the last success), unanswered and tired_since (before the
-- latest approval), approved_at, and the prompts themselves.
local function summarise_prompts(key, counting, reset_at, success_at)
  local prompts = read_prompts(key, prompt_retention(counting.window_ms))
  if #prompts == 0 then
    return nil
  end
  let_run_out(prompts, counting.lifetime_ms)
  local counts = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }
  local summary = {
    prompts = prompts, counts = counts, ladder = 0, pending = 0, sent = 0, unanswered = 0,
  }
  local reported = false
  local function count(letter, at)
    local column, age = prompt_columns[letter], now - at
    if age < 10 * minute_ms then counts[column] = counts[column] + 1 end
    if age < hour_ms then counts[column + 5] = counts[column + 5] + 1 end
    if age < day_ms then counts[column + 10] = counts[column + 10] + 1 end
  end
  local function climb(letter, at, counted_at)
    if at > reset_at and now - counted_at < counting.window_ms
      and string.find(counting.counted, letter, 1, true) then
      summary.ladder = summary.ladder + 1
      summary.since = math.min(summary.since or at, at)
      summary.last = math.max(summary.last or 0, counted_at)
      reported = reported or letter == 'r'
    end
  end
  for _, prompt in ipairs(prompts) do
    local letter, at = prompt.letter, prompt.at
    if letter ~= 'c' and not prompt.again then
      count(letter, at)
      climb(letter, at, at)
    end
    if prompt.ran_out then
      count('i', at + counting.lifetime_ms)
      climb('i', at, at + counting.lifetime_ms)
    end
    if prompt.waits and at > reset_at then
      summary.pending = summary.pending + 1
      summary.due = math.min(summary.due or math.huge, at + counting.lifetime_ms)
    end
    if letter == 's' and at > success_at and now - at < day_ms then summary.sent = summary.sent + 1 end
    if letter == 'a' then summary.approved_at = at end
  end
  -- "This wasn't me" needs no repetition: it stands on the top rung at once.
  if reported then summary.ladder = math.max(summary.ladder, counting.top) end
  local approved_at = summary.approved_at
  if approved_at and now - approved_at < counting.tired_ms then
    for _, prompt in ipairs(prompts) do
      local refused = prompt.ran_out or (prompt_columns[prompt.letter] or 0) >= prompt_columns.d
      local before = prompt.at <= approved_at and approved_at - prompt.at < counting.tired_ms
      if refused and before and prompt.at > reset_at then
        summary.unanswered = summary.unanswered + 1
        summary.tired_since = summary.tired_since or prompt.at
      end
    end
  end
  return summary
end

-- As one text: the fifteen counts, ladder, sent, unanswered, pending, since and last
-- (0 = none); '' when there
-- were no prompts.
local function prompts_text(summary)
  if not summary then
    return ''
  end
  return table.concat(summary.counts, ',') .. ',' .. summary.ladder .. ',' .. summary.sent
    .. ',' .. summary.unanswered .. ',' .. summary.pending .. ',' .. int(summary.since or 0)
    .. ',' .. int(summary.last or 0)
end
