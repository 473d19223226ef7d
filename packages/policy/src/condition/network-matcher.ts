import ipaddr from 'ipaddr.js';

/** Whether a canonical address is in any range of the list. Ranges must have passed the schema. */
export type NetworkMatcher = (address: string) => boolean;

type Range = ReturnType<typeof ipaddr.parseCIDR>;

/** Not `ipaddr.parseCIDR`, which finds out that a range is no IPv6 by throwing. */
const rangeOf = (cidr: string): Range =>
  cidr.includes(':') ? ipaddr.IPv6.parseCIDR(cidr) : ipaddr.IPv4.parseCIDR(cidr);

const isIn = (address: ipaddr.IPv4 | ipaddr.IPv6, [base, bits]: Range): boolean =>
  address.kind() === base.kind() && address.match(base, bits);

/** IPv4-mapped IPv6 counts as the IPv4 address that it is; what is no address is in no network. */
export const createNetworkMatcher = (cidrs: readonly string[]): NetworkMatcher => {
  const ranges = cidrs.map(rangeOf);
  return (text) => {
    if (!ipaddr.isValid(text)) return false;
    const address = ipaddr.process(text);
    return ranges.some((range) => isIn(address, range));
  };
};
