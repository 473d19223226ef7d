import type { DecisionInput } from '@stepgate/contracts';
import type { Decision, DeviceTokenState, Instant, SubjectRef } from '@stepgate/engine';
import type { DecisionRecord } from './decision-record.js';
import type { AttemptStore } from './ports/attempt-store.js';
import type { DeviceToken, DeviceTokenReading, DeviceTokens } from './ports/device-tokens.js';
import type { Pseudonyms } from './pseudonyms.js';

/** What the caller says of the device, as far as it can be believed. */
export interface ReadDevice {
  /** As the store is asked for it; null: nothing names the device. */
  readonly id: string | null;
  readonly token: DeviceTokenState;
  /**
   * Whose token is handed out once the user is let in: a `new` device's, or that of a named one whose
   * token is past half of its life. Null: none is due.
   */
  readonly due: 'new' | { readonly deviceId: string } | null;
}

interface ReadDeviceDeps {
  readonly attempts: Pick<AttemptStore, 'pseudonymsOf'>;
  readonly deviceTokens: Pick<DeviceTokens, 'read'>;
}

/**
 * A line break is refused in a `device.id` of the caller's own, so that nobody who may choose that id
 * can name the device of a token without holding it.
 */
const idOfTokenDevice = (deviceId: string): string => `token\n${deviceId}`;

const isHalfOver = (
  { issuedAt, expiresAt }: Extract<DeviceTokenReading, { kind: 'valid' }>,
  now: Instant,
): boolean => now - issuedAt > (expiresAt - issuedAt) / 2;

const isDue = (reading: Extract<DeviceTokenReading, { kind: 'valid' }>, now: Instant): boolean =>
  reading.superseded === true || isHalfOver(reading, now);

const namesOf = (tenant: string, subject: SubjectRef, deviceId: string | null) => ({
  tenant,
  subject,
  deviceId,
  address: null,
  traits: null,
});

/**
 * A valid token beats the caller's own `device.id`, and an invalid one takes it down with it: whoever
 * sends a forged token may have chosen the id as well.
 */
export const readDevice = (
  { attempts, deviceTokens }: ReadDeviceDeps,
  { attempt, device }: Pick<DecisionInput, 'attempt' | 'device'>,
  now: Instant,
): ReadDevice => {
  const isLogin = attempt.action.name === 'login';
  const text = device?.token ?? null;
  if (text === null) {
    const id = device?.id ?? null;
    return { id, token: 'none', due: isLogin && id === null ? 'new' : null };
  }
  const { tenant } = attempt;
  const { subject, earlier } = attempts.pseudonymsOf(namesOf(tenant, attempt.subject, null));
  const holder = { tenant, subject, earlier: earlier?.subject };
  const reading = deviceTokens.read(text, { holder, now });
  if (reading.kind !== 'valid') {
    return { id: null, token: reading.kind, due: isLogin ? 'new' : null };
  }
  const { deviceId } = reading;
  const due = isLogin && isDue(reading, now) ? { deviceId } : null;
  return { id: idOfTokenDevice(deviceId), token: 'valid', due };
};

interface Admitted {
  readonly decisionId: string;
  readonly pseudonyms: Pseudonyms;
}

/** A new device is named after the decision on its first login: unique, and the same for every copy. */
export const nameDevice = (
  { attempts }: Pick<ReadDeviceDeps, 'attempts'>,
  asked: {
    readonly device: ReadDevice;
    readonly admission: { readonly tenant: string; readonly subject: SubjectRef };
  },
  { decisionId, pseudonyms }: Admitted,
): { readonly deviceToName: string | null; readonly pseudonyms: Pseudonyms } => {
  const { due } = asked.device;
  if (due !== 'new') return { deviceToName: due?.deviceId ?? null, pseudonyms };
  const { tenant, subject } = asked.admission;
  const named = attempts.pseudonymsOf(namesOf(tenant, subject, idOfTokenDevice(decisionId)));
  const { device } = named;
  const earlier =
    pseudonyms.earlier === undefined
      ? {}
      : { earlier: { ...pseudonyms.earlier, device: named.earlier?.device ?? null } };
  return { deviceToName: decisionId, pseudonyms: { ...pseudonyms, device, ...earlier } };
};

/** An answer to a login, by the decision itself or by its completion. */
interface Answered {
  readonly tenant: string;
  readonly record: DecisionRecord;
  readonly outcome: Decision['outcome'];
  readonly at: Instant;
}

/** The token for whoever is let in by this answer: the same one, however often it is given. */
export const tokenDue = (
  tokens: Pick<DeviceTokens, 'issue'>,
  { tenant, record, outcome, at }: Answered,
): DeviceToken | null => {
  const { deviceToName: deviceId, shadow, pseudonyms } = record;
  if (deviceId === null || !(shadow || outcome === 'allow')) return null;
  const { subject, earlier } = pseudonyms;
  const holder = { tenant, subject, earlier: earlier?.subject };
  return tokens.issue({ holder, deviceId, now: at });
};
