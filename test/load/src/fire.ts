import autocannon from 'autocannon';
import { requestBody, subjectCount } from './request-body.js';

/**
 * The load generator, a process of its own so that it has a core of its own.
 *
 * argv: URL, API key, seconds, connections. Prints one JSON line: {requests, rps, p50, p99, non2xx}.
 */
const [, , url = '', apiKey = '', seconds = '1', connections = '64'] = process.argv;

const bodies = Array.from({ length: subjectCount }, (_, n) => JSON.stringify(requestBody(n)));
// Start anywhere: rounds must not all send the same subjects first.
let next = process.pid % subjectCount;

const result = await autocannon({
  url,
  method: 'POST',
  headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
  duration: Number(seconds),
  connections: Number(connections),
  requests: [
    {
      method: 'POST',
      path: '/v1/decisions',
      setupRequest: (request) => {
        next = (next + 1) % subjectCount;
        return { ...request, body: bodies[next] ?? '' };
      },
    },
  ],
});
const { latency, requests, non2xx, errors, timeouts } = result;
process.stdout.write(
  `${JSON.stringify({
    requests: requests.total,
    rps: requests.average,
    p50: latency.p50,
    p99: latency.p99,
    failed: non2xx + errors + timeouts,
  })}\n`,
);
