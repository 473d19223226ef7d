import http from 'node:http';

export interface Sent {
  readonly method?: string;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: string;
}

export interface Received {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  readonly json: () => Record<string, unknown>;
}

/** One exchange with full control over headers and path; follows nothing, keeps nothing. */
export const exchange = (url: string, { method, headers, body }: Sent = {}): Promise<Received> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    // The path as written: `URL` would resolve dots and encode.
    const path = url.slice(url.indexOf('/', 'http://'.length));
    const options = { hostname, port, path, agent: false, method: method ?? 'GET' };
    const request = http.request({ ...options, headers: headers ?? {} }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const json = (): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json });
      });
    });
    request.on('error', reject);
    request.end(body);
  });

/** The cookies that an answer sets, as a browser would send them back; expired ones are gone. */
export const cookiesOf = (received: Received, earlier = ''): string => {
  const jar = new Map(earlier.split('; ').filter(Boolean).map(pairOf));
  for (const line of received.headers['set-cookie'] ?? []) {
    const [name, value] = pairOf(line.split(';', 1)[0] ?? '');
    if (line.includes('Max-Age=0')) jar.delete(name);
    else jar.set(name, value);
  }
  return [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
};

function pairOf(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return [pair.slice(0, at), pair.slice(at + 1)];
}
