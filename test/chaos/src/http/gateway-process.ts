import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { freePort, startProcess, waitUntil } from '@stepgate/cli';
import type { Rig } from './rig.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const readyWithinMs = 30_000;

const isReady = (url: string): Promise<boolean> =>
  fetch(url).then(
    (response) => response.status < 500,
    () => false,
  );

const accounts = JSON.stringify({
  alice: { password: 'alice-demo', authenticators: { passkey: 'alice-passkey' } },
});

/** The gateway in front of the toy application, asking the rig's engine. @returns the gateway's URL. */
export const startGateway = async (rig: Rig): Promise<string> => {
  const start = async (entry: string, env: Readonly<Record<string, string>>): Promise<string> => {
    const port = String(await freePort());
    const child = rig.adopt(
      startProcess({
        name: entry,
        command: process.execPath,
        args: [join(root, 'services/gateway/dist', entry)],
        env: { STEPGATE_MODE: 'dev', STEPGATE_PORT: port, ...env },
        onLine: rig.keep,
      }),
    );
    const url = `http://127.0.0.1:${port}`;
    await waitUntil(() => isReady(url), {
      timeoutMs: readyWithinMs,
      what: () => `${entry} did not become ready:\n${child.lastOutput()}`,
    });
    return url;
  };
  const upstream = await start('toy-upstream-main.js', { STEPGATE_TOY_ACCOUNTS: accounts });
  return start('main.js', {
    STEPGATE_ENGINE_URL: rig.engine.url,
    STEPGATE_API_KEY: rig.deployment.apiKey,
    STEPGATE_UPSTREAM_URL: upstream,
    STEPGATE_SESSION_KEYS: 'a-session-key-of-this-run-alone-0123456789',
    STEPGATE_TRUSTED_PROXIES: '127.0.0.1',
  });
};
