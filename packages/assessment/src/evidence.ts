import {
  absent,
  observed,
  unavailable,
  type Evidence,
  type Network,
  type Place,
  type PushActivity,
  type ReputationCategory,
  type Signal,
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
  sources: { readonly addressIntel: AddressIntel; readonly userAgents: UserAgentParser },
): LocalSignals => ({
  address: observed(input.address),
  ...sources.addressIntel.lookUp(input.address),
  userAgent: sources.userAgents.parse(input.userAgent),
  device: input.device === null ? absent : observed({ managed: input.device.managed }),
});

export type StateSignals = Pick<
  Evidence,
  'history' | 'subjectFailures' | 'source' | 'push' | 'limits' | 'lock' | 'credentialBreachedAt'
>;

export const stateSignals = (state: SubjectState): StateSignals => ({
  history: observed(state.history),
  subjectFailures: observed(state.subjectFailures),
  source: state.source === null ? absent : observed(state.source),
  push: observed(state.push),
  limits: observed(state.limits),
  lock: observed(state.lock),
  credentialBreachedAt: observed(state.credentialBreachedAt),
});

export const stateUnavailable = (cause: string): StateSignals => ({
  history: unavailable(cause),
  subjectFailures: unavailable(cause),
  source: unavailable(cause),
  push: unavailable(cause),
  limits: unavailable(cause),
  lock: unavailable(cause),
  credentialBreachedAt: unavailable(cause),
});

const countsNothing = ({ last24h, tuned }: WindowCounts): boolean => last24h + tuned === 0;

const isQuiet = ({ last24h, ladder, sentSinceSuccess }: PushActivity): boolean =>
  ladder + sentSinceSuccess === 0 && Object.values(last24h).every((count) => count === 0);

const keep = <T>(signal: Signal<T>, keeper: (value: T) => unknown): KeptSignal =>
  signal.state === 'observed' ? { state: 'observed', value: keeper(signal.value) } : signal;

const keepSource = (source: SourceVelocity): unknown =>
  countsNothing(source.failures) && countsNothing(source.failedSubjects) ? 'none' : source;

const keepHistory = ({ loginsByHour: _hours, lastPlace: _place, ...kept }: SubjectHistory) => kept;

const noValue = (): undefined => undefined;

/**
 * The evidence as it is kept: the state of every signal, and its value. A record is written for
 * every login and read for few, so counts that are all zero become `none`, and what stands elsewhere
 * in the record (the place) or belongs to the profile (its hours, its last place) is left out. The
 * address stands in it as a pseudonym only.
 */
export const keepEvidence = (evidence: Evidence): DecisionRecord['evidence'] => ({
  network: evidence.network,
  reputation: evidence.reputation,
  userAgent: evidence.userAgent,
  device: evidence.device,
  limits: evidence.limits,
  lock: evidence.lock,
  credentialBreachedAt: evidence.credentialBreachedAt,
  address: keep(evidence.address, noValue),
  geo: keep(evidence.geo, noValue),
  history: keep(evidence.history, keepHistory),
  subjectFailures: keep(evidence.subjectFailures, (counts) =>
    countsNothing(counts) ? 'none' : counts,
  ),
  source: keep(evidence.source, keepSource),
  push: keep(evidence.push, (push) => (isQuiet(push) ? 'none' : push)),
});
