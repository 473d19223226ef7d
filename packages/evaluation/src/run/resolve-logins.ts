import { valueOf, type UserAgent } from '@stepgate/engine';
import type { SyntheticLogin } from '../login.js';
import type { SignalSources } from '../replay/in-process.js';
import type { ResolvedLogin } from '../scorers/index.js';

const none = 'none';

const named = (name: string | null, version: string | null): string =>
  version === null ? (name ?? none) : `${name ?? none} ${version}`;

/** What the other scorers compare, as text. */
const agentTraits = (
  agent: UserAgent | null,
): Pick<ResolvedLogin, 'browser' | 'os' | 'deviceType'> => ({
  browser: agent === null ? none : named(agent.browser, agent.browserVersion),
  os: agent === null ? none : named(agent.os, agent.osVersion),
  deviceType: agent?.deviceType ?? none,
});

/** Lists that say of an address that people hide or attack behind it. */
const accusing = new Set<string>(['tor', 'vpn', 'hosting', 'relay', 'abuse']);

/** The login as the reference and the rules see it: the same tables and lists as the service has. */
export const createLoginResolver =
  ({ addressIntel, userAgents }: SignalSources) =>
  (login: SyntheticLogin): ResolvedLogin => {
    const { geo, network, reputation } = addressIntel.lookUp(login.address);
    return {
      user: String(login.user),
      address: login.address,
      asn: String(valueOf(network)?.asn ?? none),
      country: valueOf(geo)?.country ?? none,
      userAgent: login.userAgent,
      ...agentTraits(valueOf(userAgents.parse(login.userAgent))),
      listed: (valueOf(reputation) ?? []).some((category) => accusing.has(category)),
    };
  };
