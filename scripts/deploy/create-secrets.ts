import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecretFiles } from './secret-files.js';

/**
 * `npm run deploy:secrets -- DIRECTORY [TENANT]` makes every secret of a deployment, once: it refuses
 * a directory that exists, since new secrets would make the old state unreadable.
 */
const [directory, tenant = 'default'] = process.argv.slice(2);
if (directory === undefined || !/^[\w-]{1,64}$/.test(tenant)) {
  process.stderr.write('usage: npm run deploy:secrets -- DIRECTORY [TENANT]\n');
  process.exitCode = 64;
} else {
  // Only the owner gets in. The files themselves must be readable by the containers' users, who reach
  // them by a mount and not through the directory.
  mkdirSync(directory, { mode: 0o700 });
  for (const [name, content] of Object.entries(createSecretFiles(tenant))) {
    writeFileSync(join(directory, name), content, { mode: 0o444, flag: 'wx' });
  }
  process.stdout.write(`Secrets are in ${directory}. Keep them out of version control.\n`);
}
