import { execFile, spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { formatNames } from '@stepgate/idp-events';
import { createDeployment, startEngineProcess } from '@stepgate/testing';
import { blocksOf, readPage, root, tableRowsOf } from './pages.js';

const page = 'docs/idp-events.md';
const redisUrl = process.env['STEPGATE_TEST_REDIS_URL'] ?? '';
const hasCurl = spawnSync('sh', ['-c', 'command -v curl']).status === 0;
const blocks = blocksOf(page);

/** The block behind the first that starts so. */
const afterBlock = (start: string): { readonly command: string; readonly answer: string } => {
  const at = blocks.findIndex(({ text }) => text.startsWith(start));
  return { command: blocks[at]?.text ?? '', answer: blocks[at + 1]?.text ?? '' };
};

describe('docs/idp-events.md', () => {
  (hasCurl ? it : it.skip)(
    'shows the answer that its request gets',
    async () => {
      const { command, answer } = afterBlock('curl ');
      const directory = await mkdtemp(join(tmpdir(), 'stepgate-docs-'));
      const fixture = join(root, 'packages/idp-events/test/fixtures/duo.json');
      await copyFile(fixture, join(directory, 'authlogs.json'));
      const deployment = await createDeployment(redisUrl);
      const engine = await startEngineProcess(deployment);
      try {
        const { stdout } = await promisify(execFile)('sh', ['-c', command], {
          cwd: directory,
          env: {
            ...process.env,
            STEPGATE_ENGINE: engine.url,
            STEPGATE_API_KEY: deployment.apiKey,
            no_proxy: '127.0.0.1',
          },
        });
        expect(JSON.parse(stdout)).toEqual(JSON.parse(answer));
      } finally {
        await engine.stop();
        await deployment.remove();
        await rm(directory, { recursive: true });
      }
    },
    60_000,
  );

  it('shows what its replay prints', async () => {
    const { command, answer } = afterBlock('node packages/cli/dist/main.js events import ');
    const { stdout } = await promisify(execFile)('sh', ['-c', command], {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1' },
    });
    expect(stdout).toBe(answer);
  }, 60_000);

  it('says of every format where it finds what, and how to connect it', () => {
    const formats = tableRowsOf(page)
      .map(([format = '']) => format)
      .filter((cell) => formatNames.some((name) => cell === `\`${name}\``));
    expect(formats).toEqual(formatNames.map((name) => `\`${name}\``));
    const headings = readPage(page).match(/^## .+$/gm) ?? [];
    expect(headings).toEqual([
      '## Sending',
      ...['## Okta', '## Auth0', '## Duo', '## PingID', '## Entra', '## OCSF'],
      '## Replaying a log',
    ]);
  });
});
