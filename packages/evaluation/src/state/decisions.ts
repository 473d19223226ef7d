import type {
  DecisionRecord,
  DecisionStore,
  Settlement,
  SettlementRequest,
} from '@stepgate/assessment';
import { timeOf } from './attempts.js';
import { noPushActivity, subjectBounds, type Entries } from './subjects.js';
import { addOnce } from './timed-set.js';

/** Failed completions that use a decision up. */
const maxFailedCompletions = 5;
/** A login is over before the next is decided; nobody asks for older decisions. */
const recordsKept = 16;

interface KeptDecision {
  record: DecisionRecord;
  failed: number;
  open: boolean;
}

const createSettle = (
  kept: ReadonlyMap<string, KeptDecision>,
  entries: Entries,
): ((request: SettlementRequest) => Settlement) => {
  let settled = 0;
  return ({ decisionId, record, outcome, riskMs, now }) => {
    const found = kept.get(decisionId);
    const at = timeOf(now);
    if (found === undefined) return 'missing';
    if (!found.open) return 'already_consumed';
    if (at >= found.record.expiresAt) return 'expired';
    const entry = entries.subject(found.record.pseudonyms.subject);
    found.record = record;
    if (riskMs > 0) entry.riskAt = Math.max(at, entry.riskAt ?? at);
    if (outcome !== 'step_up') {
      found.open = false;
      return 'consumed';
    }
    settled += 1;
    const member = `settlement:${String(settled)}`;
    addOnce(entry.failures, { member, at, now: at }, subjectBounds.failures);
    found.failed += 1;
    found.open = found.failed < maxFailedCompletions;
    return found.open ? 'kept_open' : 'already_consumed';
  };
};

export const createReplayDecisions = (entries: Entries): DecisionStore => {
  const kept = new Map<string, KeptDecision>();
  const settle = createSettle(kept, entries);
  return {
    recordDecision: ({ record }) => {
      kept.set(record.decisionId, { record, failed: 0, open: true });
      if (kept.size > recordsKept) {
        for (const oldest of kept.keys()) {
          kept.delete(oldest);
          break;
        }
      }
      return Promise.resolve(record);
    },
    findDecision: (_tenant, decisionId) => Promise.resolve(kept.get(decisionId)?.record ?? null),
    openDecision: ({ decisionId, now }) => {
      const found = kept.get(decisionId);
      return Promise.resolve(
        found === undefined
          ? null
          : {
              record: found.record,
              at: timeOf(now),
              push: noPushActivity,
              lock: null,
              guardVersion: 0,
            },
      );
    },
    settleDecision: (request) => Promise.resolve(settle(request)),
  };
};
