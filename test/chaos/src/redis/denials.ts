import { randomUUID } from 'node:crypto';
import { waitUntil } from '@stepgate/cli';
import { fireInLanes, login, postOrBreak, type Answer, type Api } from '@stepgate/testing';
import { count, decisionIn, isDurable } from './answers.js';

/** Denies at one application, and tells of the fifth denied prompt; no campaigns beside that. */
export const denyingPolicy = `stepgate: v1
policy: denying
rules:
  - { name: closed, when: "resource.id == 'vault'", decision: deny }
push_fatigue:
  count: [denied]
  window: 24h
  rungs:
    - { at: 5, forbid: [push], alert: high }
  campaign: { source: 1000, network: 1000, tenant: 1000, window: 1m, alert: critical }
`;

/** Something that was refused and must not be forgotten. */
export interface Denial {
  readonly subject: string;
  /** Of a decision; null for a prompt that was denied. */
  readonly decisionId: string | null;
  readonly answered: boolean;
  readonly durable: boolean;
}

const wasTaken = ({ status }: Answer): boolean => status === 202;

const denyPrompt = async (api: Api, subject: string, id: string): Promise<Answer> =>
  postOrBreak(api, '/v1/events', {
    events: [{ id, type: 'push_denied', subject: { type: 'user', id: subject } }],
  });

/** Every other one a denied prompt, the others denied logins; each of a subject of its own. */
export const deny = async (api: Api, subject: string, n: number): Promise<Denial> => {
  if (n % 2 === 0) {
    const answer = await denyPrompt(api, subject, randomUUID());
    const answered = wasTaken(answer);
    return { subject, decisionId: null, answered, durable: answered && isDurable(answer) };
  }
  const vault = { type: 'application', id: 'vault' } as const;
  const answer = await postOrBreak(api, '/v1/decisions', { ...login(subject), resource: vault });
  const decision = decisionIn(answer);
  const durable = decision?.decision === 'deny' && isDurable(answer);
  const decisionId = decision?.decision_id ?? '';
  return { subject, decisionId, answered: decision !== null, durable };
};

const isKept = async (api: Api, { subject, decisionId }: Denial): Promise<boolean> => {
  if (decisionId !== null) {
    const answer = await api.get(`/v1/decisions/${decisionId}`);
    return decisionIn(answer)?.decision === 'deny';
  }
  const { status, body } = await api.get(`/v1/subjects/user/${subject}`);
  const push = (body as { readonly push?: { readonly unanswered: number } }).push;
  return status === 200 && (push?.unanswered ?? 0) >= 1;
};

/** How many of those that were called durable cannot be read back. */
export const lostAmong = async (api: Api, denials: readonly Denial[]): Promise<number> => {
  const durable = denials.filter((denial) => denial.durable);
  const kept = await fireInLanes({ lanes: 8, calls: durable.length }, async (n) => {
    const denial = durable[n];
    if (denial === undefined) return true;
    // A read that is turned away or degraded says nothing of what is kept.
    for (let tries = 0; tries < 3; tries += 1) if (await isKept(api, denial)) return true;
    return false;
  });
  return count(kept, (one) => !one);
};

/** Five denied prompts, each sent until it is taken for good: then an alert is owed. */
export const fatigue = async (api: () => Api, victim: string): Promise<void> => {
  for (let n = 0; n < 5; n += 1) {
    const isTaken = async (): Promise<boolean> => {
      const answer = await denyPrompt(api(), victim, `${victim}-${String(n)}`);
      return wasTaken(answer) && isDurable(answer);
    };
    await waitUntil(isTaken, { timeoutMs: 60_000, what: () => 'a denial was never taken' });
  }
};
