import { createDeviceTokens } from '../src/device-tokens.js';

const secret = 'the secret of the deployment, of more than 32 characters';
const previousSecret = 'the secret before it, also of more than 32 characters';
const now = Date.UTC(2026, 2, 3, 10);
const deviceId = '01a20bb7-41ee-7390-96c6-f93c814801e8';
const before = createDeviceTokens({ secret: previousSecret, lifetimeDays: 180 });
const during = createDeviceTokens({ secret, previousSecret, lifetimeDays: 180 });
const after = createDeviceTokens({ secret, lifetimeDays: 180 });
const holder = { tenant: 'acme', subject: 'sub_new', earlier: 'sub_old' };

describe('a device token, while the secret is being changed', () => {
  it('of the earlier secret still names its device, and is due for a new one', () => {
    const { text } = before.issue({
      holder: { tenant: 'acme', subject: 'sub_old' },
      deviceId,
      now,
    });
    expect(during.read(text, { holder, now })).toMatchObject({
      kind: 'valid',
      deviceId,
      superseded: true,
    });
    expect(after.read(text, { holder, now })).toEqual({ kind: 'expired' });
  });

  it('of the earlier secret is as foreign to others as it was', () => {
    const { text } = before.issue({
      holder: { tenant: 'acme', subject: 'sub_eve' },
      deviceId,
      now,
    });
    expect(during.read(text, { holder, now })).toEqual({ kind: 'foreign_subject' });
    expect(during.read(`${text.slice(0, -1)}!`, { holder, now })).toEqual({ kind: 'tampered' });
  });

  it('is issued under the current secret, but for a login that was decided before', () => {
    const issued = during.issue({ holder, deviceId, now });
    expect(after.read(issued.text, { holder, now })).toMatchObject({ kind: 'valid', deviceId });
    const old = { tenant: 'acme', subject: 'sub_old', earlier: 'sub_old' };
    expect(
      before.read(during.issue({ holder: old, deviceId, now }).text, { holder: old, now }),
    ).toMatchObject({
      kind: 'valid',
    });
  });
});
