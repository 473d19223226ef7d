import { hash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  silence,
  startReceiver,
  status,
  type Answer,
  type Received,
  type Receiver,
} from './receiver.js';

/** Printed in the test's name: STEPGATE_TEST_SEED=<seed> npx jest ... has a failure again. */
export const seed = Number(process.env['STEPGATE_TEST_SEED'] ?? Date.now() % 2 ** 31);

/** In an order that follows from the seed alone, whatever arrives when. */
export const shuffled = (salt: string, subjects: readonly string[]): readonly string[] => {
  const rank = (subject: string): string => hash('sha256', `${String(seed)} ${salt} ${subject}`);
  return subjects.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));
};

interface OpenedMessage {
  readonly data: {
    readonly alert_id: string;
    readonly phase: string;
    readonly subject: { readonly id: string };
  };
}
export const alertIn = ({ body }: Received): OpenedMessage['data'] =>
  (JSON.parse(body) as OpenedMessage).data;
export const subjectOf = (message: Received): string => alertIn(message).subject.id;

/** Answers by what it received. */
export const startJudgingReceiver = async (
  answer: (message: Received, response: ServerResponse, nth: number) => void,
): Promise<Receiver> => {
  const receiver: Receiver = await startReceiver((response, nth) => {
    const message = receiver.received[nth];
    if (message !== undefined) answer(message, response, nth);
  });
  return receiver;
};

const gigabyte = 2 ** 30;
const chunk = Buffer.alloc(65_536, 'x');
/** Bytes of each such answer that were taken off our hands before the client hung up. */
export const floods: number[] = [];
const flood = (response: ServerResponse): void => {
  let sent = 0;
  const endless = function* (): Generator<Buffer> {
    for (; sent < gigabyte; sent += chunk.length) yield chunk;
  };
  response.writeHead(503);
  void pipeline(Readable.from(endless()), response)
    .catch(() => undefined)
    .finally(() => floods.push(sent));
};

const faults: Readonly<Record<string, Answer>> = {
  'HTTP 500': status(500),
  'HTTP 429': status(429, { 'retry-after': '1' }),
  'a hang': silence,
  'a reset': (response) => response.socket?.resetAndDestroy(),
  'a body of 1 GB': flood,
};
export const faultNames = Object.keys(faults);

/** Every third alert meets one fault before it is taken, every twelfth two: all kinds, dealt evenly. */
const dealFaults = (subjects: readonly string[]): ReadonlyMap<string, string[]> =>
  new Map(
    shuffled('faults', subjects).map((subject, rank) => {
      const count = Number(rank % 3 === 0) + Number(rank % 12 === 0);
      const kind = (n: number): string => faultNames[(rank / 3 + n) % faultNames.length] ?? '';
      return [subject, Array.from({ length: count }, (_, n) => kind(n))];
    }),
  );

/** Five in a row would let the sink rest for half a minute. */
const faultsInARow = 2;

export interface HostileOptions {
  readonly subjects: readonly string[];
  /** Whose alert is left without an answer so many times. */
  readonly hard: { readonly subject: string; readonly times: number };
  /** Told the very moment: the hard alert has arrived and is left hanging. */
  readonly onHeld: () => void;
  /** Told the very moment an alert is taken for the first time: how many there are now. */
  readonly onTaken: (count: number) => void;
}

/** A receiver at its worst, which takes everything in the end; and what it did so far. */
export const createHostileAnswer = ({ subjects, hard, onHeld, onTaken }: HostileOptions) => {
  const script = dealFaults(subjects);
  const taken = new Set<string>();
  const met = new Set<string>();
  let held = 0;
  let row = 0;
  const take = (subject: string, response: ServerResponse): void => {
    row = 0;
    response.writeHead(204).end();
    if (taken.has(subject)) return;
    taken.add(subject);
    onTaken(taken.size);
  };
  const fail = (name: string, response: ServerResponse, nth: number): void => {
    row += 1;
    met.add(name);
    faults[name]?.(response, nth);
  };
  const answer = (message: Received, response: ServerResponse, nth: number): void => {
    const subject = subjectOf(message);
    if (subject === hard.subject && held < hard.times) {
      held += 1;
      onHeld();
      return;
    }
    const fault = row < faultsInARow ? script.get(subject)?.shift() : undefined;
    if (fault === undefined) take(subject, response);
    else fail(fault, response, nth);
  };
  return { answer, taken, met, held: () => held };
};
