import { createServer } from 'node:net';

const host = '127.0.0.1';

const listen = (port: number): Promise<number | null> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(null);
    });
    server.listen(port, host, () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : null);
      });
    });
  });

/** The preferred port when nobody listens on it, else any free one on loopback. */
export const freePort = async (preferred = 0): Promise<number> => {
  const port = (await listen(preferred)) ?? (await listen(0));
  if (port === null) throw new Error('No free port on 127.0.0.1');
  return port;
};
