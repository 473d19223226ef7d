import {
  countingRulesOf,
  type PolicySource,
  type SubjectStore,
  type SubjectView,
} from '@stepgate/assessment';
import type { SubjectResponse } from '@stepgate/contracts';
import { canonicalSubjectId, type PushLadder, type SubjectRef } from '@stepgate/engine';
import type { Call, Handler } from './handler.js';

export interface SubjectRouteDeps {
  readonly subjects: SubjectStore;
  readonly policyFor: PolicySource['policyFor'];
}

const iso = (instant: number): string => new Date(instant).toISOString();

export const subjectOf = ({ parameters }: Call): SubjectRef => ({
  type: parameters['type'] ?? '',
  id: canonicalSubjectId(parameters['id'] ?? ''),
});

const presentPush = (
  { ladder, pending, since, sentSinceSuccess }: SubjectView['push'],
  { rungs }: PushLadder,
): SubjectResponse['push'] => ({
  unanswered: ladder,
  pending,
  since: since === null ? null : iso(since),
  rung: rungs.findLast(({ at }) => ladder >= at)?.at ?? 0,
  sent_since_success: sentSinceSuccess,
});

const presentAlert = (alert: SubjectView['alert']): SubjectResponse['alert'] =>
  alert === null
    ? null
    : {
        id: alert.id,
        kind: alert.kind,
        severity: alert.severity,
        opened_at: iso(alert.openedAt),
        last_seen_at: iso(alert.at),
        count: alert.count,
      };

export const presentSubject = (view: SubjectView, ladder: PushLadder): SubjectResponse => ({
  logins: view.logins,
  last_login_at: view.lastLoginAt === null ? null : iso(view.lastLoginAt),
  devices: view.devices.map((device) => ({
    id: device.id,
    first_seen_at: iso(device.firstSeenAt),
    last_seen_at: iso(device.lastSeenAt),
    trusted: device.trusted,
  })),
  countries: [...view.countries],
  asns: [...view.asns],
  logins_by_hour_utc: [...view.loginsByHour],
  failures_24h: view.failures24h,
  push_prompts_24h: { ...view.pushPrompts24h },
  lock:
    view.lock === null
      ? null
      : {
          reason: view.lock.reason,
          since: iso(view.lock.since),
          until: iso(view.lock.until),
          except_known_device: view.lock.exceptKnownDevice,
        },
  credential_breached_at:
    view.credentialBreachedAt === null ? null : iso(view.credentialBreachedAt),
  account_risk_at: view.accountRiskAt === null ? null : iso(view.accountRiskAt),
  push: presentPush(view.push, ladder),
  alert: presentAlert(view.alert),
});

export const createGetSubject =
  ({ subjects, policyFor }: SubjectRouteDeps): Handler =>
  async (call) => {
    const { tenant } = call;
    const policy = policyFor({ tenant, application: null, groups: [], action: null });
    const view = await subjects.viewSubject({
      tenant,
      subject: subjectOf(call),
      counting: countingRulesOf(policy, null),
      now: call.devNow,
    });
    return view === null
      ? { problem: 'not_found', detail: 'Nothing is known of this subject.' }
      : { status: 200, body: presentSubject(view, policy.pushLadder) };
  };

export const createEraseSubject =
  ({ subjects }: SubjectRouteDeps): Handler =>
  async (call) => {
    await subjects.eraseSubject(call.tenant, subjectOf(call), call.devNow);
    return { status: 204, body: null };
  };
