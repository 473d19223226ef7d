import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { challengeFor, encodeChallenge, isAcrValue } from '../src/index.js';

interface Fixture {
  readonly cases: readonly {
    readonly need: { acr?: string[]; max_age?: number; scope?: string };
    readonly header: string;
  }[];
  readonly injection: readonly { acr?: string; max_age?: number }[];
}

const sharedData =
  process.env['STEPGATE_SHARED_DATA'] ?? join(__dirname, '../../../../shared/data');
const fixturePath = join(sharedData, 'standards/stepup/rfc9470-cases.json');
const hasFixture = existsSync(fixturePath);
const fixture: Fixture = hasFixture
  ? (JSON.parse(readFileSync(fixturePath, 'utf8')) as Fixture)
  : { cases: [], injection: [] };
const describeFixture = hasFixture ? describe : describe.skip;

const descriptionIn = (header: string): string | undefined =>
  /error_description="([^"]*)"/.exec(header)?.[1];

describeFixture(`RFC 9470 cases (shared data at STEPGATE_SHARED_DATA)`, () => {
  it('has cases to check', () => {
    expect(fixture.cases.length).toBeGreaterThanOrEqual(4);
    expect(fixture.injection.length).toBeGreaterThanOrEqual(4);
  });

  it.each(fixture.cases)('writes $header', ({ need, header }) => {
    const description = descriptionIn(header);
    expect(
      encodeChallenge({
        ...(need.acr === undefined ? {} : { acrValues: need.acr }),
        ...(need.max_age === undefined ? {} : { maxAge: need.max_age }),
        ...(need.scope === undefined ? {} : { scope: need.scope }),
        ...(description === undefined ? {} : { description }),
      }),
    ).toBe(header);
  });

  it.each(fixture.injection)('refuses %j', ({ acr, max_age: maxAge }) => {
    expect(() =>
      encodeChallenge({
        ...(acr === undefined ? {} : { acrValues: [acr] }),
        ...(maxAge === undefined ? {} : { maxAge }),
      }),
    ).toThrow(RangeError);
  });
});

describe('encodeChallenge', () => {
  it.each(['', 'a"b', 'a b', 'a\\b', 'a\r\nset-cookie: x', 'é', 'a\u0000', '\u007f'])(
    'refuses %j as an acr value, a scope or a part of one',
    (value) => {
      expect(isAcrValue(value)).toBe(false);
      expect(() => encodeChallenge({ acrValues: ['phr', value] })).toThrow(RangeError);
    },
  );

  it('refuses a description or scope that would leave its quotes', () => {
    expect(() => encodeChallenge({ description: 'a", acr_values="x' })).toThrow(RangeError);
    expect(() => encodeChallenge({ scope: 'a", acr_values="x' })).toThrow(RangeError);
  });

  it('never writes more quotes than its parameters have', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), fc.integer(), (acrValues, maxAge) => {
        let header: string;
        try {
          header = encodeChallenge({ acrValues, maxAge });
        } catch (error) {
          return error instanceof RangeError;
        }
        return /^Bearer [a-z_]+="[^"\\\r\n]*"(, [a-z_]+="[^"\\\r\n]*")*$/.test(header);
      }),
    );
  });
});

describe('challengeFor', () => {
  it('names the acr values and the age, and no authenticator', () => {
    const header = challengeFor({
      authenticators: ['passkey'],
      forbidden: ['push'],
      acr_values: ['phrh', 'phr'],
      number_matching: true,
      max_age: 0,
      enrolment_required: false,
    });
    expect(header).toBe(
      'Bearer error="insufficient_user_authentication", ' +
        'error_description="A stronger or more recent authentication is required", ' +
        'acr_values="phrh phr", max_age="0"',
    );
  });
});
