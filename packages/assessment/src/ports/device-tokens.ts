import type { DeviceTokenState, Instant } from '@stepgate/engine';

/** Whose token it is: the tenant, and the subject by the pseudonym that the store gives it. */
export interface TokenHolder {
  readonly tenant: string;
  readonly subject: string;
  /** The subject's pseudonym under the secret before this one, while that is kept. */
  readonly earlier?: string | undefined;
}

export interface DeviceToken {
  readonly text: string;
  readonly expiresAt: Instant;
}

export type DeviceTokenReading =
  | {
      readonly kind: 'valid';
      readonly deviceId: string;
      readonly issuedAt: Instant;
      readonly expiresAt: Instant;
      /** Issued under the secret before this one: a new token is due at once. */
      readonly superseded?: true;
    }
  | { readonly kind: Exclude<DeviceTokenState, 'none' | 'valid'> };

/** Names for devices that cannot be made up, bound to one subject. Same input, same token. */
export interface DeviceTokens {
  read(
    text: string,
    asked: { readonly holder: TokenHolder; readonly now: Instant },
  ): DeviceTokenReading;
  issue(asked: {
    readonly holder: TokenHolder;
    readonly deviceId: string;
    readonly now: Instant;
  }): DeviceToken;
}
