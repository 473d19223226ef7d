import { connect } from 'node:net';

const timeoutMs = 500;

/** Whether something on this loopback port answers PING as Redis does. */
export const answersPing = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const settle = (answers: boolean): void => {
      socket.destroy();
      resolve(answers);
    };
    socket.setTimeout(timeoutMs, () => {
      settle(false);
    });
    socket.once('error', () => {
      settle(false);
    });
    socket.once('data', (data) => {
      settle(data.toString('latin1').startsWith('+PONG'));
    });
    socket.write('PING\r\n');
  });
