import { randomUUID } from 'node:crypto';
import type { DecisionRecord, DecisionStore, Settlement } from '@stepgate/assessment';
import type { CallBudget } from './connection.js';
import { newRecordText, recordIn, recordJson } from './decision-record-text.js';
import { shardOfDecision } from './decision-id.js';
import { shortHash, shortHashLength } from './identifiers.js';
import { keyOf, keyPrefix, keyTable } from './keys.js';
import { listIn, numberIn, textIn } from './reply.js';
import { scripts } from './scripts.js';
import type { StoreDeps } from './store-deps.js';
import { countingArgs, lockIn, pushActivityIn } from './subject-reply.js';

/** Failed completions that use a decision up: guessing a code is bounded. */
const maxFailedCompletions = 5;
const failuresKept = 256;
/** Length of the list of a subject's latest 100 decisions. */
const listLength = 100 * shortHashLength;

const settlements: Readonly<Record<string, Settlement>> = {
  consumed: 'consumed',
  kept_open: 'kept_open',
  already_consumed: 'already_consumed',
  expired: 'expired',
  missing: 'missing',
  stale: 'stale',
};

const settlementOf = (status: string): Settlement => {
  const settlement = settlements[status];
  if (settlement === undefined) throw new TypeError(`unknown settlement ${status}`);
  return settlement;
};

/** Where a decision lies; null: no id of ours, so there is none. */
const locate = (
  deps: StoreDeps,
  tenant: string,
  decisionId: string,
): { readonly shard: number; readonly hash: string; readonly key: string } | null => {
  const shard = shardOfDecision(decisionId);
  if (shard === null) return null;
  // The tenant is part of the hash: another tenant's id leads nowhere.
  const hash = shortHash(deps.identifiers.decision(tenant, decisionId).hash);
  return { shard, hash, key: keyOf('decision', shard, hash) };
};

export const findRedisDecision =
  (deps: StoreDeps) =>
  async (asked: {
    readonly tenant: string;
    readonly decisionId: string;
    readonly budget: CallBudget;
  }): Promise<DecisionRecord | null> => {
    const place = locate(deps, asked.tenant, asked.decisionId);
    if (place === null) return null;
    const text = await deps.connection.call('find_decision', asked.budget, async (session) => {
      const found = await session.client.get(place.key);
      if (found === null) await session.confirm(place.shard);
      return found;
    });
    return text === null ? null : recordIn(text);
  };

const recordDecision =
  (deps: StoreDeps): DecisionStore['recordDecision'] =>
  async ({ tenant, subject, record, budgetMs }) => {
    const place = locate(deps, tenant, record.decisionId);
    const owner = deps.identifiers.subject(tenant, subject);
    if (place === null || place.shard !== owner.shard) {
      throw new TypeError('the decision id was not given out for this subject');
    }
    const answer = await deps.connection.call('record_decision', budgetMs, (session) =>
      session.run(scripts['record-decision'], {
        keys: [place.key, keyOf('decisions', owner.shard, owner.hash)],
        operation: record.decisionId,
        now: null,
        args: [newRecordText(record), keyTable.decision.ttlMs, place.hash, listLength],
      }),
    );
    return answer.status === 'first' ? recordIn(textIn(answer.values[0])) : record;
  };

const openDecision =
  (deps: StoreDeps): DecisionStore['openDecision'] =>
  async ({ tenant, decisionId, counting, now }) => {
    const place = locate(deps, tenant, decisionId);
    if (place === null) return null;
    const { shard } = place;
    const answer = await deps.connection.call('open_decision', 'patient', (session) =>
      session.run(scripts['open-decision'], {
        keys: [place.key],
        operation: decisionId,
        now,
        args: [
          ...countingArgs(counting),
          keyPrefix('push', shard),
          keyPrefix('guard', shard),
          keyPrefix('profile', shard),
        ],
      }),
    );
    if (answer.status === 'missing') return null;
    const [text, at, push, guardReply] = answer.values;
    const guard = listIn(guardReply);
    return {
      record: recordIn(textIn(text)),
      at: numberIn(at),
      push: pushActivityIn(push),
      lock: lockIn(guard, numberIn(at)),
      guardVersion: numberIn(guard[4] ?? 0),
    };
  };

const settleDecision =
  (deps: StoreDeps): DecisionStore['settleDecision'] =>
  async ({ tenant, decisionId, guardVersion, record, outcome, riskMs, now }) => {
    const place = locate(deps, tenant, decisionId);
    if (place === null) return 'missing';
    const answer = await deps.connection.call('settle_decision', 'patient', (session) =>
      session.run(scripts['settle-decision'], {
        keys: [place.key],
        operation: randomUUID().slice(19),
        now,
        args: [
          guardVersion,
          outcome,
          recordJson(record),
          keyPrefix('guard', place.shard),
          keyPrefix('failures', place.shard),
          maxFailedCompletions,
          failuresKept,
          riskMs,
        ],
      }),
    );
    return settlementOf(answer.status);
  };

export const createRedisDecisionStore = (deps: StoreDeps): DecisionStore => {
  const find = findRedisDecision(deps);
  return {
    recordDecision: recordDecision(deps),
    findDecision: (tenant, decisionId) => find({ tenant, decisionId, budget: 'patient' }),
    openDecision: openDecision(deps),
    settleDecision: settleDecision(deps),
  };
};
