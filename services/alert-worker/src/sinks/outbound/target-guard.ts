import { lookup as lookupHost, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { JudgeAddress } from './judge-address.js';

/** Every address of a host name; rejects when there is none. */
export type LookupAll = (hostname: string) => Promise<readonly LookupAddress[]>;

/** The resolver of the operating system. */
export const systemLookup: LookupAll = (hostname) =>
  new Promise((resolve, reject) => {
    lookupHost(hostname, { all: true, verbatim: true }, (error, addresses) => {
      if (error === null) resolve(addresses);
      else reject(error);
    });
  });

export class TargetRefusedError extends Error {
  override readonly name = 'TargetRefusedError';
  readonly code = 'TARGET_REFUSED';
}

const refused = (): TargetRefusedError =>
  new TargetRefusedError('alerts may not be sent to this address');

/** The host of a URL without what is not its name: `[::1]`, `example.org.`. */
export const bareHost = (hostname: string): string =>
  hostname.replace(/^\[(?<address>.*)\]$/u, '$<address>').replace(/\.$/u, '');

const localNames = /^(?:.*\.)?localhost$/u;

/** Whether the host is refused by its name alone. Sockets never look up an address: it is judged here. */
export const refusesHost = (hostname: string, judge: JudgeAddress): boolean => {
  const host = bareHost(hostname).toLowerCase();
  if (localNames.test(host)) return !judge('127.0.0.1');
  return isIP(host) !== 0 && !judge(host);
};

/**
 * A `lookup` for sockets. The name is asked for once and the socket connects to just what was judged,
 * so that a second, different answer (DNS rebinding) is never heard. One address that is not allowed
 * condemns the name: nobody mixes them by accident.
 */
export const createGuardedLookup =
  (judge: JudgeAddress, lookup: LookupAll): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (first === undefined || !addresses.every(({ address }) => judge(address))) {
          callback(refused(), []);
        } else if (options.all === true) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => {
        callback(error instanceof Error ? error : refused(), []);
      },
    );
  };
