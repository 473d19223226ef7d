import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NonceStore } from '@stepgate/assessment';
import { loadCallers, type Callers } from '../src/callers/callers.js';

export interface CallersScene {
  readonly callers: Callers;
  /** Milliseconds since the epoch, for both clocks. */
  setNow(now: number): void;
  write(content: unknown): Promise<void>;
  readonly file: string;
  remove(): Promise<void>;
}

/** Where no signed request comes, none asks. */
export const noNonces: NonceStore = {
  claimNonce: () => Promise.reject(new Error('nobody should have asked')),
};

/** Callers read from a file of their own, at a time of one's choice. */
export const openCallers = async (
  content: unknown,
  nonces: NonceStore = noNonces,
): Promise<CallersScene> => {
  const directory = await mkdtemp(join(tmpdir(), 'stepgate-callers-'));
  const file = join(directory, 'keys.json');
  const write = (next: unknown): Promise<void> => writeFile(file, JSON.stringify(next));
  await write(content);
  let now = Date.now();
  const clock = (): number => now;
  const callers = await loadCallers(file, { clock, storeClock: clock, nonces });
  return {
    callers,
    file,
    write,
    setNow: (next) => {
      now = next;
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
};

/** A request as far as credentials are concerned. */
export const requestWith = (
  authorization: string | undefined,
  { method = 'POST', url = '/v1/decisions' } = {},
): IncomingMessage => {
  const request = new IncomingMessage(new Socket());
  Object.assign(request, { method, url });
  if (authorization !== undefined) request.headers.authorization = authorization;
  return request;
};

/** Id of the caller, or the code of the problem. */
export const whoIs = async (
  callers: Pick<Callers, 'identify'>,
  authorization: string | undefined,
): Promise<string> => {
  const identification = await callers.identify(requestWith(authorization));
  return 'problem' in identification ? identification.problem : identification.caller.id;
};
