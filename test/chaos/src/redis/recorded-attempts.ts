import { fileURLToPath } from 'node:url';
import type { DecisionRequest, EventRequest } from '@stepgate/contracts';
import type { Evidence, Instant, Policy } from '@stepgate/engine';
import { createInProcessPoint, loadPolicies, loadSignalSources } from '@stepgate/evaluation';

const infra = (path: string): string =>
  fileURLToPath(new URL(`../../../../infra/${path}`, import.meta.url));

/** One attempt as the engine saw it: all that it decided on. */
export interface RecordedAttempt {
  readonly evidence: Evidence;
  readonly policy: Policy;
  readonly at: Instant;
  /** The same attempt, had the caller left something out. */
  readonly withheld: ReadonlyMap<string, Evidence>;
}

type Random = () => number;

const pick = <T>(values: readonly T[], random: Random, otherwise: T): T =>
  values[Math.floor(random() * values.length)] ?? otherwise;

const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';
const agents = [
  chrome,
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
  'python-requests/2.32.3',
];
/** Homes, then a hosting provider, an address of Tor, a private one. */
const homes = ['77.161.224.17', '81.2.69.142', '84.115.10.4', '2.125.160.216', '89.160.20.112'];
const elsewhere = ['52.95.110.1', '185.220.101.1', '10.1.2.3', '202.196.224.4', '8.8.8.8'];
const applications = ['payroll', 'shop', 'admin-console', 'ward-terminal'];
const groups = [['staff'], ['admins'], []];
const startAt = Date.UTC(2026, 2, 2, 8, 0, 0);
const hourMs = 3_600_000;

const subjectOf = (user: number) => ({ type: 'user', id: `user-${String(user)}` }) as const;
const homeOf = (user: number): string => homes[user % homes.length] ?? '';

const eventOf = (user: number, n: number, random: Random): EventRequest => ({
  id: `event-${String(n)}`,
  type: random() < 0.6 ? 'login_succeeded' : 'login_failed',
  subject: subjectOf(user),
  context: {
    ip: random() < 0.8 ? homeOf(user) : pick(elsewhere, random, ''),
    user_agent: agents[user % 3] ?? chrome,
    device: { id: `laptop-${String(user)}` },
  },
});

const attemptOf = (user: number, random: Random): DecisionRequest => ({
  subject: {
    ...subjectOf(user),
    properties: {
      groups: pick(groups, random, []),
      authenticators: ['passkey', 'totp', 'push', 'sms'],
    },
  },
  action: { name: 'login' },
  resource: { type: 'application', id: pick(applications, random, 'payroll') },
  context: {
    ip: random() < 0.6 ? homeOf(user) : pick([...homes, ...elsewhere], random, ''),
    ...(random() < 0.1
      ? {}
      : { user_agent: random() < 0.6 ? agents[user % 3] : pick(agents, random, chrome) }),
    ...(random() < 0.2
      ? {}
      : {
          device: {
            id: random() < 0.7 ? `laptop-${String(user)}` : 'other',
            managed: random() < 0.3,
          },
        }),
    ...(random() < 0.5 ? {} : { rtt_ms: Math.floor(10 + 200 * random()) }),
  },
});

/** What a caller may leave out, or whoever sits at its login page. */
const withholdable = ['user_agent', 'device', 'rtt_ms'] as const;

const withhold = (body: DecisionRequest, name: (typeof withholdable)[number]): DecisionRequest => {
  const { [name]: _, ...context } = body.context;
  return { ...body, context };
};

/**
 * Logins of people at home, on the move and under attack, each decided under the shipped policies on
 * what the earlier ones have taught.
 */
export const recordAttempts = async (size: number, random: Random): Promise<RecordedAttempt[]> => {
  const recorded: RecordedAttempt[] = [];
  const seen: { readonly evidence: Evidence; readonly policy: Policy }[] = [];
  const nothing = (): void => undefined;
  const { userAgents, addressIntel } = await loadSignalSources(infra('reputation'));
  const observer = {
    decided: (told: (typeof seen)[number]): void => void seen.push(told),
    completed: nothing,
    eventRecorded: nothing,
    secured: nothing,
  };
  const point = createInProcessPoint({
    userAgents,
    addressIntel,
    policies: await loadPolicies(infra('policies')),
    populationRefreshMs: 60_000,
    deviceTokenDays: 180,
    observer,
  });
  const evidenceOf = async (body: DecisionRequest, at: Instant) => {
    await point.decide(body, at);
    const last = seen.pop();
    if (last === undefined) throw new Error('nothing was decided');
    return last;
  };
  const record = async (body: DecisionRequest, at: Instant): Promise<RecordedAttempt> => {
    const { evidence, policy } = await evidenceOf(body, at);
    const withheld = new Map<string, Evidence>();
    for (const name of withholdable) {
      if (body.context[name] === undefined) continue;
      const without = await evidenceOf(withhold(body, name), at);
      // They were counted one after the other; each would have been the only one.
      withheld.set(name, { ...without.evidence, limits: evidence.limits });
    }
    return { evidence, policy, at, withheld };
  };
  const users = Math.max(10, Math.floor(size / 12));
  let at = startAt;
  for (let n = 0; recorded.length < size; n += 1) {
    const user = Math.floor(random() * users);
    at += Math.floor(random() * 0.1 * hourMs);
    if (random() < 0.6) await point.record(eventOf(user, n, random), at);
    else recorded.push(await record(attemptOf(user, random), at));
  }
  return recorded;
};
