import type { Scenario } from '../scenario.js';
import { callers } from './callers.js';
import { enumeration } from './enumeration.js';
import { tenants } from './tenants.js';
import { limits } from './limits.js';
import { frozen } from './frozen.js';
import { outages } from './outages.js';
import { killRedis } from './kill-redis.js';
import { killEngine } from './kill-engine.js';
import { killWorker } from './kill-worker.js';
import { failover } from './failover.js';
import { wrongAnswers } from './wrong-answers.js';
import { maxmemory } from './maxmemory.js';
import { eviction } from './eviction.js';
import { flushall } from './flushall.js';
import { acl } from './acl.js';
import { tls } from './tls.js';
import { clockSkew } from './clock-skew.js';
import { fewerSignals } from './fewer-signals.js';
import { audit } from './audit.js';
import { bodies } from './bodies.js';
import { privacy } from './privacy.js';
import { fakeEngine } from './fake-engine.js';
import { frames } from './frames.js';
import { slowClients } from './slow-clients.js';
import { rollingRestarts } from './rolling-restarts.js';
import { overload } from './overload.js';
import { series } from './series.js';
import { userAgents } from './user-agents.js';
import { policies } from './policies.js';

/** In the order in which they are played; each stands in a file of its own. */
export const scenarios: readonly Scenario[] = [
  limits,
  frozen,
  outages,
  killRedis,
  killEngine,
  killWorker,
  failover,
  wrongAnswers,
  maxmemory,
  eviction,
  flushall,
  acl,
  tls,
  clockSkew,
  fewerSignals,
  audit,
  bodies,
  privacy,
  fakeEngine,
  frames,
  slowClients,
  rollingRestarts,
  overload,
  series,
  userAgents,
  policies,
  callers,
  tenants,
  enumeration,
];
