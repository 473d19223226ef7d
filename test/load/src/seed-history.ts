import { requestBody, subjectCount } from './request-body.js';

/** As many as fit into the 16 kB of one body. */
const batchSize = 40;

/** Each subject has proven one login from its device and address: what is measured is the ordinary case. */
export const seedHistory = async (engine: string, apiKey: string): Promise<void> => {
  for (let first = 0; first < subjectCount; first += batchSize) {
    const events = Array.from({ length: batchSize }, (_, n) => {
      const { subject, context } = requestBody(first + n);
      return {
        id: `seed-${String(first + n)}`,
        type: 'login_succeeded',
        subject: { type: subject.type, id: subject.id },
        context: { ip: context.ip, device: { id: context.device?.id } },
      };
    });
    const { status } = await fetch(`${engine}/v1/events`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${apiKey}` },
      body: JSON.stringify({ events }),
    });
    if (status !== 202) throw new Error(`seeding was answered ${String(status)}`);
  }
};
