import { observed, valueOf, type Evidence, type SignalName } from '@stepgate/engine';
import { cleanEvidence, cleanHistory } from './clean-evidence.js';

/** Whatever the hour is, the subject is often there. */
const atAnyHour = Array.from({ length: 24 }, () => 40);

/** The evidence, but the one signal is as good as can be, and nothing speaks because of it. */
export const cleanIn = (evidence: Evidence, signal: SignalName): Evidence => {
  if (signal === 'history')
    return { ...evidence, history: observed(cleanHistory({ loginsByHour: atAnyHour })) };
  const history = valueOf(evidence.history);
  const harmless = { countrySeen: true, asnSeen: true, places: [] };
  const seen = history === null ? evidence.history : observed({ ...history, ...harmless });
  return { ...evidence, history: seen, [signal]: cleanEvidence()[signal] };
};
