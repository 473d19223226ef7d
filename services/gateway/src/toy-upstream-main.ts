import {
  createHealth,
  createHttpServer,
  createLog,
  readEnvironment,
  runService,
} from '@stepgate/telemetry';
import { z } from 'zod';
import { toyAccountsSchema } from './toy-accounts.js';
import { createToyUpstream } from './toy-upstream.js';

const parsed = readEnvironment(
  z.strictObject({
    // Never the default: plain-text demo accounts must be asked for by name.
    STEPGATE_MODE: z.literal('dev', 'the toy application runs in dev mode only'),
    STEPGATE_HOST: z.string().default('127.0.0.1'),
    STEPGATE_PORT: z.coerce.number().int().min(0).max(65_535),
    STEPGATE_TOY_ACCOUNTS: z
      .string()
      .transform((text, context): unknown => {
        try {
          return JSON.parse(text);
        } catch {
          context.addIssue({ code: 'custom', message: 'must be JSON' });
          return z.NEVER;
        }
      })
      .pipe(toyAccountsSchema),
  }),
  process.env,
  { secrets: ['STEPGATE_TOY_ACCOUNTS'] },
);
if (parsed.ok) {
  const { config } = parsed;
  const log = createLog({ service: 'toy-upstream' });
  const server = createHttpServer(createToyUpstream(config.STEPGATE_TOY_ACCOUNTS));
  await runService({
    name: 'toy-upstream',
    log,
    health: createHealth(),
    start: async () => {
      const at = { host: config.STEPGATE_HOST, port: config.STEPGATE_PORT };
      const { host, port } = await server.listen(at);
      log.info({ listening: `http://${host}:${String(port)}` }, 'listening');
    },
    stop: () => server.drain(),
  });
} else {
  process.stderr.write(`The toy cannot start:\n${parsed.problems.map((p) => `- ${p}\n`).join('')}`);
  process.exitCode = 78;
}
