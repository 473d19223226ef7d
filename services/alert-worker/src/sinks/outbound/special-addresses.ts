import ipaddr from 'ipaddr.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;
export type Range = [Address, number];

const ranges = (...blocks: readonly string[]): readonly Range[] =>
  blocks.map((block) => ipaddr.parseCIDR(block));

export const loopbackBlocks = ranges('127.0.0.0/8', '::1/128');

/** This host, the link it is on, and addresses of no single host: never a receiver of alerts. */
export const impossibleBlocks = ranges(
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  '::1/128',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
);

/**
 * Metadata services of clouds (AWS over IPv6, Alibaba, Oracle, Azure; the others are link-local), which
 * hand out credentials to whoever asks from here. Each lies in a network that is otherwise ordinary.
 */
export const metadataAddresses = ranges(
  'fd00:ec2::254/128',
  '100.100.100.200/32',
  '192.0.0.192/32',
  '168.63.129.16/32',
);

/** Not on the public internet: the IANA special-purpose registries (RFC 6890 and its updates). */
const specialBlocks = ranges(
  '10.0.0.0/8',
  '100.64.0.0/10',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  // IETF assignments, among them Teredo: it holds an IPv4 address that the packet would go to.
  '2001::/23',
  '2001:db8::/32',
  // 6to4, likewise; obsolete since RFC 7526.
  '2002::/16',
  '2620:4f:8000::/48',
  '3fff::/20',
);

/** All of IPv6 that IANA has made global unicast. */
const globalUnicast = ranges('2000::/3');
/** RFC 6052: IPv4 addresses as networks with IPv6 alone reach them, through a translator. */
const translated = ranges('64:ff9b::/96');

export const isWithin = (address: Address, blocks: readonly Range[]): boolean =>
  blocks.some(([base, bits]) => address.kind() === base.kind() && address.match(base, bits));

/**
 * The address that a connection would in truth go to: IPv4 in the clothes of IPv6 (mapped, or for a
 * translator) is judged as what it is. Null for what is no address: short, octal and hexadecimal forms
 * mean different hosts to different readers (CVE-2024-29415), and a zone names an interface of ours.
 */
export const trueAddress = (text: string): Address | null => {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (text.includes('%') || !ipaddr.IPv6.isValid(text)) return null;
  const address = ipaddr.IPv6.parse(text);
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  return isWithin(address, translated) ? new ipaddr.IPv4(address.toByteArray().slice(-4)) : address;
};

export const isPublic = (address: Address): boolean => {
  if (isWithin(address, impossibleBlocks) || isWithin(address, metadataAddresses)) return false;
  if (isWithin(address, specialBlocks)) return false;
  return address.kind() === 'ipv4' || isWithin(address, globalUnicast);
};
