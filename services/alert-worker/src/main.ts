import { createLog, runService } from '@stepgate/telemetry';
import { composeAlertWorker } from './compose.js';
import { parseConfig } from './config.js';

/** Standard output belongs to the alerts; the log goes to standard error. */
const logDescriptor = 2;

const parsed = parseConfig(process.env);
if (parsed.ok) {
  const { config } = parsed;
  const log = createLog({
    service: 'alert-worker',
    level: config.logLevel,
    destination: logDescriptor,
  });
  const worker = composeAlertWorker(config, log);
  await runService({
    name: 'alert-worker',
    log,
    health: worker.health,
    start: async () => {
      const { host, port } = await worker.start();
      log.info({ listening: `http://${host}:${String(port)}`, mode: config.mode }, 'listening');
    },
    stop: worker.stop,
  });
} else {
  process.stderr.write(
    `The alert worker cannot start:\n${parsed.problems.map((p) => `- ${p}\n`).join('')}`,
  );
  process.exitCode = 78;
}
