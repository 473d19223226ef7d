import { createHash, createPublicKey, verify } from 'node:crypto';
import { compileFunction } from 'node:vm';
import { createSigningKey, publicKeysOf } from '@stepgate/audit';
import { signedClaimsSchema } from '@stepgate/contracts';
import { allow } from '../../packages/client/test/decisions.js';
import { createAnswerSigner } from '../../services/risk-engine/src/sign-answers.js';
import { blocksOf, readPage } from './pages.js';

const key = createSigningKey('a secret of more than thirty-two characters', 'decisions');
const requestBody = '{"attempt_id":"attempt-1"}';
const now = Math.floor(Date.now() / 1_000);
const decision = { ...allow, expires_at: new Date((now + 300) * 1_000).toISOString() };
const answerBody = JSON.stringify(decision);
const header = createAnswerSigner({ key, mode: 'all' }).sign({
  operation: 'decide',
  call: {
    tenant: 'test',
    receivedAt: now * 1_000,
    bodyHash: () => createHash('sha256').update(requestBody).digest('hex'),
  },
  body: answerBody,
  answer: decision,
});

const snippet = blocksOf('docs/api.md').find(({ language }) => language === 'js')?.text ?? '';
const given = { header, pinned: publicKeysOf([key]), requestBody, answerBody, now };
const modules = { createHash, createPublicKey, verify };

/** The page's own lines, run. */
const isOurs = (changed: Partial<typeof given>): unknown => {
  const names = { ...modules, ...given, ...changed };
  const run = compileFunction(`${snippet}\nreturn isOurs;`, Object.keys(names)) as (
    ...values: unknown[]
  ) => unknown;
  return run(...Object.values(names));
};

describe('the lines of docs/api.md that verify a signed decision', () => {
  it('accept what the engine signed', () => {
    expect(isOurs({})).toBe(true);
  });

  it.each([
    ['another answer', { answerBody: `${answerBody} ` }],
    ['another question', { requestBody: '{}' }],
    ['an earlier time', { now: now + 3_600 }],
    ['another key', { pinned: publicKeysOf([createSigningKey('s'.repeat(32), 'decisions')]) }],
    ['a changed signature', { header: String(header).replace(/.{4}$/, 'AAAA') }],
  ])('refuse %s', (_name, changed) => {
    expect(isOurs(changed)).toBe(false);
  });

  it('stand beside every claim', () => {
    const page = readPage('docs/api.md');
    const section = page.slice(page.indexOf('## Signed decisions'));
    for (const claim of Object.keys(signedClaimsSchema.shape)) {
      expect(section).toContain(`\`${claim}\``);
    }
  });
});
