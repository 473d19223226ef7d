import { createHash, verify } from 'node:crypto';
import { createSigningKey, publicKeysOf } from '@stepgate/audit';
import type { OperationId } from '@stepgate/contracts';
import { allow } from '../../../packages/client/test/decisions.js';
import { composeSigning } from '../src/compose-signing.js';
import { createAnswerSigner } from '../src/sign-answers.js';

const key = createSigningKey('a secret of more than thirty-two characters', 'decisions');
const receivedAt = Date.UTC(2026, 2, 3, 10);
const asked = '{"attempt_id":"attempt-1"}';
const sha256 = (text: string) => createHash('sha256').update(text);
const call = { tenant: 'test', receivedAt, bodyHash: () => sha256(asked).digest('hex') };
const fresh = { ...allow, expires_at: new Date(receivedAt + 300_000).toISOString() };
const degraded = { ...fresh, degraded: ['geo'] };

const sign = (mode: 'degraded' | 'all', answer: unknown, operation: OperationId = 'decide') =>
  createAnswerSigner({ key, mode }).sign({ operation, call, answer, body: JSON.stringify(answer) });

const partsOf = (signature: string | null) => {
  const [head = '', claims = '', proof = ''] = (signature ?? '').split('.');
  const json = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
  const bytes = Buffer.from(proof, 'base64url');
  const holds = verify(null, Buffer.from(`${head}.${claims}`), key.publicKey, bytes);
  return { head: json(head), claims: json(claims), holds };
};

describe('a signed decision', () => {
  it('says who decided what for which bytes, and until when', () => {
    expect(partsOf(sign('all', fresh))).toEqual({
      head: { alg: 'EdDSA', kid: key.keyId, typ: 'stepgate-decision' },
      claims: {
        iss: 'stepgate',
        iat: receivedAt / 1_000,
        exp: receivedAt / 1_000 + 300,
        decision_id: allow.decision_id,
        attempt_id: 'attempt-1',
        decision: 'allow',
        degraded: [],
        req: sha256(asked).digest('base64url'),
        res: sha256(JSON.stringify(fresh)).digest('base64url'),
      },
      holds: true,
    });
  });

  it('is good for a minute at most when it is degraded', () => {
    const { claims } = partsOf(sign('degraded', degraded));
    expect(claims).toMatchObject({ degraded: ['geo'], exp: receivedAt / 1_000 + 60 });
    const soon = { ...degraded, expires_at: new Date(receivedAt + 5_000).toISOString() };
    expect(partsOf(sign('all', soon)).claims).toMatchObject({ exp: receivedAt / 1_000 + 5 });
  });

  it.each([
    ['degraded', 'decide', [degraded]],
    ['degraded', 'completeDecision', [degraded]],
    ['all', 'decide', [degraded, fresh]],
    ['all', 'completeDecision', [degraded, fresh]],
    ['all', 'recordEvents', []],
    ['all', 'getDecision', []],
  ] as const)(
    'under %s is an answer of %s, where it says who may come in',
    (mode, operation, expected) => {
      const isSigned = (answer: unknown) => sign(mode, answer, operation) !== null;
      expect([degraded, fresh].filter(isSigned)).toEqual(expected);
    },
  );
});

describe('the published keys', () => {
  const secrets = {
    STEPGATE_SECRET: 'a secret of more than thirty-two characters',
    STEPGATE_SECRET_PREVIOUS: 'the one before, of more than thirty-two characters',
    STEPGATE_SIGN: 'degraded',
  } as const;

  it('are the one that signs and, in a rotation, the one before it', () => {
    const previous = createSigningKey(secrets.STEPGATE_SECRET_PREVIOUS, 'decisions');
    expect(composeSigning(secrets).publicKeys).toEqual(publicKeysOf([key, previous]));
    const { STEPGATE_SECRET_PREVIOUS: _none, ...single } = secrets;
    expect(composeSigning(single).publicKeys.keys).toHaveLength(1);
  });

  it('hold nothing that signs', () => {
    expect(composeSigning(secrets).publicKeys.keys.every((jwk) => !('d' in jwk))).toBe(true);
  });

  it('are not those of the audit log: one kind of signature cannot stand for the other', () => {
    expect(createSigningKey(secrets.STEPGATE_SECRET, 'audit').keyId).not.toBe(key.keyId);
  });
});
