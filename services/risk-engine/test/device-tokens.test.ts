import fc from 'fast-check';
import { createDeviceTokens } from '../src/device-tokens.js';

const dayMs = 86_400_000;
const secret = 'a deployment secret of more than 32 characters';
const tokens = createDeviceTokens({ secret, lifetimeDays: 180 });
const now = Date.UTC(2026, 2, 3, 10);
const holder = { tenant: 'acme', subject: 'sub_alice' };
const deviceId = '01a20bb7-41ee-7390-96c6-f93c814801e8';
const { text, expiresAt } = tokens.issue({ holder, deviceId, now });
const read = (token: string, overrides: Partial<Parameters<typeof tokens.read>[1]> = {}) =>
  tokens.read(token, { holder, now, ...overrides });

const seed = Number(process.env['STEPGATE_TEST_SEED'] ?? Date.now() % 1_000_000);
const options = { seed, numRuns: 500 };
const anyText = fc.oneof(fc.string(), fc.string({ unit: 'binary' }));
const anyHolder = fc.record({ tenant: anyText, subject: anyText });
const anyNow = fc.integer({ min: 0, max: 4e12 });

/** The text with one bit of one of its bytes turned. */
const flipped = (token: string, bit: number): string => {
  const bytes = Buffer.from(token, 'latin1');
  const at = bit % (8 * bytes.length);
  bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7));
  return bytes.toString('latin1');
};

describe(`a device token (seed ${String(seed)})`, () => {
  it('names its device to its own subject', () => {
    fc.assert(
      fc.property(anyHolder, fc.uuid(), anyNow, (whose, id, at) => {
        const issued = tokens.issue({ holder: whose, deviceId: id, now: at });
        expect(issued.expiresAt).toBe(at + 180 * dayMs);
        expect(read(issued.text, { holder: whose, now: at })).toEqual({
          kind: 'valid',
          deviceId: id,
          issuedAt: at,
          expiresAt: issued.expiresAt,
        });
      }),
      options,
    );
  });

  it('fits into the request that brings it back', () => {
    expect(text).toMatch(/^[\w.-]{1,512}$/);
  });

  it('is the same for the same question, so that a retried attempt is answered the same', () => {
    expect(tokens.issue({ holder, deviceId, now }).text).toBe(text);
  });

  it('holds neither tenant nor subject', () => {
    const payload = Buffer.from(text.split('.')[2] ?? '', 'base64url').toString();
    expect(payload).not.toMatch(/acme|alice/);
  });

  it('is refused with any one bit of it altered', () => {
    for (let bit = 0; bit < 8 * text.length; bit += 1) {
      expect(read(flipped(text, bit)).kind).toMatch(/^(tampered|expired)$/);
    }
  });

  it('is refused when anything is cut off it or put to it', () => {
    fc.assert(
      fc.property(fc.nat({ max: text.length - 1 }), anyText, (length, rest) => {
        const altered = text.slice(0, length) + rest;
        fc.pre(altered !== text);
        expect(read(altered).kind).not.toBe('valid');
      }),
      options,
    );
  });

  it('is refused when made of the parts of two tokens', () => {
    const other = tokens.issue({ holder: { ...holder, subject: 'sub_bob' }, deviceId, now });
    const [mine, his] = [text.split('.'), other.text.split('.')];
    const mixed = [mine[0], mine[1], his[2], mine[3]].join('.');
    expect(read(mixed)).toEqual({ kind: 'tampered' });
  });

  it("is somebody else's for any other subject or tenant, however their names are cut", () => {
    fc.assert(
      fc.property(anyHolder, anyHolder, (one, other) => {
        fc.pre(one.tenant !== other.tenant || one.subject !== other.subject);
        const issued = tokens.issue({ holder: one, deviceId, now });
        expect(read(issued.text, { holder: other })).toEqual({ kind: 'foreign_subject' });
      }),
      options,
    );
    const shifted = { tenant: 'acmes', subject: 'ub_alice' };
    expect(read(text, { holder: shifted })).toEqual({ kind: 'foreign_subject' });
  });

  it('expires at its hour, and not before', () => {
    expect(read(text, { now: expiresAt - 1 }).kind).toBe('valid');
    expect(read(text, { now: expiresAt })).toEqual({ kind: 'expired' });
  });

  it("is somebody else's also when it has expired", () => {
    const bob = { ...holder, subject: 'sub_bob' };
    expect(read(text, { holder: bob, now: expiresAt })).toEqual({ kind: 'foreign_subject' });
  });

  it('of an earlier secret has expired, so that a changed secret accuses nobody', () => {
    const earlier = createDeviceTokens({ secret: `${secret}, the old one`, lifetimeDays: 180 });
    expect(read(earlier.issue({ holder, deviceId, now }).text)).toEqual({ kind: 'expired' });
  });

  it.each([
    '',
    '.',
    '...',
    'v1',
    'v1...',
    'v2.' + text.slice(3),
    `${text}=`,
    `${text}.x`,
    ` ${text}`,
  ])('is not %j', (garbage) => {
    expect(read(garbage)).toEqual({ kind: 'tampered' });
  });
});
