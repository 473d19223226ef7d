import type { CountingRules } from '@stepgate/assessment';
import type {
  Instant,
  LearnedPlace,
  Lock,
  PushActivity,
  PushCounts,
  PushLadder,
  PushResult,
  SubjectHistory,
  TraitCounts,
  WindowCounts,
} from '@stepgate/engine';
import { keyTable } from './keys.js';
import { numberIn, numberOrNullIn, numbersIn, textIn, textOrNullIn } from './reply.js';
import { loginsIn, traitCountsFrom } from './trait-fields.js';

/** Letter of a prompt or answer in the push set; the scripts use the same. */
export const promptLetters = {
  sent: 's',
  approved: 'a',
  denied: 'd',
  ignored: 'i',
  reported: 'r',
} as const satisfies Readonly<Record<PushResult, string>>;

export const countedLetters = (ladder: PushLadder): string =>
  ladder.counted.map((result) => promptLetters[result]).join('');
export const topRung = (ladder: PushLadder): number => ladder.rungs.at(-1)?.at ?? 0;

/** What every script that summarises prompts takes, in this order. */
export const countingArgs = ({
  ladder,
  tiredWindowMs,
}: Pick<CountingRules, 'ladder' | 'tiredWindowMs'>): readonly (string | number)[] => [
  countedLetters(ladder),
  ladder.windowMs,
  topRung(ladder),
  ladder.promptLifetimeMs,
  tiredWindowMs,
];

const noCounts: WindowCounts = { tuned: 0, last10m: 0, last1h: 0, last24h: 0 };

export const windowCountsIn = (value: unknown): WindowCounts => {
  const text = textIn(value);
  if (text === '') return noCounts;
  const [tuned = 0, last10m = 0, last1h = 0, last24h = 0] = numbersIn(text);
  return { tuned, last10m, last1h, last24h };
};

const pushCountsFrom = (numbers: readonly number[], from: number): PushCounts => {
  const [sent = 0, approved = 0, denied = 0, ignored = 0, reported = 0] = numbers.slice(
    from,
    from + 5,
  );
  return { sent, approved, denied, ignored, reported };
};

const noPrompts = pushCountsFrom([], 0);
const noActivity: PushActivity = {
  last10m: noPrompts,
  last1h: noPrompts,
  last24h: noPrompts,
  ladder: 0,
  since: null,
  latest: null,
  pending: 0,
  sentSinceSuccess: 0,
  unansweredBeforeApproval: 0,
};

export const pushActivityIn = (value: unknown): PushActivity => {
  const text = textIn(value);
  if (text === '') return noActivity;
  const numbers = numbersIn(text);
  const [ladder = 0, sent = 0, unanswered = 0, pending = 0, since = 0, latest = 0] =
    numbers.slice(15);
  return {
    last10m: pushCountsFrom(numbers, 0),
    last1h: pushCountsFrom(numbers, 5),
    last24h: pushCountsFrom(numbers, 10),
    ladder,
    since: since === 0 ? null : since,
    latest: latest === 0 ? null : latest,
    pending,
    sentSinceSuccess: sent,
    unansweredBeforeApproval: unanswered,
  };
};

/** @param guard reason, since, until, except a known device; null once it is over. */
export const lockIn = (guard: readonly unknown[], now: Instant): Lock | null => {
  const reason = textOrNullIn(guard[0]);
  if (reason === null) return null;
  const until = numberIn(guard[2]);
  if (until <= now) return null;
  return {
    // What cannot be read as the milder reason is the stricter one.
    reason: reason === 'push_fatigue' ? 'push_fatigue' : 'feedback_compromised',
    since: numberIn(guard[1]),
    until,
    exceptKnownDevice: guard[3] === '1',
  };
};

/** A report is forgotten after as long as its key would be. */
export const breachIn = (value: unknown, now: Instant): Instant | null => {
  const reportedAt = numberOrNullIn(value);
  return reportedAt !== null && reportedAt > now - keyTable.guard.ttlMs ? reportedAt : null;
};

/** Kept as long as any aftermath may last; the policy says how long it matters. */
export const accountRiskIn = (value: unknown): Instant | null => numberOrNullIn(value);

/** @param fingerprint short hash of how the attempt's device looks; null when it does not say. */
export const deviceIn = (
  text: string,
  fingerprint: string | null = null,
): NonNullable<SubjectHistory['device']> => {
  const [firstSeenAt, lastSeenAt, trusted, , learnt = ''] = text.split(',');
  return {
    firstSeenAt: numberIn(firstSeenAt),
    lastSeenAt: numberIn(lastSeenAt),
    trusted: trusted === '1',
    sameFingerprint: fingerprint === null || learnt === '' ? null : learnt === fingerprint,
  };
};

const hoursADay = 24;
const noHours: readonly number[] = Array<number>(hoursADay).fill(0);

export const hoursIn = (text: string | null): readonly number[] => {
  if (text === null) return noHours;
  const hours: number[] = [];
  for (let hour = 0; hour < hoursADay; hour += 1) {
    hours.push(Number.parseInt(text.slice(2 * hour, 2 * hour + 2), 36));
  }
  return hours;
};

/** Last place, and the two that were before it. */
const placesIn = (texts: readonly unknown[], sourceHash: string | null): readonly LearnedPlace[] =>
  texts.map(textOrNullIn).flatMap((text) => {
    if (text === null) return [];
    const [latitude, longitude, precisionKm, at, source] = text.split(',');
    return {
      latitude: numberIn(latitude),
      longitude: numberIn(longitude),
      precisionKm: numberIn(precisionKm),
      at: numberIn(at),
      sameSource: sourceHash !== null && source === sourceHash,
    };
  });

export interface AttemptInHand {
  readonly traitFields: readonly string[];
  readonly sourceHash: string | null;
  readonly fingerprint: string | null;
  readonly at: Instant;
}

/** @param profile n, last, kl, k, h, p, p2, p3, and the fields of the device and of the traits at hand. */
export const profileIn = (
  profile: readonly unknown[],
  { traitFields, sourceHash, fingerprint, at }: AttemptInHand,
): { readonly history: SubjectHistory; readonly ownTraits: TraitCounts } => {
  const [logins, last, , counts, hours, first, second, third, device, ...traits] = profile;
  const [knownDevices = 0, knownCountries = 0, knownAsns = 0] = numbersIn(
    textOrNullIn(counts) ?? '0,0,0',
  );
  const deviceText = textOrNullIn(device);
  const loginsByHour = hoursIn(textOrNullIn(hours));
  const ownTraits = traitCountsFrom(
    traitFields,
    (_field, index) => loginsIn(traits[index]),
    loginsByHour[new Date(at).getUTCHours()] ?? 0,
  );
  return {
    ownTraits,
    history: {
      logins: numberOrNullIn(logins) ?? 0,
      lastLoginAt: numberOrNullIn(last),
      device: deviceText === null ? null : deviceIn(deviceText, fingerprint),
      knownDevices,
      countrySeen: (ownTraits.country ?? 0) > 0,
      knownCountries,
      asnSeen: (ownTraits.asn ?? 0) > 0,
      knownAsns,
      loginsByHour,
      places: placesIn([first, second, third], sourceHash),
    },
  };
};
