import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The variable in which the worker finds the secret of the stack's own receiver. */
export const webhookSecretVariable = 'DEV_WEBHOOK_SECRET';

const sinksFile = (webhookUrl: string): string => `# Written by the dev stack for one run.
stepgate: v1
sinks:
  - name: webhook
    type: webhook
    url: ${webhookUrl}
    secrets: [{ env: ${webhookSecretVariable} }]
    # A receiver on loopback: for dev mode alone.
    allow_loopback: true
    context: true
  - name: stdout
    type: stdout
    subject: none
`;

/** Where the dev stack's alerts go: its own receiver, and the worker's output. Returns the file's path. */
export const writeDevSinks = async (directory: string, webhookUrl: string): Promise<string> => {
  const path = join(directory, 'sinks.yaml');
  await writeFile(path, sinksFile(webhookUrl), { mode: 0o600 });
  return path;
};
