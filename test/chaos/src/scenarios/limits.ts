import type { DecisionRequest } from '@stepgate/contracts';
import { fireInLanes, login, postOrBreak, type Answer, type Check } from '@stepgate/testing';
import {
  count,
  equal,
  isAllow,
  isDegraded,
  isLimited,
  isNormal,
  isShed,
  none,
} from '../redis/answers.js';
import { flushScripts, killClients, limitCounts, meanwhile } from '../redis/interference.js';
import { limitSizes, prepareLimits, type LimitField } from '../redis/limit-field.js';
import { onStage } from '../redis/stage.js';
import type { ChaosContext, Scenario } from '../scenario.js';

const attempts = 1_000;
const tries = 40;

interface Round {
  readonly max: number;
  readonly subject: string;
  /** All copies of one attempt, not attempts of their own. */
  readonly copies?: boolean;
}

const bodyOf = ({ max, subject, copies = false }: Round, n: number): DecisionRequest => ({
  ...login(subject),
  attempt_id: `${subject}-${String(copies ? 0 : n)}`,
  resource: { type: 'application', id: `limit-${String(max)}` },
});

const postAll = (
  { apis }: LimitField,
  round: Round,
  numbers: readonly number[],
): Promise<readonly Answer[]> =>
  fireInLanes({ lanes: numbers.length, calls: numbers.length }, (n) => {
    const api = apis[n % apis.length];
    if (api === undefined) throw new Error('no engine');
    return postOrBreak(api, '/v1/decisions', bodyOf(round, numbers[n] ?? 0));
  });

interface Seen {
  through: number;
  /** Asked again, since there were too many at once: they were not looked at. */
  shed: number;
  /** Asked again, since their answers were degraded or lost. */
  again: number;
  /** Let through without the state that says whether they may. */
  unmarked: number;
  /** Still without an answer on the whole state when all tries were over. */
  unanswered: number;
}

const isThrough = (answer: Answer): boolean => isNormal(answer) && !isLimited(answer);

/** Asks until every attempt has an answer on the whole state, each time under its own id. */
const settle = async (
  field: LimitField,
  round: Round,
  interfere: (work: () => Promise<readonly Answer[]>) => Promise<readonly Answer[]>,
): Promise<Seen> => {
  const seen: Seen = { through: 0, shed: 0, again: 0, unmarked: 0, unanswered: 0 };
  let open = Array.from({ length: attempts }, (_, n) => n);
  for (let asked = 0; asked < tries && open.length > 0; asked += 1) {
    const numbers = open;
    const ask = (): Promise<readonly Answer[]> => postAll(field, round, numbers);
    const answers = asked === 0 ? await interfere(ask) : await ask();
    seen.through += count(answers, isThrough);
    seen.unmarked += count(answers, (answer) => isDegraded(answer) && isAllow(answer));
    open = numbers.filter((_, n) => {
      const answer = answers[n];
      return answer === undefined || !isNormal(answer);
    });
    const shed = count(answers, isShed);
    seen.shed += shed;
    seen.again += open.length - shed;
  }
  seen.unanswered = open.length;
  return seen;
};

type Interference = (
  field: LimitField,
  context: ChaosContext,
) => (work: () => Promise<readonly Answer[]>) => Promise<readonly Answer[]>;

const interferences: Readonly<Record<string, Interference>> = {
  undisturbed: () => (work) => work(),
  'through SCRIPT FLUSH': (field) => (work) => meanwhile(100, () => flushScripts(field.port), work),
  'through CLIENT KILL': (field) => (work) => meanwhile(150, () => killClients(field.port), work),
  'with replies cut':
    (field, { random }) =>
    async (work) => {
      field.proxy.cutReplies(() => 200 + Math.floor(random() * 100_000));
      try {
        return await work();
      } finally {
        await field.proxy.pass();
      }
    },
};

const playKind = async (
  field: LimitField,
  context: ChaosContext,
  kind: string,
): Promise<Check[]> => {
  const disturbed = kind !== 'undisturbed';
  const rounds = context.quick ? 1 : 20;
  const interfere = interferences[kind]?.(field, context);
  if (interfere === undefined) throw new Error(`no such interference: ${kind}`);
  const before = (await limitCounts(field.port)).length;
  const expected: number[] = [];
  const wrong: number[] = [];
  const totals = { shed: 0, again: 0, unmarked: 0, unanswered: 0 };
  for (const max of disturbed ? [5] : limitSizes) {
    for (let n = 0; n < rounds; n += 1) {
      const subject = `${kind.replaceAll(' ', '-')}-${String(max)}-${String(n)}`;
      const seen = await settle(field, { max, subject }, interfere);
      if (seen.through !== max) wrong.push(seen.through - max);
      totals.shed += seen.shed;
      totals.again += seen.again;
      totals.unmarked += seen.unmarked;
      totals.unanswered += seen.unanswered;
      expected.push(max);
    }
  }
  const counted = await limitCounts(field.port);
  const all = counted.length - before;
  const sum = counted.reduce((a, b) => a + b, 0);
  context.log(
    `${kind}: ${String(expected.length)} rounds, off by [${wrong.join(' ')}], ${String(totals.shed)} shed, ` +
      `${String(totals.again)} degraded or lost and asked again, ${String(all)} limits in Redis counted ${String(sum)}`,
  );
  return [
    none(`rounds ${kind} with other than N through`, wrong.length),
    equal(`limits that Redis keeps, ${kind}`, all, expected.length),
    none(`degraded allows ${kind}`, totals.unmarked),
    none(`attempts ${kind} that never got an answer`, totals.unanswered),
    // Nothing excuses a degraded answer of an engine whose Redis is well but for its script cache.
    ...(kind === 'through SCRIPT FLUSH' || !disturbed
      ? [none(`degraded or lost answers ${kind}`, totals.again)]
      : []),
  ];
};

/** One attempt, a thousand times at once: counted once, one answer. */
const playCopies = async (field: LimitField): Promise<Check[]> => {
  const round = { max: 5, subject: 'copies', copies: true };
  const numbers = Array.from({ length: attempts }, (_, n) => n);
  const answers = await postAll(field, round, numbers);
  const bodies = new Set(answers.filter(isNormal).map(({ body }) => JSON.stringify(body)));
  const before = await limitCounts(field.port);
  return [
    equal('distinct answers to 1,000 copies of an attempt', bodies.size, 1),
    none(
      'copies with a degraded answer',
      count(answers, (one) => !isNormal(one) && !isShed(one)),
    ),
    equal(
      'limits that counted one attempt',
      count(before, (size) => size === 1),
      1,
    ),
  ];
};

export const limits: Scenario = {
  name: 'limits',
  promise:
    'exactly N of 1,000 parallel attempts pass, over three engines, whatever breaks meanwhile',
  limitSeconds: 1_200,
  run: (context) =>
    onStage(async (stage) => {
      const field = await prepareLimits(stage);
      const copies = await playCopies(field);
      const checks: Check[] = [];
      for (const kind of Object.keys(interferences))
        checks.push(...(await playKind(field, context, kind)));
      const all = await limitCounts(field.port);
      const over = count(all, (size) => !limitSizes.includes(size));
      return [...copies, ...checks, none('limits that counted other than N', over)];
    }),
};
