import {
  absent,
  observed,
  signalNames,
  unavailable,
  type Evidence,
  type Network,
  type Place,
  type ReputationCategory,
  type Signal,
  type SignalName,
  type UserAgent,
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

/** Never kept as a value: the record names the source by its pseudonym. */
const personal: readonly SignalName[] = ['address'];

/** The evidence as it is kept: states of all signals, values of those that name nobody. */
export const keepEvidence = (evidence: Evidence): DecisionRecord['evidence'] => {
  const keep = (name: SignalName): KeptSignal => {
    const signal = evidence[name];
    if (signal.state === 'unavailable') return signal;
    if (signal.state === 'absent' || personal.includes(name)) return { state: signal.state };
    return signal;
  };
  const kept: Partial<Record<SignalName, KeptSignal>> = {};
  for (const name of signalNames) kept[name] = keep(name);
  return kept;
};
