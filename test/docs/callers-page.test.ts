import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { parse } from 'yaml';
import { callersFileSchema } from '../../services/risk-engine/src/callers/callers-file.js';
import { createSignatures } from '../../services/risk-engine/src/callers/hmac.js';
import { noNonces, requestWith } from '../../services/risk-engine/test/callers-scene.js';

const page = readFileSync(join(__dirname, '../../docs/callers.md'), 'utf8');
const snippet = (language: string): string =>
  new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(page)?.[1] ?? '';

describe('docs/callers.md', () => {
  it('shows a file that the engine takes, with every kind of caller', () => {
    const file = callersFileSchema.parse(parse(snippet('yaml')));
    expect(Object.values(file).map((entries) => entries.length)).toEqual([1, 1, 1, 1]);
  });

  it('shows how to sign a request that the engine believes', () => {
    const secret = 'a secret of the test, long enough for it';
    const body = '{"a":1}';
    const asked = { id: 'old-gateway', secret, method: 'POST', path: '/v1/decisions', body };
    const script = snippet('js').replace(/^import .*$/m, '');
    const context = { ...jest.requireActual<object>('node:crypto'), Buffer, asked };
    const authorization: unknown = runInNewContext(`${script}\nsignRequest(asked)`, context);
    const entry = { id: 'old-gateway', tenant: 'acme', scopes: ['decide' as const], secret };
    const signatures = createSignatures([entry], { nonces: noNonces, storeClock: Date.now });
    const found = signatures.identify(requestWith(String(authorization)));
    expect(found?.signed).toMatchObject({ caller: { id: 'old-gateway', tenant: 'acme' } });
    expect(String(authorization)).toContain(`body=${hash('sha256', body, 'hex')}`);
  });
});
