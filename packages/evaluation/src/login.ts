import type { Instant } from '@stepgate/engine';

/** Attackers of the published evaluation (Wiefling et al., TOPS 2022) and what the scorers gate on. */
export const attackerNames = [
  'naive',
  'vpn',
  'targeted',
  'isp_targeted',
  'very_targeted',
  'takeover',
] as const;
export type AttackerName = (typeof attackerNames)[number];

/** Honest logins that rivals get wrong; reported apart. `home` is the yardstick for the others. */
export const hardNegativeNames = [
  'home',
  'forgotten_password',
  'holiday',
  'new_device_at_home',
  'office_nat',
  'private_relay',
  'in_flight',
  'mobile_cgnat',
] as const;
export type HardNegativeName = (typeof hardNegativeNames)[number];

/** Waves of attempts, each a story of its own. */
export const sequenceNames = ['spraying', 'stuffing', 'distributed_stuffing', 'poisoning'] as const;
export type SequenceName = (typeof sequenceNames)[number];

/** One login of the synthetic population; the password was right unless it says otherwise. */
export interface SyntheticLogin {
  readonly at: Instant;
  /** Index of the user that is signed in to; `user-<n>` on the wire. */
  readonly user: number;
  readonly by:
    | { readonly kind: 'owner' }
    | { readonly kind: 'hard_negative'; readonly name: HardNegativeName }
    | { readonly kind: 'attacker'; readonly name: AttackerName }
    | { readonly kind: 'sequence'; readonly name: SequenceName };
  readonly passwordRight: boolean;
  readonly address: string;
  readonly userAgent: string;
  /** Which cookie jar it comes from; null: none that was ever used before (private window, thief). */
  readonly device: string | null;
  readonly rttMs: number | null;
}
