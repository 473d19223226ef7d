import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../src/config.js';
import { webhookSecret } from './receiver.js';

const directory = mkdtempSync(join(tmpdir(), 'stepgate-config-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});
const sinksFile = (name: string, text: string): string => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};

const good = sinksFile(
  'good.yaml',
  `stepgate: v1
sinks:
  - name: soc
    type: webhook
    url: https://alerts.example/hook
    secrets: [{env: WEBHOOK_SECRET}]
`,
);
const needed = {
  STEPGATE_REDIS_URL: 'redis://127.0.0.1:6379',
  STEPGATE_SECRET: 'x'.repeat(32),
  STEPGATE_SINKS_FILE: good,
  WEBHOOK_SECRET: webhookSecret,
};
const problemsOf = (env: NodeJS.ProcessEnv): readonly string[] => {
  const parsed = parseConfig(env);
  return parsed.ok ? [] : parsed.problems;
};

describe('configuration of the alert worker', () => {
  it('needs Redis, the secret and a file of sinks, and has a default for the rest', () => {
    expect(parseConfig(needed)).toMatchObject({
      ok: true,
      config: {
        mode: 'production',
        listen: { host: '127.0.0.1', port: 8082 },
        lockMs: 15_000,
        relayIntervalMs: 200,
        sinks: [{ name: 'soc', type: 'webhook', retryDelaysMs: null }],
      },
    });
  });

  it('tells all problems at once in words for an operator', () => {
    const bad = sinksFile(
      'bad.yaml',
      'stepgate: v1\nsinks:\n  - {name: log, type: stdout, x: 1}\n',
    );
    expect(
      problemsOf({
        STEPGATE_PORT: 'eighty',
        STEPGATE_REDIS_URL: 'http://redis',
        STEPGATE_SINKS_FILE: bad,
        STEPGATE_WEBHOOK_URL: 'https://alerts.example/hook',
      }),
    ).toEqual([
      'STEPGATE_WEBHOOK_URL is not a setting of this service.',
      'STEPGATE_PORT: must be a whole number from 0 to 65535.',
      expect.stringMatching(/^STEPGATE_REDIS_URL: must be a redis:\/\/ or rediss:\/\/ address/u),
      'STEPGATE_SECRET is required.',
      expect.stringMatching(/bad\.yaml:3:31: sinks\[0\]\.x: unknown key/u),
    ]);
  });

  it('says so when it is given no sinks, or a file that is not there', () => {
    const { STEPGATE_SINKS_FILE: _file, ...noFile } = needed;
    expect(problemsOf(noFile)).toEqual(['STEPGATE_SINKS_FILE is required.']);
    expect(problemsOf({ ...needed, STEPGATE_SINKS_FILE: '/nowhere.yaml' })).toEqual([
      'STEPGATE_SINKS_FILE: /nowhere.yaml cannot be read; check the path and its permissions.',
    ]);
  });

  it('lets a file allow loopback in dev mode alone', () => {
    const file = sinksFile(
      'loopback.yaml',
      `stepgate: v1
sinks:
  - name: dev
    type: webhook
    url: http://127.0.0.1:8090/hook
    secrets: [{env: WEBHOOK_SECRET}]
    allow_loopback: true
`,
    );
    const env = { ...needed, STEPGATE_SINKS_FILE: file };
    expect(problemsOf({ ...env, STEPGATE_MODE: 'dev' })).toEqual([]);
    expect(problemsOf(env)).toHaveLength(2);
  });
});
