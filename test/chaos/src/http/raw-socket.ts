import { createConnection } from 'node:net';

export interface RawAnswer {
  /** All that came back, of however many answers. */
  readonly text: string;
  /** Whether the server ended the connection. */
  readonly closed: boolean;
}

/** Writes bytes as they are; resolves when the server ends the connection or says nothing more. */
export const sendRaw = (port: number, bytes: Buffer, silenceMs: number): Promise<RawAnswer> =>
  new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    let text = '';
    const end = (closed: boolean): void => {
      socket.destroy();
      resolve({ text, closed });
    };
    socket.setTimeout(silenceMs, () => {
      end(false);
    });
    socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
    socket.once('error', () => {
      end(true);
    });
    socket.once('close', () => {
      end(true);
    });
    socket.end(bytes);
  });

/** Status of each answer on the connection. */
export const statusesIn = ({ text }: RawAnswer): readonly number[] =>
  [...text.matchAll(/^HTTP\/1\.[01] (\d{3}) /gm)].map((match) => Number(match[1]));
