import { createServer, type Server, type Socket } from 'node:net';
import { connect } from 'node:net';

/** Connections to two or more engines in turn, as a service of Kubernetes spreads them. */
export interface Balancer {
  readonly url: string;
  /** New connections go to these; those that are open stay where they are. */
  use(ports: readonly number[]): void;
  close(): Promise<void>;
}

const link = (from: Socket, to: Socket): void => {
  from.pipe(to);
  // A reset has to arrive as one: what is counted here is whether engines reset.
  from.once('error', () => to.resetAndDestroy());
  from.once('close', () => to.end());
};

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });

export const startBalancer = async (first: readonly number[]): Promise<Balancer> => {
  let ports = first;
  let turn = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    turn += 1;
    const engine = connect(ports[turn % ports.length] ?? 0, '127.0.0.1');
    open.add(client);
    client.once('close', () => open.delete(client));
    link(client, engine);
    link(engine, client);
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${String(port)}`,
    use: (next) => {
      ports = next;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => {
          resolve();
        });
      }),
  };
};
