import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

export const webhookSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

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
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(code, headers).end();
  };
/** Never answers. */
export const silence: Answer = () => undefined;
/** One after the other; the last one for all that follow. */
export const inTurn =
  (...answers: readonly Answer[]): Answer =>
  (response, nth) => {
    answers[Math.min(nth, answers.length - 1)]?.(response, nth);
  };

export const startReceiver = async (answer: Answer): Promise<Receiver> => {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    void text(request).then(
      (body) => {
        const { headers, url: path = '' } = request;
        received.push({ id: String(headers['webhook-id']), headers, body, path });
        answer(response, received.length - 1);
      },
      () => undefined,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: new URL(`http://127.0.0.1:${String(address.port)}/alerts`),
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
