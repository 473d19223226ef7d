import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { freePort, startProcess, waitUntil, type OwnProcess } from '@stepgate/cli';
import type { Deployment } from '@stepgate/testing';
import { killAtExit } from '../http/own-children.js';
import type { Stage } from './stage.js';

const entry = fileURLToPath(
  new URL('../../../../services/alert-worker/dist/main.js', import.meta.url),
);
const webhookSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** What answers a delivery; the second argument counts all of them. */
export type Judge = (response: ServerResponse, nth: number) => void;

export interface Receiver {
  readonly url: string;
  /** Ids under which the first message of a subject's alert came, by subject; taken or not. */
  readonly opened: ReadonlyMap<string, ReadonlySet<string>>;
  /** Subjects whose first message was answered with success. */
  readonly taken: ReadonlySet<string>;
  deliveries(): number;
}

interface Message {
  readonly data: { readonly phase: string; readonly subject: { readonly id: string } };
}

const take: Judge = (response) => {
  response.writeHead(204).end();
};

/** A webhook receiver of ours. */
export const startReceiver = async (stage: Stage, judge: Judge = take): Promise<Receiver> => {
  const opened = new Map<string, Set<string>>();
  const taken = new Set<string>();
  let deliveries = 0;
  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    json(request).then(
      (body) => {
        const { data } = body as Message;
        const subject = data.subject.id;
        if (data.phase === 'opened') {
          const ids = opened.get(subject) ?? new Set();
          opened.set(subject, ids.add(String(request.headers['webhook-id'])));
          response.once('finish', () => {
            if (response.statusCode < 300) taken.add(subject);
          });
        }
        deliveries += 1;
        judge(response, deliveries);
      },
      () => response.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stage.atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${String(address.port)}/alerts`,
    opened,
    taken,
    deliveries: () => deliveries,
  };
};

export interface AlertWorker {
  readonly url: string;
  readonly process: OwnProcess;
}

const sinksOf = (url: string): string => `stepgate: v1
sinks:
  - name: soc
    type: webhook
    url: ${url}
    secrets: [{ env: WEBHOOK_SECRET }]
    allow_loopback: true
    timeouts: { total: 1s }
    retry_delays: [1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s]
`;

export interface WorkerOptions {
  readonly deployment: Deployment;
  readonly receiver: Receiver;
  readonly env?: Readonly<Record<string, string>>;
}

/** The built service as a process of its own, with the receiver for its only sink. */
export const startWorker = async (
  stage: Stage,
  { deployment, receiver, env = {} }: WorkerOptions,
): Promise<AlertWorker> => {
  const directory = await stage.policies({});
  const file = join(directory, 'sinks.yaml');
  await writeFile(file, sinksOf(receiver.url));
  const port = await freePort();
  const url = `http://127.0.0.1:${String(port)}`;
  const worker = startProcess({
    name: 'alert-worker',
    command: process.execPath,
    args: [entry],
    env: {
      STEPGATE_MODE: 'dev',
      STEPGATE_PORT: String(port),
      STEPGATE_REDIS_URL: deployment.redisUrl,
      STEPGATE_SECRET: deployment.secret,
      STEPGATE_SINKS_FILE: file,
      STEPGATE_LOCK_MS: '1000',
      WEBHOOK_SECRET: webhookSecret,
      ...env,
    },
  });
  const release = killAtExit(() => {
    if (worker.exitCode() === null) process.kill(worker.pid, 'SIGKILL');
  });
  stage.atEnd(async () => {
    await worker.stop();
    release();
  });
  await waitUntil(
    () =>
      fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      ),
    { timeoutMs: 30_000, what: () => `the worker did not become ready:\n${worker.lastOutput()}` },
  );
  return { url, process: worker };
};
