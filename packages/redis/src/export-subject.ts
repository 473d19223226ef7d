import type { CountingRules, SubjectExport } from '@stepgate/assessment';
import { recordIn } from './decision-record-text.js';
import type { GuardedSession } from './guarded-connection.js';
import { shortHash, shortHashLength, type Identity } from './identifiers.js';
import { keyOf, limitKey } from './keys.js';
import { numberIn } from './reply.js';
import type { StoreDeps } from './store-deps.js';
import { traitKinds } from './trait-fields.js';

type Profile = Readonly<Record<string, string>>;

const placesOf = (profile: Profile): SubjectExport['places'] =>
  ['p', 'p2', 'p3'].flatMap((field) => {
    const text = profile[field];
    if (text === undefined) return [];
    const [latitude, longitude, precisionKm, at] = text.split(',').map(Number);
    return {
      latitude: numberIn(latitude),
      longitude: numberIn(longitude),
      precisionKm: numberIn(precisionKm),
      at: numberIn(at),
    };
  });

/** `<kind>:<value>` to "first,last,logins" in base 36. */
const traitsOf = (profile: Profile): SubjectExport['traits'] =>
  Object.entries(traitKinds).flatMap(([kind, letter]) =>
    Object.entries(profile)
      .filter(([field]) => field.startsWith(`${letter}:`))
      .map(([field, text]) => ({
        kind,
        value: field.slice(2),
        logins: Number.parseInt(text.slice(text.lastIndexOf(',') + 1), 36),
      })),
  );

const readDecisions = async (
  { client }: GuardedSession,
  { shard, hash }: Identity,
): Promise<SubjectExport['decisions']> => {
  const listed = (await client.get(keyOf('decisions', shard, hash))) ?? '';
  const hashes: string[] = [];
  for (let at = 0; at < listed.length; at += shortHashLength) {
    hashes.push(listed.slice(at, at + shortHashLength));
  }
  const texts = await Promise.all(hashes.map((one) => client.get(keyOf('decision', shard, one))));
  return texts.filter((text) => text !== null).map(recordIn);
};

const readLimits = (
  { identifiers }: StoreDeps,
  { client }: GuardedSession,
  asked: { readonly identity: Identity; readonly counting: CountingRules },
): Promise<SubjectExport['limits']> => {
  const { shard, hash } = asked.identity;
  const { limits, policyName } = asked.counting;
  return Promise.all(
    limits
      .filter(({ per }) => per === 'subject')
      .map(async ({ name }) => {
        const counted = shortHash(identifiers.limit(policyName, name).hash);
        return { name, count: await client.zcard(limitKey(shard, hash, counted)) };
      }),
  );
};

/** What the view does not show. @throws StateUnavailableError */
export const readExport = (
  deps: StoreDeps,
  identity: Identity,
  asked: { readonly profile: Profile; readonly counting: CountingRules },
): Promise<Omit<SubjectExport, 'view'>> =>
  deps.connection.call('export_subject', 'patient', async (session) => {
    const [decisions, limits] = await Promise.all([
      readDecisions(session, identity),
      readLimits(deps, session, { identity, counting: asked.counting }),
    ]);
    return { places: placesOf(asked.profile), traits: traitsOf(asked.profile), decisions, limits };
  });
