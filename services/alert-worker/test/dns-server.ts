import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import type { LookupAll } from '../src/sinks/outbound/target-guard.js';

/** Addresses of a name; `nth` counts the questions about it, from 0. */
export type Zone = Readonly<Record<string, (nth: number) => readonly string[]>>;

export interface DnsServer {
  /** Asks this server and no other. */
  readonly lookup: LookupAll;
  /** How often a name was asked for. */
  asked(name: string): number;
  stop(): Promise<void>;
}

const types = { 1: 'ipv4', 28: 'ipv6' } as const;
type TypeCode = keyof typeof types;
const isTypeCode = (code: number): code is TypeCode => code in types;

const readQuestion = (query: Buffer): { readonly name: string; readonly end: number } => {
  const labels: string[] = [];
  let at = 12;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
};

const record = (address: string, code: TypeCode): Buffer => {
  const bytes = Buffer.from(ipaddr.parse(address).toByteArray());
  // The name is a pointer to the question's; TTL 0, so that nobody remembers.
  const head = Buffer.from([0xc0, 12, 0, code, 0, 1, 0, 0, 0, 0, 0, bytes.length]);
  return Buffer.concat([head, bytes]);
};

const answerTo = (query: Buffer, addresses: readonly string[]): Buffer => {
  const { end } = readQuestion(query);
  const code = query.readUInt16BE(end);
  const fitting = isTypeCode(code)
    ? addresses.filter((address) => ipaddr.parse(address).kind() === types[code])
    : [];
  const records = isTypeCode(code) ? fitting.map((address) => record(address, code)) : [];
  const head = Buffer.concat([
    query.subarray(0, 2),
    Buffer.from([0x81, 0x80, 0, 1, 0, records.length, 0, 0, 0, 0]),
  ]);
  return Buffer.concat([head, query.subarray(12, end + 4), ...records]);
};

/** A real DNS server on loopback, with the names of a test. */
export const startDnsServer = async (zone: Zone): Promise<DnsServer> => {
  const counts = new Map<string, number>();
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    const { name } = readQuestion(query);
    const nth = counts.get(name) ?? 0;
    counts.set(name, nth + 1);
    socket.send(answerTo(query, zone[name]?.(nth) ?? []), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const resolver = new Resolver({ timeout: 2_000, tries: 1 });
  resolver.setServers([`127.0.0.1:${String(socket.address().port)}`]);
  return {
    lookup: async (hostname) => {
      // One after the other, so that a server which changes its answers changes them within a lookup.
      const ipv4 = await resolver.resolve4(hostname).catch(() => []);
      const ipv6 = await resolver.resolve6(hostname).catch(() => []);
      return [
        ...ipv4.map((address) => ({ address, family: 4 })),
        ...ipv6.map((address) => ({ address, family: 6 })),
      ];
    },
    asked: (name) => counts.get(name) ?? 0,
    stop: () =>
      new Promise((resolve) => {
        socket.close(() => {
          resolve();
        });
      }),
  };
};
