import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import proxyAddr from 'proxy-addr';

/** Whom a request comes from, as far as that can be believed. */
export interface Peers {
  /** Whether the socket's peer is a configured proxy: only then do its headers mean anything. */
  readonly isTrusted: (request: IncomingMessage) => boolean;
  /**
   * The right-most address that is not a trusted proxy: the socket's peer, or what a trusted proxy
   * appended to X-Forwarded-For. No other header is read. Null when that is not an address.
   */
  readonly addressOf: (request: IncomingMessage) => string | null;
  /** The scheme that the client used: a trusted proxy's word, else the socket's. */
  readonly protocolOf: (request: IncomingMessage) => 'http' | 'https';
}

/** Of a link-local peer; it names an interface of this machine. */
const withoutZone = (address: string): string => address.replace(/%.*$/, '');

export const createPeers = (trustedProxies: readonly string[]): Peers => {
  const trust = proxyAddr.compile([...trustedProxies]);
  const isTrusted: Peers['isTrusted'] = ({ socket }) =>
    socket.remoteAddress !== undefined && trust(withoutZone(socket.remoteAddress), 0);
  return {
    isTrusted,
    addressOf: (request) => {
      if (request.socket.remoteAddress === undefined) return null;
      const address = withoutZone(proxyAddr(request, trust));
      return isIP(address) === 0 ? null : address;
    },
    protocolOf: (request) => {
      const forwarded = isTrusted(request) ? request.headers['x-forwarded-proto'] : undefined;
      return forwarded === 'https' || 'encrypted' in request.socket ? 'https' : 'http';
    },
  };
};
