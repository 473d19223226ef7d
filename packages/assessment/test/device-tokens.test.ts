import { cleanAttempt, cleanHistory, policyWith, quietPush, windowCounts } from '@stepgate/testing';
import { createAssessAttempt, createCompleteStepUp, type DecisionRecord } from '../src/index.js';
import {
  admitted,
  asked,
  at,
  dayMs,
  input,
  plainTokens,
  scriptedPorts,
  tokenDays,
  unsaid,
} from './fixture.js';

const decisionId = '01a20bb7-41ee-7390-96c6-f93c814801e8';
const holder = { tenant: cleanAttempt().tenant, subject: 'sub_alice' };
const tokenOf = (
  overrides: { readonly subject?: string; readonly issuedAt?: number } = {},
): string =>
  plainTokens.issue({
    holder: { ...holder, subject: overrides.subject ?? 'sub_alice' },
    deviceId: 'first-login',
    now: overrides.issuedAt ?? at - dayMs,
  }).text;

const decide = async (device: Parameters<typeof input>[0], ports = scriptedPorts({})) => {
  const assessment = await createAssessAttempt(ports.deps)(input(device), asked);
  if (assessment.kind !== 'decided') throw new Error(assessment.kind);
  return { ...assessment, admission: ports.admissions[0] };
};
const named = (
  device: Partial<typeof unsaid> | { readonly token: string; readonly id?: string },
) => ({
  device: { ...unsaid, ...device },
});
const newToken = JSON.stringify([decisionId, 'sub_alice', at]);

describe('the device of a login', () => {
  it('that names none is named after its decision, and handed a token with the allow', async () => {
    const { record, deviceToken, admission } = await decide({ device: null });
    expect(admission?.deviceId).toBeNull();
    expect(deviceToken).toEqual({ text: newToken, expiresAt: at + tokenDays * dayMs });
    expect(record.pseudonyms.device).toBe(`dev_token\n${decisionId}`);
  });

  it("is the caller's own where it names one, and gets no token", async () => {
    const { record, deviceToken, admission } = await decide({});
    expect(admission?.deviceId).toBe('laptop');
    expect([deviceToken, record.pseudonyms.device]).toEqual([null, 'dev_laptop']);
  });

  it("is the valid token's, whatever id the caller sends beside it", async () => {
    const { admission, deviceToken, record } = await decide(named({ token: tokenOf(), id: 'x' }));
    expect(admission?.deviceId).toBe('token\nfirst-login');
    expect(record.evidence.device).toMatchObject({ value: { token: 'valid' } });
    expect(deviceToken).toBeNull();
  });

  it.each([
    ['tampered', 'garbage'],
    ['foreign_subject', tokenOf({ subject: 'sub_bob' })],
    ['expired', tokenOf({ issuedAt: at - tokenDays * dayMs })],
  ])('with a token that is %s is a new one, whatever id stands beside it', async (state, token) => {
    const { admission, record } = await decide(named({ token, id: 'laptop' }));
    expect(admission?.deviceId).toBeNull();
    expect(record.evidence.device).toMatchObject({ value: { token: state } });
    expect(record.pseudonyms.device).toBe(`dev_token\n${decisionId}`);
    expect(record.decision.findings).toContainEqual(
      expect.objectContaining({ reason: 'device_token_invalid', detail: { problem: state } }),
    );
  });

  it('keeps its name in a new token when the old one is past half of its life', async () => {
    const halfway = at - (tokenDays / 2) * dayMs;
    const young = await decide(named({ token: tokenOf({ issuedAt: halfway + dayMs }) }));
    expect(young.deviceToken).toBeNull();
    const old = await decide(named({ token: tokenOf({ issuedAt: halfway - dayMs }) }));
    expect(old.deviceToken?.text).toBe(JSON.stringify(['first-login', 'sub_alice', at]));
  });

  it('gets its token from a shadow policy too, which lets everybody in', async () => {
    const policy = { ...policyWith(), shadow: true };
    const history = cleanHistory({ device: null, countrySeen: false, asnSeen: false });
    const admission = () =>
      Promise.resolve(admitted({ history, subjectFailures: windowCounts(9) }));
    const { record, deviceToken } = await decide(
      { device: null },
      scriptedPorts({ admission }, policy),
    );
    expect(record.decision.outcome).toBe('step_up');
    expect(deviceToken?.text).toBe(newToken);
  });

  it('gets none with another question than a login', async () => {
    const attempt = cleanAttempt({ action: { name: 'access', properties: {} } });
    const { record, deviceToken } = await decide({ attempt, device: null });
    expect([deviceToken, record.deviceToName]).toEqual([null, null]);
  });
});

describe('a login that is stepped up', () => {
  const history = cleanHistory({
    device: null,
    countrySeen: false,
    asnSeen: false,
    logins: 0,
    knownDevices: 0,
  });
  const steppedUp = async (): Promise<DecisionRecord> => {
    const admission = () =>
      Promise.resolve(admitted({ history, subjectFailures: windowCounts(9) }));
    const { record, deviceToken } = await decide({ device: null }, scriptedPorts({ admission }));
    expect([record.decision.outcome, deviceToken]).toEqual(['step_up', null]);
    return record;
  };
  const complete = (record: DecisionRecord, authenticator: 'totp' | 'recovery_code') => {
    const open = { record, at: at + 30_000, push: quietPush(), lock: null, guardVersion: 1 };
    const ports = scriptedPorts({ found: record, open: () => open });
    const told = { authenticator, numberMatched: false, address: null };
    return createCompleteStepUp(ports.deps)({ tenant: holder.tenant, decisionId, now: null }, told);
  };

  it('hands out the token once it is completed, and not before', async () => {
    expect(await complete(await steppedUp(), 'totp')).toMatchObject({
      decision: { outcome: 'allow' },
      deviceToken: { text: JSON.stringify([decisionId, 'sub_alice', at + 30_000]) },
    });
  });

  it('hands out none while it is not', async () => {
    expect(await complete(await steppedUp(), 'recovery_code')).toMatchObject({
      decision: { outcome: 'step_up' },
      deviceToken: null,
    });
  });

  it('hands out none when the attempt is sent again after its completion', async () => {
    const record = await steppedUp();
    const completion = { at: at + 30_000, authenticator: 'totp', outcome: 'allow' } as const;
    const replayed = { kind: 'replayed', record: { ...record, completion } } as const;
    const ports = scriptedPorts({ admission: () => Promise.resolve(replayed) });
    expect((await decide({ device: null }, ports)).deviceToken).toBeNull();
  });
});
