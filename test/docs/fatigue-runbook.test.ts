import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alertActions, alertKinds, alertPhases } from '@stepgate/assessment';
import { subjectResponseSchema } from '@stepgate/contracts';
import { firstColumn, shellBlock } from './fatigue-runbook.js';
import { brokenLink, root } from './pages.js';

const source = (file: string): string => readFileSync(join(root, file), 'utf8');

describe('the page for an analyst', () => {
  it('says of each kind of alert where to go on, of each phase and each action what it means', () => {
    expect(firstColumn('`kind`')).toEqual([...alertKinds]);
    expect(firstColumn('`phase`')).toEqual([...alertPhases]);
    expect(firstColumn('action')).toEqual([...alertActions]);
  });

  it.each(alertKinds)('is where an alert of %s leads to', (kind) => {
    const parser = source('services/alert-worker/src/sinks-file/parse-sinks.ts');
    const linked = /defaultRunbook = '([^']+)'/.exec(parser)?.[1] ?? '';
    expect(brokenLink('README.md', `${linked}#${kind}`)).toBeNull();
  });

  it('looks only at what is known of a subject', () => {
    const known = Object.entries(subjectResponseSchema.shape).flatMap(([name, inner]) => [
      name,
      ...('shape' in inner ? Object.keys(inner.shape).map((part) => `${name}.${part}`) : []),
    ]);
    const named = firstColumn('look at');
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('asks for the engine, the user, the alert and, unseen, the key', () => {
    const script = `${shellBlock('read -rsp')}\nenv`;
    const { stdout, status } = spawnSync('bash', ['-ec', script], {
      input: 'sg_the key\n',
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    });
    expect(status).toBe(0);
    expect(stdout.split('\n')).toEqual(
      expect.arrayContaining([
        'STEPGATE_ENGINE=https://stepgate.example.com',
        'STEPGATE_API_KEY=sg_the key',
        'WHO=alice',
        expect.stringMatching(/^ALERT=alr_/),
      ]),
    );
  });
});
