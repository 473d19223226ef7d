import {
  reasonMeanings,
  signalLabel,
  signalNames,
  type SignalName,
  type SignalState,
} from '@stepgate/engine';
import type { Registry } from 'prom-client';
import { createLabelCap } from './label-cap.js';
import { metricPrefix } from './service-registry.js';
import { createTally } from './tally.js';

export interface EvidenceMetrics {
  /** A reason of the closed list, or one that a policy defines: those share the label `policy`. */
  finding(reason: string): void;
  signal(name: SignalName, state: SignalState): void;
  limitExceeded(limit: string): void;
}

const maxLimits = 32;
const signalStates: readonly SignalState[] = ['observed', 'absent', 'unavailable'];

const createFindings = (registry: Registry): EvidenceMetrics['finding'] => {
  const findings = createTally(registry, {
    name: `${metricPrefix}findings_total`,
    help: 'Findings by reason; reasons that a policy defines are counted as policy.',
    labels: ['reason'],
  });
  const byReason = new Map(
    Object.keys(reasonMeanings).map((reason) => [reason, findings.slot({ reason })]),
  );
  const policyDefined = findings.slot({ reason: 'policy' });
  return (reason) => {
    (byReason.get(reason) ?? policyDefined)();
  };
};

const createSignals = (registry: Registry): EvidenceMetrics['signal'] => {
  const signals = createTally(registry, {
    name: `${metricPrefix}signals_total`,
    help: 'Signals of decided attempts by their state.',
    labels: ['signal', 'state'],
  });
  const bySignal = new Map(
    signalNames.map((signal) => [
      signal,
      new Map(
        signalStates.map((state) => [state, signals.slot({ signal: signalLabel(signal), state })]),
      ),
    ]),
  );
  return (signal, state) => {
    bySignal.get(signal)?.get(state)?.();
  };
};

export const createEvidenceMetrics = (registry: Registry): EvidenceMetrics => {
  const limits = createTally(registry, {
    name: `${metricPrefix}limits_exceeded_total`,
    help: 'Attempts beyond a limit of the policy.',
    labels: ['limit'],
  });
  const limitLabel = createLabelCap(maxLimits);
  return {
    finding: createFindings(registry),
    signal: createSignals(registry),
    limitExceeded: (limit) => {
      limits.count({ limit: limitLabel(limit) });
    },
  };
};
