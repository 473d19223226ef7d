import type { SubjectStore, SubjectView } from '@stepgate/assessment';
import type { SubjectResponse } from '@stepgate/contracts';
import { canonicalSubjectId, type SubjectRef } from '@stepgate/engine';
import type { Call, Handler } from './handler.js';

export interface SubjectRouteDeps {
  readonly subjects: SubjectStore;
}

const iso = (instant: number): string => new Date(instant).toISOString();

const subjectOf = ({ parameters }: Call): SubjectRef => ({
  type: parameters['type'] ?? '',
  id: canonicalSubjectId(parameters['id'] ?? ''),
});

const presentSubject = (view: SubjectView): SubjectResponse => ({
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
});

export const createGetSubject =
  ({ subjects }: SubjectRouteDeps): Handler =>
  async (call) => {
    const view = await subjects.viewSubject(call.tenant, subjectOf(call), call.devNow);
    return view === null
      ? { problem: 'not_found', detail: 'Nothing is known of this subject.' }
      : { status: 200, body: presentSubject(view) };
  };

export const createEraseSubject =
  ({ subjects }: SubjectRouteDeps): Handler =>
  async (call) => {
    await subjects.eraseSubject(call.tenant, subjectOf(call), call.devNow);
    return { status: 204, body: null };
  };
