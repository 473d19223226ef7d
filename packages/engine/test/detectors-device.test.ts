import { cleanEvidence, cleanHistory, cleanNow, dayMs, settingsWith } from '@stepgate/testing';
import { runDetectors, type DetectorSettings } from '../src/detectors/index.js';
import type { DeviceClaim, SubjectHistory } from '../src/evidence.js';
import type { Finding } from '../src/findings.js';
import { absent, observed, unavailable } from '../src/signal.js';
import { describeDetector } from './detector-table.js';

const claim = (token: DeviceClaim['token']) => ({
  device: observed({ managed: null, named: false, token }),
});

describeDetector('device_token_invalid', [
  {
    when: 'speaks of a token that was altered',
    evidence: claim('tampered'),
    finding: { reason: 'device_token_invalid', points: 30, detail: { problem: 'tampered' } },
  },
  {
    when: 'speaks of a token that was issued to another subject',
    evidence: claim('foreign_subject'),
    finding: { reason: 'device_token_invalid', points: 30, detail: { problem: 'foreign_subject' } },
  },
  {
    when: 'says of an expired token that it is, and charges nothing: the device is unseen as it is',
    evidence: claim('expired'),
    finding: { reason: 'device_token_invalid', points: 0, detail: { problem: 'expired' } },
  },
  {
    when: 'charges what the policy says for each',
    evidence: claim('expired'),
    settings: {
      device_token_invalid: { points: { tampered: 50, foreign_subject: 40, expired: 5 } },
    },
    finding: { reason: 'device_token_invalid', points: 5, detail: { problem: 'expired' } },
  },
  { when: 'is silent about a valid token', evidence: claim('valid'), finding: null },
  { when: 'is silent without a token', evidence: claim('none'), finding: null },
  { when: 'is silent without a device', evidence: { device: absent }, finding: null },
  {
    when: 'speaks also when nothing is known of the subject',
    evidence: { ...claim('tampered'), history: unavailable('timeout') },
    finding: { reason: 'device_token_invalid', points: 30, detail: { problem: 'tampered' } },
  },
]);

describe('device_changed', () => {
  const findings = (
    device: Partial<NonNullable<SubjectHistory['device']>> | null,
    settings: Partial<DetectorSettings> = {},
  ): readonly Finding[] => {
    const usual = {
      firstSeenAt: cleanNow - 30 * dayMs,
      lastSeenAt: cleanNow - 3 * dayMs + 1,
      trusted: true,
      sameFingerprint: false,
    };
    const history = cleanHistory({ device: device === null ? null : { ...usual, ...device } });
    const evidence = cleanEvidence({ history: observed(history) });
    return runDetectors(evidence, settingsWith(settings), cleanNow);
  };
  const changed = (points: number, days: number): readonly Finding[] => [
    { reason: 'device_changed', points, detail: { last_seen_days: days } },
  ];

  it('speaks of a known device that looks otherwise, and counts whole days', () => {
    expect(findings({})).toStrictEqual(changed(5, 2));
    expect(findings({ lastSeenAt: cleanNow + dayMs })).toStrictEqual(changed(5, 0));
  });

  it('never costs more than a device that is thrown away', () => {
    const settings = { device_unseen: { points: 3, looksKnownPoints: 0, changedPoints: 40 } };
    expect(findings({}, settings)).toStrictEqual(changed(3, 2));
  });

  it('is silent about one that looks as it did, and where its looks were never learnt', () => {
    expect(findings({ sameFingerprint: true })).toEqual([]);
    expect(findings({ sameFingerprint: null })).toEqual([]);
  });

  it('leaves an unseen device to device_unseen, and is switched off with it', () => {
    expect(findings(null).map(({ reason }) => reason)).toEqual(['device_unseen']);
    expect(findings({}, { device_unseen: null })).toEqual([]);
  });
});
