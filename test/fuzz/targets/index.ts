import type { FuzzTarget } from '../target.js';
import { alertJob, sinks } from './alerting.js';
import { idpRows } from './idp-rows.js';
import { mmdb } from './mmdb.js';
import { policy } from './policy.js';
import { address, reputation } from './reputation.js';
import { requestBody } from './request-body.js';
import { auditLine, deviceToken } from './signed.js';
import { userAgent } from './user-agent.js';

/** Everything of ours that reads bytes which somebody else has written. */
export const targets: readonly FuzzTarget[] = [
  requestBody,
  policy,
  reputation,
  address,
  mmdb,
  userAgent,
  ...idpRows,
  sinks,
  alertJob,
  deviceToken,
  auditLine,
];
