import { createLog, readEnvironment, runService } from '@stepgate/telemetry';
import { composeRiskEngine } from './compose.js';
import { configSchema, secretNames } from './config.js';

const environment = readEnvironment(configSchema, process.env, { secrets: secretNames });
if (environment.ok) {
  const { config } = environment;
  const log = createLog({ service: 'risk-engine', level: config.STEPGATE_LOG_LEVEL });
  const engine = composeRiskEngine(config, log);
  await runService({
    name: 'risk-engine',
    log,
    health: engine.health,
    start: async () => {
      const { host, port } = await engine.start();
      log.info({ component: 'http', listening: `${host}:${String(port)}` }, 'listening');
    },
    stop: engine.stop,
  });
} else {
  process.stderr.write(
    `The risk engine cannot start:\n${environment.problems.map((problem) => `  ${problem}`).join('\n')}\n`,
  );
  // sysexits EX_CONFIG: a restart will not mend it.
  process.exitCode = 78;
}
