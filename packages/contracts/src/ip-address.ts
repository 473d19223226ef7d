import ipaddr from 'ipaddr.js';
import { z } from 'zod';

/**
 * Strict spelling only: no port, zone, octal, hexadecimal or short forms, which parsers read in
 * different ways (CVE-2024-29415). IPv4-mapped IPv6 is the IPv4 address that it is
 * (CVE-2026-30827: all IPv4 clients of a dual-stack socket fell into one bucket).
 */
export const ipAddress = z
  .union([z.ipv4(), z.ipv6()], { error: 'must be an IPv4 or IPv6 address, without port or zone' })
  .transform((address) => ipaddr.process(address).toString());
