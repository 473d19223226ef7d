import { decisionRequestSchema } from '@stepgate/contracts';
import { createHttpServer } from '@stepgate/telemetry';
import express from 'express';
import { Redis } from 'ioredis';

/**
 * The yardstick: Express, the same body through the same schema, one script of ten commands, a small
 * JSON answer, and nothing else. `tuned` has the prototype fix, `stock` has not.
 *
 * argv: port, Redis URL, tuned | stock
 */
const tenCommands = `
local now = tonumber(ARGV[1])
local profile = redis.call('HGETALL', KEYS[1])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - 600000)
redis.call('ZADD', KEYS[2], now, ARGV[2])
local attempts = redis.call('ZCARD', KEYS[2])
redis.call('EXPIRE', KEYS[2], 600)
redis.call('PFADD', KEYS[3], ARGV[2])
local distinct = redis.call('PFCOUNT', KEYS[3])
redis.call('EXPIRE', KEYS[3], 600)
local known = redis.call('SISMEMBER', KEYS[4], ARGV[2])
redis.call('HSET', KEYS[1], 'last', ARGV[1])
return {#profile, attempts, distinct, known}
`;

const [, , port = '', redisUrl = '', variant = 'tuned'] = process.argv;
const redis = new Redis(redisUrl);
redis.defineCommand('tenCommands', { numberOfKeys: 4, lua: tenCommands });
const runScript: unknown = Reflect.get(redis, 'tenCommands');
if (typeof runScript !== 'function') throw new Error('ioredis did not define the command');

const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.use(express.json({ limit: 16_384, inflate: false }));
let serial = 0;

app.get('/readyz', (_request, response) => {
  response.json({ ready: true });
});
app.post('/v1/decisions', async (request, response) => {
  const parsed = decisionRequestSchema.safeParse(request.body);
  if (!parsed.success) {
    response.status(422).json({ error: 'unfit' });
    return;
  }
  const { subject } = parsed.data;
  serial += 1;
  const tag = `bare:{${subject.id}}`;
  const counts: unknown = await Reflect.apply(runScript, redis, [
    `${tag}:profile`,
    `${tag}:attempts`,
    `${tag}:distinct`,
    `${tag}:devices`,
    Date.now(),
    `${String(process.pid)}-${String(serial)}`,
  ]);
  response.json({ decision: 'allow', subject: subject.id, counts });
});

await createHttpServer(app, { fastPrototypes: variant === 'tuned' }).listen({
  host: '127.0.0.1',
  port: Number(port),
});
