import type { AdmissionRequest } from '@stepgate/assessment';
import type { SourceVelocity } from '@stepgate/engine';
import { hoursMs, minutesMs } from './durations.js';
import type { Identifiers, Identity } from './identifiers.js';
import { keyOf } from './keys.js';
import type { Session } from './session.js';
import type { StoreDeps } from './store-deps.js';

export type NetworkVelocity = Pick<SourceVelocity, 'blockSubjects' | 'networkSubjects'>;

/** The wider places that a source lies in. */
export interface Surroundings {
  readonly block: Identity | null;
  readonly network: Identity | null;
}

export const surroundingsOf = (
  identifiers: Identifiers,
  tenant: string,
  { address, asn }: { readonly address: string | null; readonly asn: number | null },
): Surroundings => ({
  block: address === null ? null : identifiers.block(tenant, address),
  network: asn === null ? null : identifiers.network(tenant, asn),
});

/** The trait is text, `none` where there is no network. */
const asnIn = ({ traits }: AdmissionRequest): number | null => {
  const asn = Number(traits.asn ?? NaN);
  return Number.isSafeInteger(asn) ? asn : null;
};

/** In the tuned window and in the fixed one; most policies leave the tuned one as it is. */
const countIn = async (
  session: Session,
  { by, now }: { readonly by: Identity | null; readonly now: number },
  windows: { readonly tunedMs: number; readonly fixedMs: number },
): Promise<{ readonly tuned: number; readonly fixed: number }> => {
  if (by === null) return { tuned: 0, fixed: 0 };
  const key = keyOf('network-subjects', by.shard, by.hash);
  const count = (windowMs: number): Promise<number> =>
    session.client.zcount(key, `(${String(Math.floor(now) - windowMs)}`, '+inf');
  const fixed = count(windows.fixedMs);
  const tuned = windows.tunedMs === windows.fixedMs ? fixed : count(windows.tunedMs);
  return { tuned: await tuned, fixed: await fixed };
};

/**
 * Distinct subjects that failed from the networks around the attempt's source. Each lies in a slot of
 * its own and counts nothing now, so plain reads do, sent along with the scripts.
 */
export const readNetworkVelocity = async (
  { connection, identifiers }: StoreDeps,
  session: Session,
  request: AdmissionRequest,
): Promise<NetworkVelocity> => {
  const { tenant, address, counting } = request;
  const now = request.now ?? connection.now();
  const { block, network } = surroundingsOf(identifiers, tenant, { address, asn: asnIn(request) });
  const [inBlock, inNetwork] = await Promise.all([
    countIn(
      session,
      { by: block, now },
      { tunedMs: counting.blockSubjectsWindowMs, fixedMs: minutesMs(10) },
    ),
    countIn(
      session,
      { by: network, now },
      { tunedMs: counting.networkSubjectsWindowMs, fixedMs: hoursMs(1) },
    ),
  ]);
  return {
    blockSubjects: { tuned: inBlock.tuned, last10m: inBlock.fixed },
    networkSubjects: { tuned: inNetwork.tuned, last1h: inNetwork.fixed },
  };
};
