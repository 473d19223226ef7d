import {
  absent,
  observed,
  signalNames,
  unavailable,
  valueOf,
  type DeviceTokenState,
  type Evidence,
  type Familiarity,
  type Network,
  type Place,
  type PushActivity,
  type ReputationCategory,
  type Signal,
  type SignalName,
  type SourceVelocity,
  type SubjectHistory,
  type UserAgent,
  type WindowCounts,
} from '@stepgate/engine';
import type { DecisionInput } from '@stepgate/contracts';
import type { DecisionRecord, KeptSignal } from './decision-record.js';
import type { SubjectState } from './ports/attempt-store.js';
import type { AddressIntel, UserAgentParser } from './ports/signal-sources.js';

/** Signals that are read in the process, without a round trip. */
export interface LocalSignals {
  readonly address: Signal<string>;
  readonly geo: Signal<Place>;
  readonly network: Signal<Network>;
  readonly reputation: Signal<readonly ReputationCategory[]>;
  readonly userAgent: Signal<UserAgent>;
  readonly device: Evidence['device'];
}

export const readLocalSignals = (
  input: DecisionInput,
  token: DeviceTokenState,
  sources: { readonly addressIntel: AddressIntel; readonly userAgents: UserAgentParser },
): LocalSignals => ({
  address: observed(input.address),
  ...sources.addressIntel.lookUp(input.address),
  userAgent: sources.userAgents.parse(input.userAgent),
  device:
    input.device === null
      ? absent
      : observed({ managed: input.device.managed, named: input.device.id !== null, token }),
});

export type StateSignals = Pick<
  Evidence,
  | 'history'
  | 'familiarity'
  | 'subjectFailures'
  | 'subjectSources'
  | 'source'
  | 'push'
  | 'limits'
  | 'lock'
  | 'credentialBreachedAt'
  | 'accountRiskAt'
>;

export const stateSignals = (
  state: SubjectState,
  population: Familiarity['population'],
): StateSignals => ({
  history: observed(state.history),
  familiarity: observed({ logins: state.history.logins, own: state.ownTraits, population }),
  subjectFailures: observed(state.subjectFailures),
  subjectSources: observed(state.subjectSources),
  source: state.source === null ? absent : observed(state.source),
  push: observed(state.push),
  limits: observed(state.limits),
  lock: observed(state.lock),
  credentialBreachedAt: observed(state.credentialBreachedAt),
  accountRiskAt: observed(state.accountRiskAt),
});

export const stateUnavailable = (cause: string): StateSignals => ({
  history: unavailable(cause),
  familiarity: unavailable(cause),
  subjectFailures: unavailable(cause),
  subjectSources: unavailable(cause),
  source: unavailable(cause),
  push: unavailable(cause),
  limits: unavailable(cause),
  lock: unavailable(cause),
  credentialBreachedAt: unavailable(cause),
  accountRiskAt: unavailable(cause),
});

const countsNothing = ({ last24h, tuned }: WindowCounts): boolean => last24h + tuned === 0;

const isQuiet = ({ last24h, ladder, pending, sentSinceSuccess }: PushActivity): boolean =>
  ladder + pending + sentSinceSuccess === 0 && Object.values(last24h).every((count) => count === 0);

/** Whose address it is matters only where something happened. */
const isCalm = (source: SourceVelocity): boolean =>
  countsNothing(source.failures) &&
  countsNothing(source.failedSubjects) &&
  source.blockSubjects.tuned + source.blockSubjects.last10m === 0 &&
  source.networkSubjects.tuned + source.networkSubjects.last1h === 0;

/** What is nothing to speak of, signal by signal. The place and the source stand beside the evidence. */
const isUnremarkable = (evidence: Evidence, name: SignalName): boolean => {
  const { subjectFailures, subjectSources, source, push, reputation } = evidence;
  switch (name) {
    case 'address':
    case 'geo':
      return true;
    case 'reputation':
      return valueOf(reputation)?.length === 0;
    case 'subjectFailures':
      return subjectFailures.state === 'observed' && countsNothing(subjectFailures.value);
    case 'subjectSources':
      return subjectSources.state === 'observed' && countsNothing(subjectSources.value);
    case 'source':
      return source.state === 'observed' && isCalm(source.value);
    case 'push':
      return push.state === 'observed' && isQuiet(push.value);
    case 'lock':
    case 'credentialBreachedAt':
    case 'accountRiskAt':
      return valueOf<unknown>(evidence[name]) === null;
    default:
      return false;
  }
};

/** The profile's own: its hours and its last place are not kept with every decision. */
const keepHistory = ({ loginsByHour: _hours, places: _places, ...kept }: SubjectHistory) => kept;

/** The finding tells the ratios; the tenant's counts behind them are not kept with every decision. */
const keepFamiliarity = ({
  logins,
  own: { address, asn, country, userAgent, os },
}: Familiarity) => ({
  logins,
  own: { address, asn, country, userAgent, os },
});

/**
 * The evidence as it is kept. A record is written for every login and read for few, so what was
 * observed and is nothing to speak of is left out.
 */
export const keepEvidence = (evidence: Evidence): DecisionRecord['evidence'] => {
  const kept: Partial<Record<SignalName, KeptSignal>> = {};
  for (const name of signalNames) {
    const signal: Signal<unknown> = evidence[name];
    if (signal.state === 'observed' && isUnremarkable(evidence, name)) continue;
    kept[name] = signal;
  }
  const { history, familiarity } = evidence;
  if (history.state === 'observed') {
    kept.history = { state: 'observed', value: keepHistory(history.value) };
  }
  if (familiarity.state === 'observed') {
    kept.familiarity = { state: 'observed', value: keepFamiliarity(familiarity.value) };
  }
  return kept;
};
