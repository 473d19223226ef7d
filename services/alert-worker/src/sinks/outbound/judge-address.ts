import ipaddr from 'ipaddr.js';
import type { TargetRule } from '../sink-spec.js';
import {
  impossibleBlocks,
  isPublic,
  isWithin,
  loopbackBlocks,
  metadataAddresses,
  trueAddress,
  type Range,
} from './special-addresses.js';

/** Whether a connection to this address is allowed. */
export type JudgeAddress = (address: string) => boolean;

/** Which addresses alerts may go to. */
export const createAddressJudge = ({ allowAddresses, allowLoopback }: TargetRule): JudgeAddress => {
  const allowed = allowAddresses.map((range) => ipaddr.parseCIDR(range));
  return (text) => {
    const address = trueAddress(text);
    if (address === null) return false;
    if (isWithin(address, loopbackBlocks)) return allowLoopback;
    if (isWithin(address, impossibleBlocks) || isWithin(address, metadataAddresses)) return false;
    return isPublic(address) || isWithin(address, allowed);
  };
};

export const isLoopback: JudgeAddress = (text) => {
  const address = trueAddress(text);
  return address !== null && isWithin(address, loopbackBlocks);
};

const overlap = ([a, aBits]: Range, [b, bBits]: Range): boolean =>
  a.kind() === b.kind() && (aBits <= bBits ? b.match(a, aBits) : a.match(b, bBits));

/** Whether a range (CIDR) may be made an exception: not where it holds what is never a receiver. */
export const mayBeAllowed = (cidr: string): boolean => {
  const range = ipaddr.parseCIDR(cidr);
  if (isWithin(range[0], metadataAddresses)) return false;
  return !impossibleBlocks.some((block) => overlap(range, block));
};
