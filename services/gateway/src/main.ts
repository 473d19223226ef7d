import { createLog, runService } from '@stepgate/telemetry';
import { composeGateway } from './compose.js';
import { parseConfig } from './config.js';

const parsed = parseConfig(process.env);
if (parsed.ok) {
  const { config } = parsed;
  const log = createLog({ service: 'gateway', level: config.logLevel });
  const gateway = composeGateway(config, log);
  if (config.failMode === 'allow') {
    log.warn({ mode: config.failMode }, 'everybody is let in when the risk engine is away');
  }
  await runService({
    name: 'gateway',
    log,
    health: gateway.health,
    start: async () => {
      const { host, port } = await gateway.start();
      log.info({ listening: `http://${host}:${String(port)}` }, 'listening');
    },
    stop: gateway.stop,
  });
} else {
  process.stderr.write(
    `The gateway cannot start:\n${parsed.problems.map((p) => `- ${p}\n`).join('')}`,
  );
  process.exitCode = 78;
}
