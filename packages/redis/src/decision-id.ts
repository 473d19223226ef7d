import { randomFillSync } from 'node:crypto';
import { shardCount } from './keys.js';

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const bytesPerId = 10;
const poolBytes = bytesPerId * 512;

/**
 * UUID v7 (RFC 9562 5.7). The six low bits of rand_a are the subject's shard, so that a decision is
 * found from its id alone; the other 68 random bits stay random.
 */
export const createDecisionIds = (): ((at: number, shard: number) => string) => {
  const pool = Buffer.alloc(poolBytes);
  let used = poolBytes;
  return (at, shard) => {
    if (used >= poolBytes) {
      randomFillSync(pool);
      used = 0;
    }
    const random = pool.subarray(used, used + bytesPerId);
    used += bytesPerId;
    const time = Math.max(0, Math.floor(at)).toString(16).padStart(12, '0');
    const randA = (((random[0] ?? 0) & 0x3f) << 6) | shard;
    const variant = 0x80 | ((random[1] ?? 0) & 0x3f);
    const tail = random.toString('hex', 2, bytesPerId);
    return [
      time.slice(0, 8),
      time.slice(8, 12),
      `7${randA.toString(16).padStart(3, '0')}`,
      variant.toString(16) + tail.slice(0, 2),
      tail.slice(2, 14),
    ].join('-');
  };
};

/** Null: not an id that this engine gives out. */
export const shardOfDecision = (decisionId: string): number | null =>
  uuidV7.test(decisionId) ? Number.parseInt(decisionId.slice(15, 18), 16) % shardCount : null;
