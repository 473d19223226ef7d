import { randomUUID } from 'node:crypto';
import type { RedisConnection } from './connection.js';
import { createIdentifiers } from './identifiers.js';
import { keyOf, shards } from './keys.js';
import type { Session } from './session.js';

/** Changes when keys or values of an earlier release can no longer be read. */
const schemaVersion = 1;

export interface InstanceDeps {
  readonly connection: RedisConnection;
  /** Of the deployment, see RedisStateDeps. */
  readonly secret: string | Uint8Array;
  /** The secret before this one, while what is kept under it counts as well. */
  readonly previousSecret?: string | Uint8Array | undefined;
}

/** What the markers say, one of which lies in every shard. */
export type InstanceState =
  /** Nothing of this deployment was ever here, or all of it is gone. */
  | { readonly kind: 'absent' }
  /** It was begun under the previous secret, and not yet under this one. */
  | { readonly kind: 'rotated'; readonly instance: Instance }
  /** Some shards are not what they were. */
  | { readonly kind: 'partial'; readonly missing: number; readonly instance: Instance }
  | { readonly kind: 'intact'; readonly instance: Instance };

export interface Instance {
  readonly id: string;
  readonly since: string;
}

export type Initialised =
  | { readonly kind: 'new' | 'known' | 'accepted'; readonly instance: Instance }
  /** Nothing was written: whoever says so must look first, or a lock might be gone unnoticed. */
  | { readonly kind: 'partial'; readonly missing: number };

/** The markers of a deployment by shard. */
export type Markers = readonly string[];

export const markersOf = (secret: string | Uint8Array): Markers => {
  const deployment = createIdentifiers(secret).deployment();
  return shards.map((shard) => keyOf('instance', shard, deployment));
};

const instanceText = (): string =>
  JSON.stringify({ schema: schemaVersion, id: randomUUID(), since: new Date().toISOString() });

const unreadable: Instance = { id: 'unreadable', since: 'unknown' };

/** What stands there is ours, or there is nobody who could tell. */
const instanceIn = (text: string): Instance => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return unreadable;
    if (!('id' in value) || !('since' in value)) return unreadable;
    const { id, since } = value;
    return typeof id === 'string' && typeof since === 'string' ? { id, since } : unreadable;
  } catch {
    return unreadable;
  }
};

const stateIn = (texts: readonly (string | null)[]): InstanceState => {
  const present = texts.filter((text) => text !== null);
  const [first] = present;
  if (first === undefined) return { kind: 'absent' };
  const instance = instanceIn(first);
  const missing = texts.length - present.length;
  return missing === 0 ? { kind: 'intact', instance } : { kind: 'partial', missing, instance };
};

const readMarkers = ({ client }: Session, markers: Markers): Promise<(string | null)[]> =>
  Promise.all(markers.map((marker) => client.get(marker)));

/** What two secrets find: they are one deployment, and each of them must find its own. */
const stateOfBoth = (current: InstanceState, previous: InstanceState): InstanceState => {
  if (current.kind === previous.kind && current.kind !== 'partial') return current;
  if (current.kind === 'absent' && previous.kind === 'intact') {
    return { kind: 'rotated', instance: previous.instance };
  }
  const known = current.kind === 'absent' ? previous : current;
  const missing = [current, previous].reduce(
    (sum, state) => sum + (state.kind === 'partial' ? state.missing : 0),
    [current, previous].filter(({ kind }) => kind === 'absent').length * shards.length,
  );
  return known.kind === 'absent' ? known : { kind: 'partial', missing, instance: known.instance };
};

const secretsOf = ({ secret, previousSecret }: InstanceDeps): readonly (string | Uint8Array)[] =>
  previousSecret === undefined ? [secret] : [secret, previousSecret];

/** @throws StateUnavailableError when Redis does not answer. */
export const checkState = async (deps: InstanceDeps): Promise<InstanceState> => {
  const states = await deps.connection.call('read_instance', 'patient', (session) =>
    Promise.all(
      secretsOf(deps).map(async (secret) => stateIn(await readMarkers(session, markersOf(secret)))),
    ),
  );
  const [current, previous] = states;
  if (current === undefined) return { kind: 'absent' };
  return previous === undefined ? current : stateOfBoth(current, previous);
};

/** Several who begin at once agree on one instance: the first marker says whose it is. */
const writeMarkers = (connection: RedisConnection, markers: Markers): Promise<Instance> =>
  connection.call('write_instance', 'insistent', async ({ client }) => {
    const [first, ...others] = markers;
    if (first === undefined) throw new TypeError('no shards');
    await client.set(first, instanceText(), 'NX');
    const text = (await client.get(first)) ?? '';
    await Promise.all(others.map((marker) => client.set(marker, text, 'NX')));
    return instanceIn(text);
  });

/**
 * Marks the state as begun: from then on, a database without the marks is one that lost them. Safe to
 * repeat.
 *
 * @param accept what is lost: shards that were emptied begin anew, without their locks and denials.
 * @throws StateUnavailableError when Redis does not answer.
 */
export const initialiseState = async (
  deps: InstanceDeps,
  { accept = false }: { readonly accept?: boolean } = {},
): Promise<Initialised> => {
  const found = await checkState(deps);
  if (found.kind === 'intact') return { kind: 'known', instance: found.instance };
  if (found.kind === 'partial' && !accept) return { kind: 'partial', missing: found.missing };
  for (const secret of secretsOf(deps)) await writeMarkers(deps.connection, markersOf(secret));
  const begun = await checkState(deps);
  if (begun.kind !== 'intact') throw new TypeError('the markers did not stay');
  return { kind: found.kind === 'partial' ? 'accepted' : 'new', instance: begun.instance };
};
