import { readFileSync } from 'node:fs';
import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

export const webhookSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

const fixture = (name: string): string => readFileSync(join(__dirname, 'fixtures', name), 'utf8');
/** For `localhost`, `*.receiver.test`, 127.0.0.1 and ::1; signed by itself. */
export const tlsKeys = { key: fixture('receiver.key.pem'), cert: fixture('receiver.cert.pem') };

export interface Received {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly path: string;
}

export interface Receiver {
  readonly url: URL;
  readonly received: readonly Received[];
  stop(): Promise<void>;
}

export type Answer = (response: ServerResponse, nth: number) => void;

export const status =
  (code: number, headers: Record<string, string> = {}, body = ''): Answer =>
  (response) => {
    response.writeHead(code, headers).end(body);
  };
/** Never answers. */
export const silence: Answer = () => undefined;
/** One after the other; the last one for all that follow. */
export const inTurn =
  (...answers: readonly Answer[]): Answer =>
  (response, nth) => {
    answers[Math.min(nth, answers.length - 1)]?.(response, nth);
  };

export interface ReceiverOptions {
  readonly tls: boolean;
}

export const startReceiver = async (
  answer: Answer,
  { tls }: ReceiverOptions = { tls: false },
): Promise<Receiver> => {
  const received: Received[] = [];
  const listener: RequestListener = (request, response) => {
    response.on('error', () => undefined);
    void text(request).then(
      (body) => {
        const { headers, url: path = '' } = request;
        received.push({ id: String(headers['webhook-id']), headers, body, path });
        answer(response, received.length - 1);
      },
      () => undefined,
    );
  };
  const server = tls ? createTlsServer(tlsKeys, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: new URL(`${tls ? 'https' : 'http'}://127.0.0.1:${String(address.port)}/alerts`),
    received,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
};

/** By the independent library; throws when the signature is wrong. */
export const verified = ({ body, headers }: Received, secret = webhookSecret): unknown =>
  new Webhook(secret).verify(body, headers as Record<string, string>);
