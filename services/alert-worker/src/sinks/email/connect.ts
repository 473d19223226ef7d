import { connect as connectTcp, type Socket } from 'node:net';
import { createAddressJudge, isLoopback, type JudgeAddress } from '../outbound/judge-address.js';
import {
  bareHost,
  createGuardedLookup,
  refusesHost,
  TargetRefusedError,
  type LookupAll,
} from '../outbound/target-guard.js';
import type { EmailSpec } from '../sink-spec.js';

/** Opens a connection to the mail server; calls back once, with the socket or with what went wrong. */
export type Connect = (done: (error: Error | null, socket?: Socket) => void) => void;

const tooLate = (): Error => Object.assign(new Error('too late'), { code: 'CONNECT_TIMEOUT' });

/** Mail goes by the same guard as HTTP: to an address that was judged, and to no other. */
export const createConnect = (spec: EmailSpec, lookup: LookupAll): Connect => {
  const judge = createAddressJudge(spec.target);
  // What is not encrypted does not leave this host.
  const strict: JudgeAddress =
    spec.tls === 'none' ? (text) => isLoopback(text) && judge(text) : judge;
  return (done) => {
    if (refusesHost(spec.host, strict)) {
      done(new TargetRefusedError('alerts may not be sent to this address'));
      return;
    }
    const socket = connectTcp({
      host: bareHost(spec.host),
      port: spec.port,
      lookup: createGuardedLookup(strict, lookup),
    });
    const timer = setTimeout(() => socket.destroy(tooLate()), spec.limits.connectMs);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      done(error);
    };
    socket.once('error', fail);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', fail);
      done(null, socket);
    });
  };
};
