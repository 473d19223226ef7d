import { createHmac } from 'node:crypto';
import { appendFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Delivery {
  readonly received_at: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The raw body, which is what the signature covers. */
  readonly body: string;
  readonly signature_valid: boolean;
}

export interface WebhookReceiver {
  readonly url: string;
  /** What has arrived so far. */
  deliveries(): readonly Delivery[];
  stop(): Promise<void>;
}

const headersOf = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));

/** Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`. */
const isSigned = (
  headers: Readonly<Record<string, string>>,
  body: string,
  secret: string,
): boolean => {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const content = `${headers['webhook-id'] ?? ''}.${headers['webhook-timestamp'] ?? ''}.${body}`;
  const expected = `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
  return (headers['webhook-signature'] ?? '').split(' ').includes(expected);
};

/** The dev stack's own receiver: each delivery is a JSON line in the log. */
export const startWebhookReceiver = async (
  port: number,
  { logFile, secret }: { readonly logFile: string; readonly secret: string },
): Promise<WebhookReceiver> => {
  const deliveries: Delivery[] = [];
  await writeFile(logFile, '');
  const receive = async (request: IncomingMessage): Promise<void> => {
    const body = await text(request);
    const headers = headersOf(request);
    const delivery: Delivery = {
      received_at: new Date().toISOString(),
      headers,
      body,
      signature_valid: isSigned(headers, body, secret),
    };
    await appendFile(logFile, `${JSON.stringify(delivery)}\n`);
    deliveries.push(delivery);
  };
  const server = createServer((request, response) => {
    receive(request).then(
      () => response.writeHead(204).end(),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${String(port)}/alerts`,
    deliveries: () => deliveries,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
};
