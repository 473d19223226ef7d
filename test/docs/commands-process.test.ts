import { spawnSync } from 'node:child_process';
import { allCommands } from './commands.js';
import { root } from './pages.js';

/** Their commands need a deployment, and tests of their own start one. */
const deployed = [
  'docs/fatigue-runbook.md',
  'docs/idp-events.md',
  'docs/audit.md',
  'docs/callers.md',
];

const starting = (start: string): string[] => [
  ...new Set(
    allCommands
      .filter(({ page }) => !deployed.includes(page))
      .map(({ line }) => line)
      .filter((line) => line.startsWith(start)),
  ),
];

const inShell = (line: string): { readonly code: number | null; readonly output: string } => {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', line], { cwd: root, encoding: 'utf8' });
  return { code: status, output: stdout + stderr };
};

describe('a command of stepgate itself that a page shows', () => {
  const lines = starting('node packages/cli/dist/main.js ');

  it.each(lines)('runs: %s', (line) => {
    const { code, output } = inShell(line);
    expect([code, output]).toEqual([0, output]);
  });

  it('is shown for policies, for keys and for logs of logins', () => {
    expect(lines.map((line) => line.split(' ')[2])).toEqual([
      'create-key',
      'policy',
      'policy',
      'evaluate',
    ]);
  });
});

describe('the secret that docs/alerts.md makes', () => {
  it('is one for webhooks', () => {
    const [line = ''] = starting('node -p ');
    expect(inShell(line)).toEqual({
      code: 0,
      output: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=\n$/),
    });
  });
});
