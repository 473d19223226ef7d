import ipaddr from 'ipaddr.js';
import { z } from 'zod';

const strictAddress = (text: string): boolean =>
  ipaddr.IPv4.isValidFourPartDecimal(text) ||
  (text.includes(':') && !text.includes('%') && ipaddr.IPv6.isValid(text));

const parts = (text: string): { readonly address: string; readonly bits: number } | null => {
  const match = /^([0-9a-fA-F.:]+)\/([0-9]{1,3})$/.exec(text);
  const address = match?.[1] ?? '';
  return match === null || !strictAddress(address) ? null : { address, bits: Number(match[2]) };
};

interface CidrFault {
  readonly message: string;
  readonly suggestion?: string;
}

const baseOf = (address: string, bits: number): string =>
  address.includes(':')
    ? ipaddr.IPv6.networkAddressFromCIDR(`${address}/${String(bits)}`).toString()
    : ipaddr.IPv4.networkAddressFromCIDR(`${address}/${String(bits)}`).toString();

/** What is wrong with a line of a network list; null when it is a range on its own boundary. */
export const cidrFault = (text: string): CidrFault | null => {
  // Asked first: the library finds out by throwing, and 2,000 stack traces take 300 ms.
  if (!text.includes('/') && strictAddress(text)) {
    const suggestion = `${text}/${text.includes(':') ? '128' : '32'}`;
    return {
      message: `${text} has no prefix length; write ${suggestion} for one address`,
      suggestion,
    };
  }
  const range = parts(text);
  const longest = range?.address.includes(':') === true ? 128 : 32;
  if (range === null || range.bits > longest) {
    return { message: 'is not a network; write it as 198.51.100.0/24 or 2001:db8:10::/48' };
  }
  if (longest === 128 && ipaddr.IPv6.parse(range.address).isIPv4MappedAddress()) {
    return {
      message: 'is an IPv4 network in IPv6 clothing; write it as IPv4, such as 198.51.100.0/24',
    };
  }
  const base = baseOf(range.address, range.bits);
  if (ipaddr.parse(range.address).toString() === base) return null;
  const suggestion = `${base}/${String(range.bits)}`;
  return { message: `${text} does not start on its own boundary; write ${suggestion}`, suggestion };
};

const cidr = z.string().superRefine((text, context) => {
  const fault = cidrFault(text);
  if (fault === null) return;
  const { message, suggestion } = fault;
  context.addIssue({
    code: 'custom',
    message,
    params: suggestion === undefined ? {} : { suggestion },
  });
});

const networkName = /^[a-z][a-z0-9_-]{0,63}$/;

/** Name → list of CIDR ranges. */
export const networksSchema = z
  .record(z.string(), z.array(cidr).min(1).max(2000))
  .superRefine((networks, context) => {
    for (const name of Object.keys(networks)) {
      if (networkName.test(name)) continue;
      const message = 'a network name is lower case letters, digits, - and _; rename it';
      context.addIssue({ code: 'custom', path: [name], message });
    }
  });
