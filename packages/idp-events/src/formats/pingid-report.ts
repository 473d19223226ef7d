import { addressIn } from '../fields.js';

/** A POLICY row's message: `Authentication Details:` and a line `name: value` for each finding. */
export interface PolicyReport {
  /** What the policy did: Authenticate, Approve, Deny … Empty when it does not say. */
  readonly action: string;
  /** Of the device that signs in. */
  readonly ip: string | null;
  readonly userAgent: string | null;
  /** What an analyst reads beside the event; only what is known. */
  readonly findings: Readonly<Record<string, string>>;
}

const maxLines = 64;
const maxValueLength = 128;

/** Lines of the report that are kept, and under which names. */
const kept: ReadonlyMap<string, string> = new Map([
  ['New Device', 'new_device'],
  ['Country', 'country'],
  ['Previous Country', 'previous_country'],
  ['Ground Speed', 'ground_speed'],
  ['IP Address', 'ip'],
  ['Previous Authentication IP', 'previous_ip'],
  ['IP Risk Score', 'ip_risk_score'],
  ['Risk Level', 'risk_level'],
  ['Current VPN/Proxy login', 'vpn_or_proxy'],
  ['Previous VPN/Proxy login', 'previous_vpn_or_proxy'],
  ['Requested Application Name', 'application'],
  ['Mobile OS Version', 'mobile_os'],
  ['Device Rooted or Jailbroken', 'device_rooted'],
  ['Action', 'action'],
  ['Policy Met', 'policy'],
  ['Rule Met', 'rule'],
]);

const heading = /^(?:Authentication|Pairing) Details:/;

export const isPolicyReport = (message: string): boolean => heading.test(message);

/** `N/A`, and `N/A km/h`, is how the report says that it does not know. */
const valueOf = (line: string, colon: number): string | null => {
  const value = line
    .slice(colon + 1)
    .trim()
    .replaceAll(/^"|"$/g, '')
    .slice(0, maxValueLength);
  return value === '' || value.startsWith('N/A') || /\p{Cc}/u.test(value) ? null : value;
};

export const readPolicyReport = (message: string): PolicyReport => {
  const values = new Map<string, string>();
  for (const line of message.split('\n').slice(0, maxLines)) {
    const colon = line.indexOf(':');
    const value = colon === -1 ? null : valueOf(line, colon);
    if (value !== null) values.set(line.slice(0, colon).trim(), value);
  }
  const findings = [...kept].flatMap(([label, name]) => {
    const value = values.get(label);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    action: values.get('Action') ?? '',
    ip: addressIn(values.get('IP Address')),
    userAgent: values.get('Accessing Device UserAgent') ?? null,
    findings: Object.fromEntries(findings),
  };
};
