import type { Socket } from 'node:net';
import type { RedisFault } from './redis-faults.js';
import { startRespServer } from './resp-server.js';
import { respReply } from './resp.js';

export interface FakeRedis {
  readonly port: number;
  /** From now on, every command that reads or writes data is answered so. */
  answerWith(fault: RedisFault): void;
  /** Faulty answers given so far. */
  faulty(): number;
  close(): Promise<void>;
}

export interface FakeRedisOptions {
  readonly fault: RedisFault;
  /** Of GET: what must be there for a client to take it for the database that it knows. */
  readonly values?: ReadonlyMap<string, string>;
}

const info = [
  '# Server',
  'redis_version:7.0.15',
  'redis_mode:standalone',
  '# Persistence',
  'loading:0',
  'aof_enabled:1',
  'aof_last_write_status:ok',
  '# Replication',
  'role:master',
  'connected_slaves:0',
  '# Memory',
  'maxmemory_policy:noeviction',
  '',
].join('\r\n');

const settings: Readonly<Record<string, string>> = {
  appendonly: 'yes',
  appendfsync: 'everysec',
  'maxmemory-policy': 'noeviction',
};

const hello = (version: string | undefined): string => {
  const fields = ['server', 'redis', 'version', '7.0.15', 'mode', 'standalone', 'role', 'master'];
  const body = [...fields.map(respReply), respReply('proto'), respReply(Number(version ?? '2'))];
  return `${version === '3' ? '%5' : '*10'}\r\n${body.join('')}`;
};

const time = (): string => {
  const now = Date.now();
  return respReply([String(Math.floor(now / 1_000)), String((now % 1_000) * 1_000)]);
};

/** What a server says of itself is well: it is taken as up, and the fault comes with the data. */
const selfPortrait = (words: readonly string[]): string | null => {
  switch (words[0]?.toUpperCase()) {
    case 'HELLO':
      return hello(words[1]);
    case 'INFO':
      return respReply(info);
    case 'TIME':
      return time();
    case 'PING':
      return '+PONG\r\n';
    case 'ROLE':
      return respReply(['master', 0, []]);
    case 'CONFIG': {
      const name = words[2] ?? '';
      return respReply([name, settings[name] ?? '']);
    }
    case 'AUTH':
    case 'CLIENT':
    case 'SELECT':
      return '+OK\r\n';
    default:
      return null;
  }
};

interface Behaviour {
  fault: RedisFault;
  faulty: number;
  readonly values: ReadonlyMap<string, string>;
}

const knownValue = (behaviour: Behaviour, [name, key]: readonly string[]): string | null => {
  const value = name?.toUpperCase() === 'GET' ? behaviour.values.get(key ?? '') : undefined;
  return value === undefined ? null : respReply(value);
};

const answer = (behaviour: Behaviour, socket: Socket, words: readonly string[]): void => {
  const well = selfPortrait(words) ?? knownValue(behaviour, words);
  if (well !== null) {
    socket.write(well);
    return;
  }
  behaviour.faulty += 1;
  const { bytes, close = false } = behaviour.fault(words);
  if (close) socket.end(bytes);
  else socket.write(bytes);
};

/** A server on loopback that passes for a healthy Redis until it is asked for data. */
export const startFakeRedis = async (options: FakeRedisOptions): Promise<FakeRedis> => {
  const behaviour: Behaviour = {
    fault: options.fault,
    faulty: 0,
    values: options.values ?? new Map(),
  };
  const server = await startRespServer((socket, words) => {
    answer(behaviour, socket, words);
  });
  return {
    port: server.port,
    answerWith: (fault) => {
      behaviour.fault = fault;
    },
    faulty: () => behaviour.faulty,
    close: server.close,
  };
};
