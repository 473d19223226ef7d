import type { FactType } from '@stepgate/engine';
import { factTypes } from '@stepgate/engine';
import type { NetworkMatcher } from './network-matcher.js';

/** What a condition may refer to, and where it stands: `risk` and `findings` exist in rules only. */
export interface ConditionScope {
  readonly place: 'signal' | 'rule';
  readonly networks: ReadonlyMap<string, NetworkMatcher>;
  /** Reason codes that can stand in `findings`. */
  readonly reasons: readonly string[];
}

export type GroupFields = Readonly<Record<string, FactType>>;

const { risk, ...always } = factTypes;

/** Names with fixed fields: `geo` → its fields. */
export const groupsIn = (place: ConditionScope['place']): Readonly<Record<string, GroupFields>> =>
  place === 'rule' ? { ...always, risk } : always;

/** Names without fields of their own, and their CEL types. `context` is as the caller sent it. */
export const plainNamesIn = (place: ConditionScope['place']): Readonly<Record<string, string>> => ({
  context: 'map<string, dyn>',
  hour: 'double',
  now: 'double',
  ...(place === 'rule' ? { findings: 'list<string>' } : {}),
});

/** Names that exist, but not in signals: the score is not known while it is being added up. */
export const ruleOnlyNames: readonly string[] = ['risk', 'findings'];

/** Every name that has fields, whether the caller's or the engine's. */
export const factGroups = [
  'subject',
  'action',
  'resource',
  'context',
  'ip',
  'geo',
  'device',
  'user_agent',
  'velocity',
  'push',
  'history',
  'risk',
] as const satisfies readonly (keyof typeof factTypes | 'context')[];
export type FactGroup = (typeof factGroups)[number];
