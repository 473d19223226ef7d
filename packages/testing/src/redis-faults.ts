import { randomBytes, randomUUID } from 'node:crypto';
import { respReply, type RespValue } from './resp.js';

/** What a broken server puts on the wire in place of the reply. */
export interface FaultyReply {
  readonly bytes: string | Buffer;
  /** The connection ends after it. */
  readonly close?: boolean;
}

export type RedisFault = (command: readonly string[]) => FaultyReply;

const error = (text: string): RedisFault => {
  return () => ({ bytes: `-${text}\r\n` });
};
const always = (value: RespValue): RedisFault => {
  return () => ({ bytes: respReply(value) });
};

/** The operation id follows the keys: whoever knows the protocol answers to the right one. */
const operationOf = ([, , keys = '0', ...rest]: readonly string[]): string =>
  rest[Number(keys)] ?? '';

/** What a real answer to an admitted attempt begins with, under the operation id given. */
const admission = (operation: string): readonly RespValue[] => [
  'ok',
  operation,
  Date.now(),
  randomUUID(),
];

const foreign: RedisFault = () => ({ bytes: respReply(admission('0'.repeat(32))) });

/** The right envelope, and in it what no script of ours says. */
const wrongValues: RedisFault = (command) => ({
  bytes: respReply([...admission(operationOf(command)), 7, 'yes', null, [[null, -1]], 'x', ['y']]),
});
const shortAnswer: RedisFault = (command) => ({
  bytes: respReply(['ok', operationOf(command)]),
});
const emptyAnswer: RedisFault = (command) => ({
  bytes: respReply([...admission(operationOf(command)), [], [], [], [], [], []]),
});

const half = (close: boolean): RedisFault => {
  return (command) => {
    const whole = respReply([...admission(operationOf(command)), ['1', '2'], '3']);
    return { bytes: whole.slice(0, Math.floor(whole.length / 2)), close };
  };
};

/** The replies that a Redis in trouble gives, as redis-server words them. */
export const redisErrorReplies: Readonly<Record<string, RedisFault>> = {
  LOADING: error('LOADING Redis is loading the dataset in memory'),
  BUSY: error('BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN.'),
  READONLY: error("READONLY You can't write against a read only replica."),
  MASTERDOWN: error(
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
  ),
  NOREPLICAS: error('NOREPLICAS Not enough good replicas to write.'),
  OOM: error("OOM command not allowed when used memory > 'maxmemory'."),
  NOAUTH: error('NOAUTH Authentication required.'),
  MISCONF: error('MISCONF Errors writing to the AOF file: No space left on device'),
  NOSCRIPT: error('NOSCRIPT No matching script. Please use EVAL.'),
};

/** What no Redis says: another server on its port, a broken middle box, a reply of somebody else. */
export const redisNonsense: Readonly<Record<string, RedisFault>> = {
  'garbage bytes': () => ({ bytes: randomBytes(64) }),
  'HTTP in place of RESP': () => ({ bytes: 'HTTP/1.1 400 Bad Request\r\n\r\n' }),
  'OK to everything': () => ({ bytes: '+OK\r\n' }),
  'a number': always(1),
  'a null': always(null),
  'an empty list': always([]),
  'a list of lists': always([[['ok']], [[]]]),
  'wrong values': wrongValues,
  'a short answer': shortAnswer,
  'an empty answer': emptyAnswer,
  'a foreign answer': foreign,
  'half a reply, then silence': half(false),
  'half a reply, then the end': half(true),
};
