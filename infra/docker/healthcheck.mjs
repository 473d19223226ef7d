// The runtime image has no shell and no curl, so the container asks for its own liveness with Node.
// Exit 0: alive. Exit 1: not, and the reason on stderr, which `docker inspect` keeps.
import { request } from 'node:http';
import { request as requestOverTls } from 'node:https';

const { STEPGATE_OPERATIONS_PORT, STEPGATE_PORT, STEPGATE_TLS_CERT_FILE } = process.env;
const port = STEPGATE_OPERATIONS_PORT ?? STEPGATE_PORT;
const path = process.argv[2] ?? '/healthz';
// The certificate names the service, not loopback; who answers there is not in question.
const options = { host: '127.0.0.1', port, path, timeout: 2_000, rejectUnauthorized: false };

const fail = (problem) => {
  console.error(problem);
  process.exit(1);
};
try {
  if (port === undefined) throw new Error('STEPGATE_PORT is not set');
  (STEPGATE_TLS_CERT_FILE ? requestOverTls : request)(options, ({ statusCode }) => {
    if (statusCode === 200) process.exit(0);
    fail(`${path} answered ${statusCode}`);
  })
    .on('timeout', () => fail('no answer in time'))
    .on('error', ({ message }) => fail(message))
    .end();
} catch ({ message }) {
  fail(message);
}
