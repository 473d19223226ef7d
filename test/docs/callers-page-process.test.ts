import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createDeployment, startEngineProcess } from '@stepgate/testing';
import { callersFileSchema } from '../../services/risk-engine/src/callers/callers-file.js';
import { blocksOf, root } from './pages.js';

const page = 'docs/callers.md';
const blockOf = (language: string): string =>
  blocksOf(page).find((block) => block.language === language)?.text ?? '';
const inShell = (script: string, cwd: string, env: Record<string, string> = {}): Promise<string> =>
  promisify(execFile)('bash', ['-c', script], { cwd, env: { ...process.env, ...env } }).then(
    ({ stdout }) => stdout,
  );

describe('docs/callers.md', () => {
  it('makes a key that ends, and the entry for it', async () => {
    const [shown = '', entry = ''] = (await inShell(blockOf('sh'), root)).split('\n');
    expect(shown).toMatch(/sg_[\w-]{43}$/);
    const { keys } = callersFileSchema.parse({ keys: [JSON.parse(entry)] });
    expect(keys).toMatchObject([{ id: 'idp-2026b', expires_at: '2027-06-30T00:00:00Z' }]);
  });

  it('shows how to sign a request that the engine then answers, once', async () => {
    const deployment = await createDeployment(process.env['STEPGATE_TEST_REDIS_URL'] ?? '');
    const directory = dirname(deployment.keysFile);
    await writeFile(deployment.keysFile, blockOf('yaml'));
    await writeFile(join(directory, 'mainframe.secret'), randomBytes(24).toString('base64url'));
    const engine = await startEngineProcess(deployment);
    const env = { STEPGATE_ENGINE: engine.url, no_proxy: '127.0.0.1' };
    try {
      const again = blockOf('bash').slice(blockOf('bash').indexOf('curl '));
      const answers = await inShell(`${blockOf('bash')}\necho\n${again}`, directory, env);
      const [first, second] = answers.split('\n').map((text) => JSON.parse(text) as object);
      expect(first).toMatchObject({ decision: expect.stringMatching(/^(?:step_up|deny)$/) });
      expect(second).toMatchObject({ code: 'unauthenticated' });
    } finally {
      await engine.stop();
      await deployment.remove();
    }
  }, 60_000);
});
