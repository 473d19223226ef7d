import http from 'node:http';

/** An answer of the real engine. */
export interface GenuineAnswer {
  readonly status: number;
  readonly body: Buffer;
  readonly signature: string;
}

/** One question that the attacker got hold of, and all that it can answer it with. */
export interface Intercepted {
  readonly path: string;
  readonly body: Buffer;
  readonly response: http.ServerResponse;
  /** What the real engine says to this very question. */
  readonly genuine: () => Promise<GenuineAnswer>;
  /** An allow that the real engine gave to an earlier question. */
  readonly recorded: () => GenuineAnswer;
}
export type Attacker = (intercepted: Intercepted) => void | Promise<void>;

export interface HostileEngine {
  readonly url: string;
  /** Null: everything is passed on, and the last allow is recorded. */
  attacker: Attacker | null;
  close(): Promise<void>;
}

/** As an attacker sends it: the status is part of the lie. */
export const reply = (
  response: http.ServerResponse,
  { status, body, signature }: { status?: number; body: Buffer | string; signature?: string },
): void => {
  response.writeHead(status ?? 200, {
    'content-type': 'application/json',
    ...(signature === undefined ? {} : { 'stepgate-signature': signature }),
  });
  response.end(body);
};

const readAll = (request: http.IncomingMessage): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      resolve(Buffer.concat(chunks));
    });
    request.once('error', reject);
  });

const ask = async (
  engineUrl: string,
  { url, method, headers }: http.IncomingMessage,
  body: Buffer,
): Promise<GenuineAnswer> => {
  const answer = await fetch(engineUrl + (url ?? ''), {
    method: method ?? 'GET',
    headers: {
      authorization: headers.authorization ?? '',
      'content-type': headers['content-type'] ?? 'application/json',
    },
    ...(body.byteLength === 0 ? {} : { body: new Uint8Array(body) }),
  });
  return {
    status: answer.status,
    body: Buffer.from(await answer.arrayBuffer()),
    signature: answer.headers.get('stepgate-signature') ?? '',
  };
};

const isAllow = ({ body }: GenuineAnswer): boolean => body.includes('"decision":"allow"');

/** Something that sits on the engine's address, with the real engine behind it. */
export const startHostileEngine = async (engineUrl: string): Promise<HostileEngine> => {
  let last: GenuineAnswer | null = null;
  const recorded = (): GenuineAnswer => {
    if (last === null) throw new Error('no allow was recorded yet');
    return last;
  };
  const serve = async (
    request: http.IncomingMessage,
    response: http.ServerResponse,
  ): Promise<void> => {
    const body = await readAll(request);
    const genuine = () => ask(engineUrl, request, body);
    const { attacker } = hostile;
    // Events are no answers: they are passed on, so that a login can go on.
    if (attacker !== null && request.url?.startsWith('/v1/decisions') === true) {
      await attacker({ path: request.url, body, response, genuine, recorded });
      return;
    }
    const answer = await genuine();
    if (isAllow(answer)) last = answer;
    reply(response, answer);
  };
  const server = http.createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const hostile: HostileEngine = {
    url: `http://127.0.0.1:${String(port)}`,
    attacker: null,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return hostile;
};
