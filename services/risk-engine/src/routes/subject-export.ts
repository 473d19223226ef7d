import { countingRulesOf } from '@stepgate/assessment';
import type { SubjectExportResponse } from '@stepgate/contracts';
import type { Handler } from './handler.js';
import { presentRecord } from './present-decision.js';
import { presentSubject, subjectOf, type SubjectRouteDeps } from './subjects.js';

const iso = (instant: number): string => new Date(instant).toISOString();

/** In short, what the inventory in docs/privacy.md says. */
const retention = {
  subject: 'profile 180 d since the last proven login; failures and prompts 24 h; breach 90 d',
  lock: 'until it ends; survives erasure',
  places: '180 d since the last proven login',
  traits: '180 d since the last proven login',
  decisions: '24 h',
  limits: 'the window of each limit, at most 7 d; survives erasure',
  alerts: 'outbox until delivered, queue 1 d, dead letters 30 d; unreadable after erasure',
} as const;

/** What a person may ask to be told (GDPR Art. 15), in one document. */
export const createExportSubject =
  ({ subjects, policyFor }: SubjectRouteDeps): Handler =>
  async (call) => {
    const { tenant } = call;
    const policy = policyFor({ tenant, application: null, groups: [], action: null });
    const kept = await subjects.exportSubject({
      tenant,
      subject: subjectOf(call),
      counting: countingRulesOf(policy, null),
      now: call.devNow,
    });
    if (kept === null) {
      return { problem: 'not_found', detail: 'Nothing is known of this subject.' };
    }
    const body: SubjectExportResponse = {
      exported_at: iso(call.devNow ?? call.receivedAt),
      subject: presentSubject(kept.view, policy.pushLadder),
      places: kept.places.map(({ latitude, longitude, precisionKm, at }) => ({
        latitude,
        longitude,
        precision_km: precisionKm,
        last_login_at: iso(at),
      })),
      traits: kept.traits.map((trait) => ({ ...trait })),
      decisions: kept.decisions.map(presentRecord),
      limits: kept.limits.map((limit) => ({ ...limit })),
      retention,
    };
    return { status: 200, body };
  };
