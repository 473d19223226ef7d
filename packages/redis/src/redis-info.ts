import { Cluster, type Redis } from 'ioredis';

/** What a server says of itself; empty where it does not say, or may not be asked. */
export type Info = ReadonlyMap<string, string>;

const infoIn = (text: string): Info =>
  new Map(
    text
      .split('\r\n')
      .map((line) => line.split(':'))
      .flatMap(([name, ...rest]) =>
        name === undefined || rest.length === 0 ? [] : [[name, rest.join(':')] as const],
      ),
  );

/** Refused, or unknown to the server: an answer, where a broken connection is none. */
const isRefusal = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ReplyError';

/** Of each server that takes writes. @throws when one does not answer. */
export const readInfo = (
  client: Redis | Cluster,
  section?: 'server' | 'persistence',
): Promise<readonly Info[]> => {
  const nodes = client instanceof Cluster ? client.nodes('master') : [client];
  return Promise.all(
    nodes.map(async (node) => {
      try {
        return infoIn(await (section === undefined ? node.info() : node.info(section)));
      } catch (error) {
        if (isRefusal(error)) return new Map<string, string>();
        throw error;
      }
    }),
  );
};

/**
 * Whether all that was acknowledged before has left the server's process. An append-only file is
 * written before the answer is sent, unless the disk is still busy with the last fsync.
 */
export const isWritten = (persistence: Info): boolean =>
  persistence.get('aof_enabled') === '1' &&
  persistence.get('aof_last_write_status') === 'ok' &&
  (persistence.get('aof_pending_bio_fsync') === '0' ||
    persistence.get('aof_buffer_length') === '0');

/** An append-only file that takes writes, whether or not it is behind just now. */
export const isAppending = (info: Info): boolean =>
  info.get('aof_enabled') === '1' && info.get('aof_last_write_status') === 'ok';
