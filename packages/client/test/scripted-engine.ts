import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Record<string, unknown>;
}
export type Script = (seen: Seen, response: http.ServerResponse) => void;

export interface ScriptedEngine {
  readonly url: string;
  readonly seen: readonly Seen[];
  readonly server: http.Server;
  script: Script;
  close(): Promise<void>;
}

export const answer =
  (status: number, body: unknown): Script =>
  (_seen, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

/** Answers with a decision that echoes the attempt id, as the engine does. */
export const decide =
  (decision: object): Script =>
  (seen, response) => {
    answer(200, { ...decision, attempt_id: seen.body['attempt_id'] })(seen, response);
  };

/** A real HTTP server that says what the test wants an engine, or an impostor, to say. */
export const startScriptedEngine = async (script: Script): Promise<ScriptedEngine> => {
  const seen: Seen[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const entry: Seen = {
        method: request.method ?? '',
        path: request.url ?? '',
        authorization: request.headers.authorization,
        body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
      };
      seen.push(entry);
      engine.script(entry, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const engine: ScriptedEngine = {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    seen,
    server,
    script,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return engine;
};
