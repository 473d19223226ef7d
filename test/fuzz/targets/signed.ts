import { createSigningKey } from '@stepgate/audit';
import { beginChain } from '../../../packages/audit/src/chain.js';
import { createChainVerifier } from '../../../packages/audit/src/verify-chain.js';
import { createDeviceTokens } from '../../../services/risk-engine/src/device-tokens.js';
import { promise, type FuzzTarget } from '../target.js';

const secret = 'a secret of the fuzzers, of more than 32 characters';
const now = Date.UTC(2026, 2, 3, 10);
const holder = { tenant: 'acme', subject: 'sub_alice' };
const tokens = createDeviceTokens({ secret, lifetimeDays: 30 });
const genuine = tokens.issue({ holder, deviceId: 'device-1', now }).text;

/** Nothing but the one genuine text is valid. */
export const deviceToken: FuzzTarget = {
  name: 'device-token',
  words: ['v1.', '.', genuine.slice(0, 40), genuine.slice(-43), 'AAAA', '==', '-', '_'],
  starts: () => [Buffer.from(genuine)],
  check: (input) => {
    const text = input.toString();
    const reading = tokens.read(text, { holder, now });
    promise(reading.kind !== 'valid' || text === genuine, 'a changed token is valid');
  },
};

const key = createSigningKey(secret, 'audit');

const writeChain = (): Buffer => {
  const { chain, lines } = beginChain({ key, clock: () => now, version: '1.0.0' }, null);
  const more = Array.from({ length: 6 }, (_, n) =>
    chain.next('decision', { digest: `d${String(n)}` }),
  );
  return Buffer.from([...lines, ...more, chain.nextSigned('checkpoint')].join('').trimEnd());
};
const chain = writeChain();

const verdictOf = (bytes: Buffer) => {
  const verifier = createChainVerifier(new Map([[key.keyId, key.publicKey]]));
  const lines = bytes.toString('latin1').split('\n');
  for (const line of lines) if (!verifier.take(Buffer.from(line, 'latin1'))) break;
  verifier.end(Buffer.alloc(0));
  return { bad: verifier.bad(), state: verifier.state(), lines: lines.length };
};
const whole = verdictOf(chain);

/** An audit log that was touched is bad at a place; what is left of a cut one is at most its beginning. */
export const auditLine: FuzzTarget = {
  name: 'audit-line',
  words: ['\n', '"seq":', '"prev":"', '"sig":"', '"kind":"closed"', '"kind":"decision"', '}', '0'],
  starts: () => [chain],
  check: (input) => {
    promise(whole.bad === null, 'a genuine chain is bad');
    const { bad, state, lines } = verdictOf(input);
    if (bad !== null) {
      promise(bad.line >= 1 && bad.line <= lines + 1, 'a bad place is none');
      return;
    }
    promise(
      state.unsigned > 0 || chain.includes(input) || input.equals(chain),
      'a changed chain is taken for signed',
    );
  },
};
