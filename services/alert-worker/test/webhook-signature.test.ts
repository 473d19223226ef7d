import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { parseWebhookSecret, signWebhook } from '../src/sinks/webhook/webhook-signature.js';
import { webhookSecret } from './receiver.js';

interface Vector {
  readonly name: string;
  readonly secret?: string;
  readonly secrets?: readonly string[];
  readonly id: string;
  readonly ts: number;
  readonly now?: number;
  readonly body: string;
  readonly signature: string;
  readonly expect?: string;
}

const shared = process.env['STEPGATE_SHARED_DATA'] ?? resolve(__dirname, '../../../../shared/data');
const file = join(shared, 'standards/webhooks/standard-webhooks-vectors.json');
const vectors = existsSync(file)
  ? (JSON.parse(readFileSync(file, 'utf8')) as { valid: Vector[]; invalid: Vector[] })
  : null;
if (vectors === null) {
  console.warn(`skipped: no Standard Webhooks vectors at ${file}; set STEPGATE_SHARED_DATA`);
}
const withVectors = vectors === null ? describe.skip : describe;

const secretsOf = ({ secret, secrets }: Vector): readonly string[] => secrets ?? [secret ?? ''];
const keyOf = (secret: string): Buffer => {
  const key = parseWebhookSecret(secret);
  if (key === null) throw new Error('no secret');
  return key;
};
const signed = (vector: Vector): string =>
  signWebhook(
    { id: vector.id, timestampSeconds: vector.ts, body: vector.body },
    secretsOf(vector).map(keyOf),
  );
const verify = (vector: Vector, secret: string, signature = vector.signature): unknown =>
  new Webhook(secret).verify(vector.body, {
    'webhook-id': vector.id,
    'webhook-timestamp': String(vector.ts),
    'webhook-signature': signature,
  });

withVectors('webhook signature, by the vectors of Standard Webhooks', () => {
  const at = (vector: Vector): void => {
    jest.useFakeTimers({ now: (vector.now ?? vector.ts) * 1_000 });
  };
  afterEach(() => {
    jest.useRealTimers();
  });

  const ours = vectors?.valid.filter(({ signature }) => !signature.startsWith('v2')) ?? [];
  it.each(ours.map((vector) => [vector.name, vector] as const))('signs "%s"', (_, vector) => {
    expect(signed(vector)).toBe(vector.signature);
  });

  const valid = vectors?.valid.map((vector) => [vector.name, vector] as const) ?? [];
  it.each(valid)('is accepted by the independent verifier for "%s"', (_, vector) => {
    at(vector);
    for (const secret of secretsOf(vector)) {
      expect(() => verify(vector, secret)).not.toThrow();
      expect(() => verify(vector, secret, signed(vector))).not.toThrow();
    }
  });

  const invalid = vectors?.invalid.filter((vector) => vector.expect === undefined) ?? [];
  it.each(invalid.map((vector) => [vector.name, vector] as const))(
    'is refused for "%s"',
    (_, vector) => {
      at(vector);
      expect(() => verify(vector, secretsOf(vector)[0] ?? '')).toThrow();
    },
  );
});

describe('webhook signature', () => {
  it('covers each byte of the body', () => {
    const content = { id: 'a', timestampSeconds: 1, body: '{"a":1}' };
    const keys = [keyOf(webhookSecret)];
    const right = signWebhook(content, keys);
    for (let n = 0; n < content.body.length; n += 1) {
      const body = `${content.body.slice(0, n)}~${content.body.slice(n + 1)}`;
      expect(signWebhook({ ...content, body }, keys)).not.toBe(right);
    }
  });

  it.each([
    ['no prefix', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    ['nothing after it', 'whsec_'],
    ['other characters than base64', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa!!'],
    ['too few bytes', `whsec_${Buffer.alloc(23).toString('base64')}`],
    ['too many bytes', `whsec_${Buffer.alloc(65).toString('base64')}`],
  ])('refuses a secret with %s', (_, text) => {
    expect(parseWebhookSecret(text)).toBeNull();
  });
});
