/** Milliseconds since the Unix epoch. */
export type Instant = number;

/** A JSON object as the caller sent it: own keys only, depth and size bounded at the edge. */
export type Properties = Readonly<Record<string, unknown>>;

/** Best first. `push` has no registered amr value (RFC 8176); it is never reported as `sms`. */
export const authenticators = [
  'passkey',
  'security_key',
  'totp',
  'hotp',
  'push',
  'sms',
  'voice',
  'recovery_code',
] as const;
export type Authenticator = (typeof authenticators)[number];

export const actionNames = [
  'pre_login',
  'login',
  'access',
  'push_challenge',
  'enroll_authenticator',
  'recover_account',
] as const;
export type ActionName = (typeof actionNames)[number];

/** Actions that change who can sign in later: denied, not stepped up, when state cannot be read. */
export const adminActions: readonly string[] = ['enroll_authenticator', 'recover_account'];

export interface SubjectRef {
  readonly type: string;
  /** Canonical form, see canonicalSubjectId. */
  readonly id: string;
}

/** One login attempt, canonicalised at the edge. The four parts are AuthZEN's. */
export interface Attempt {
  readonly tenant: string;
  readonly subject: SubjectRef & { readonly properties: Properties };
  readonly action: { readonly name: string; readonly properties: Properties };
  readonly resource: {
    readonly type: string;
    readonly id: string;
    readonly properties: Properties;
  };
  /** As sent; policies may read it generically. */
  readonly context: Properties;
  readonly groups: readonly string[];
  /** What the subject has enrolled; null when the caller did not say. */
  readonly authenticators: readonly Authenticator[] | null;
}
