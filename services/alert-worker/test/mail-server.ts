import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** As it came over the wire. */
  readonly raw: string;
  /** Unfolded and decoded header fields by lower-case name; repeated ones joined by a line break. */
  readonly headers: Readonly<Record<string, string>>;
  readonly secure: boolean;
  readonly user: string | null;
}

export interface MailServer {
  readonly port: number;
  readonly received: readonly ReceivedMail[];
  stop(): Promise<void>;
}

const decodeWord = (word: string): string =>
  word.replace(/=\?utf-8\?([BQ])\?([^?]*)\?=/giu, (_all, encoding: string, encoded: string) =>
    encoding.toUpperCase() === 'B'
      ? Buffer.from(encoded, 'base64').toString('utf8')
      : Buffer.from(
          encoded
            .replaceAll('_', ' ')
            .replace(/=([0-9A-F]{2})/giu, (_match, hex: string) =>
              String.fromCharCode(Number.parseInt(hex, 16)),
            ),
          'latin1',
        ).toString('utf8'),
  );

const headersOf = (raw: string): Record<string, string> => {
  const [head = ''] = raw.split('\r\n\r\n');
  const headers: Record<string, string> = {};
  for (const line of head.replace(/\r\n[ \t]+/gu, ' ').split('\r\n')) {
    const name = line.slice(0, line.indexOf(':')).toLowerCase();
    const value = decodeWord(
      line
        .slice(line.indexOf(':') + 1)
        .trim()
        .replace(/\?= =\?/gu, '?==?'),
    );
    headers[name] = name in headers ? `${headers[name]!}\n${value}` : value;
  }
  return headers;
};

/** A real SMTP server on loopback. */
export const startMailServer = async (options: SMTPServerOptions = {}): Promise<MailServer> => {
  const received: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    onData: (stream, session, done) => {
      void text(stream).then((raw) => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw,
          headers: headersOf(raw),
          secure: session.secure,
          user: typeof session.user === 'string' ? session.user : null,
        });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve();
    });
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    received,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
};

/** The readable parts of a mail, decoded from quoted-printable. */
export const bodyOf = (raw: string): string =>
  Buffer.from(
    raw
      .replace(/=\r\n/gu, '')
      .replace(/=([0-9A-F]{2})/gu, (_all, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      ),
    'latin1',
  ).toString('utf8');

export type ServerOptions = Parameters<typeof startMailServer>[0];

export const plainServer = { hideSTARTTLS: true, disabledCommands: ['AUTH'] };
