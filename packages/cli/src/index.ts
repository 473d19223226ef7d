export { createApiKey, type NewApiKey } from './create-api-key.js';
export { startDevRedis, findRedisServer, type DevRedis } from './dev-stack/dev-redis.js';
export { startDevStack, type DevStack, type DevStackFile } from './dev-stack/dev-stack.js';
export { freePort } from './dev-stack/free-port.js';
export { startProcess, type OwnProcess } from './dev-stack/own-process.js';
export { waitUntil } from './dev-stack/wait-until.js';
