import { z } from 'zod';

const unitMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

export const dayMs = 86_400_000;

const pattern = /^[1-9][0-9]{0,5}[smhd]$/;
const example = 'write a whole number and a unit, such as 30s, 10m, 24h or 7d';

/** Milliseconds as a policy would have them: `10m`, `24h`. */
export const durationText = (ms: number): string => {
  if (ms % 3_600_000 === 0) return `${String(ms / 3_600_000)}h`;
  return ms % 60_000 === 0 ? `${String(ms / 60_000)}m` : `${String(ms / 1000)}s`;
};

/** `10m` → milliseconds. */
const toMs = (text: string): number => Number(text.slice(0, -1)) * (unitMs[text.slice(-1)] ?? 0);

/** A duration such as `10m`, at most `maxMs` (default a day); milliseconds once read. */
export const duration = (maxMs: number = dayMs) =>
  z
    .string({ error: example })
    .regex(pattern, `is not a duration; ${example}`)
    .refine((text) => toMs(text) <= maxMs, `is longer than ${durationText(maxMs)}; shorten it`)
    .transform(toMs);
