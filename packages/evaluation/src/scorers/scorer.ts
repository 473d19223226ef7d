/** A login with its address and user agent looked up: all that a scorer without the service has. */
export interface ResolvedLogin {
  readonly user: string;
  readonly address: string;
  readonly asn: string;
  readonly country: string;
  readonly userAgent: string;
  readonly browser: string;
  readonly os: string;
  readonly deviceType: string;
  /** On a list of addresses that people hide or attack behind. */
  readonly listed: boolean;
}

export interface Scorer {
  /** Higher is riskier. Null: nobody's first login can be scored. */
  score(login: ResolvedLogin): number | null;
  /** After a login that the owner is known to have made; never after an attempt. */
  learn(login: ResolvedLogin): void;
}
