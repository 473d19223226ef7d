import type { Network, Place, Signal, TraitLevel, UserAgent } from '@stepgate/engine';

/**
 * What the likelihood model compares, as text; the store keeps keyed hashes of what may name somebody.
 * `none`: there is nothing to know, which is a habit like any other. Null: it could not be had, or
 * nobody said; then it is not learnt either. The hour is the store's to tell.
 */
export type LoginTraits = Readonly<Record<Exclude<TraitLevel, 'hour'>, string | null>>;

const none = 'none';

/** Finer than this is noise of the line (Wiefling et al., FC 2021, compare 1, 5, 10 and 50 ms). */
const rttBinMs = 10;

const textOf = <T>(signal: Signal<T>, read: (value: T) => string): string | null => {
  if (signal.state === 'observed') return read(signal.value);
  return signal.state === 'absent' ? none : null;
};

const named = (name: string | null, version: string | null): string =>
  version === null ? (name ?? none) : `${name ?? none} ${version}`;

export interface SentTraits {
  readonly address: string;
  /** As sent. */
  readonly userAgent: string | null;
  readonly rttMs: number | null;
}

export const traitsOf = (
  sent: SentTraits,
  local: {
    readonly network: Signal<Network>;
    readonly geo: Signal<Place>;
    readonly userAgent: Signal<UserAgent>;
  },
): LoginTraits => ({
  address: sent.address,
  asn: textOf(local.network, ({ asn }) => String(asn)),
  country: textOf(local.geo, ({ country }) => country),
  userAgent: textOf(local.userAgent, () => sent.userAgent ?? none),
  browser: textOf(local.userAgent, (agent) => named(agent.browser, agent.browserVersion)),
  os: textOf(local.userAgent, (agent) => named(agent.os, agent.osVersion)),
  deviceType: textOf(local.userAgent, ({ deviceType }) => deviceType),
  rtt: sent.rttMs === null ? null : String(Math.floor(sent.rttMs / rttBinMs)),
});
