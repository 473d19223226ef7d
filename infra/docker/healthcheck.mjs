// The runtime image has no shell and no curl, so the container asks for its own liveness with Node.
// Exit 0: alive. Exit 1: not, and the reason on stderr, which `docker inspect` keeps.
/* global AbortSignal, fetch -- Node globals that only this file uses */
const { STEPGATE_OPERATIONS_PORT, STEPGATE_PORT } = process.env;
const port = STEPGATE_OPERATIONS_PORT ?? STEPGATE_PORT;
const path = process.argv[2] ?? '/healthz';
try {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    signal: AbortSignal.timeout(2_000),
    redirect: 'error',
  });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
} catch (problem) {
  console.error(problem instanceof Error ? problem.message : problem);
  process.exitCode = 1;
}
