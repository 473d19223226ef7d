import { createTransport, type SMTPTransportOptions } from 'nodemailer';
import type { SendAlert } from '../alert-sink.js';
import type { LookupAll } from '../outbound/target-guard.js';
import type { EmailSpec } from '../sink-spec.js';
import { createConnect } from './connect.js';
import { emailMessage } from './email-message.js';
import { partialVerdict, smtpVerdict } from './smtp-verdict.js';

const transportOptions = (spec: EmailSpec, lookup: LookupAll): SMTPTransportOptions => {
  const connect = createConnect(spec, lookup);
  return {
    host: spec.host,
    port: spec.port,
    secure: spec.tls === 'implicit',
    requireTLS: spec.tls === 'starttls',
    ignoreTLS: spec.tls === 'none',
    tls: {
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
      ...(spec.ca === null ? {} : { ca: spec.ca }),
    },
    // Without it a server that offers no login would get the mail all the same.
    forceAuth: spec.login !== null,
    ...(spec.login === null ? {} : { auth: { user: spec.login.user, pass: spec.login.password } }),
    getSocket: (_options, done) => {
      connect((error, connection) => {
        if (error === null && connection !== undefined) done(null, { connection });
        else done(error ?? new Error('no connection'), false);
      });
    },
    greetingTimeout: spec.limits.totalMs,
    socketTimeout: spec.limits.totalMs,
    socketCloseTimeout: 0,
    maxResponseSize: spec.limits.responseBytes,
    // What an alert says is text: it never names a file or an address to read.
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  };
};

/** Alerts by mail; one connection for each. */
export const createEmailSink = (spec: EmailSpec, lookup: LookupAll): SendAlert => {
  const transport = createTransport(transportOptions(spec, lookup));
  return async (alert, signal) => {
    const message = emailMessage(alert, spec);
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(spec.limits.totalMs)]);
    try {
      const { rejectedErrors = [] } = await transport.sendMail({
        ...message,
        to: [...message.to],
        signal: bounded,
      });
      return partialVerdict(rejectedErrors);
    } catch (error) {
      return smtpVerdict(error);
    }
  };
};
