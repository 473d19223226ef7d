import { randomBytes } from 'node:crypto';
import type { AlertReviews } from '@stepgate/assessment';
import type { RedisConnection } from './connection.js';
import { campaignKeys, countCampaign, reviewPrefix } from './campaigns.js';
import { identityOfHash, shortHash, type Identifiers } from './identifiers.js';
import { keyOf, shardKey, shards } from './keys.js';
import { numberIn, textIn } from './reply.js';
import { scripts } from './scripts.js';
import type { Session } from './session.js';
import type { StoreDeps } from './store-deps.js';

const perShard = 100;

/** What an episode whose alert was just opened says of itself; written by event-json.ts. */
interface OpenedEpisode {
  readonly tenant: string;
  readonly policy: string;
  readonly sealed?: string;
  readonly quiet_ms: number;
  readonly update_ms: number;
  readonly campaign: {
    readonly threshold: number;
    readonly window_ms: number;
    readonly severity: string;
  };
}

const openedIn = (text: string): OpenedEpisode => {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- only this adapter writes these keys; their version is in the key
  const opened: OpenedEpisode = JSON.parse(text);
  return opened;
};

const operationId = (): string => randomBytes(16).toString('base64url');

const countOpened = async (
  { identifiers, connection }: { identifiers: Identifiers; connection: RedisConnection },
  subjectHash: string,
  { opened, alertId }: { readonly opened: OpenedEpisode; readonly alertId: string },
): Promise<void> => {
  const { sealed, campaign, tenant } = opened;
  if (sealed === undefined) return;
  await connection.call('count_campaign', 'insistent', (session) =>
    countCampaign(
      session,
      { by: identifiers.tenant(tenant), operation: operationId(), now: null },
      {
        scope: 'tenant',
        threshold: campaign.threshold,
        windowMs: campaign.window_ms,
        severity: campaign.severity,
        quietMs: opened.quiet_ms,
        updateMs: opened.update_ms,
        tenant,
        policy: opened.policy,
        member: shortHash(subjectHash),
        sealed,
        at: null,
        delayMs: 0,
        origin: null,
        alertId,
      },
    ),
  );
};

/** @returns the rung that was reached; 0: none. */
const reviewEpisode = async (deps: StoreDeps, hash: string): Promise<number> => {
  const { shard } = identityOfHash(hash);
  const alertId = operationId();
  const answer = await deps.connection.call('review_episode', 'patient', (session) =>
    session.run(scripts['review-episode'], {
      keys: [
        keyOf('profile', shard, hash),
        keyOf('push', shard, hash),
        keyOf('guard', shard, hash),
        keyOf('episode', shard, hash),
        shardKey('outbox', shard),
        shardKey('reviews', shard),
        shardKey('open-alerts', shard),
      ],
      operation: operationId(),
      now: null,
      args: [hash, `alr_${alertId}`],
    }),
  );
  const [rung, opened] = answer.values;
  const conf = textIn(opened);
  if (conf !== '') await countOpened(deps, hash, { opened: openedIn(conf), alertId });
  return numberIn(rung);
};

const reviewCampaign = async ({ connection }: StoreDeps, hash: string): Promise<number> => {
  await connection.call('review_campaign', 'patient', (session) =>
    session.run(scripts['review-campaign'], {
      keys: campaignKeys(identityOfHash(hash)),
      operation: operationId(),
      now: null,
      args: [reviewPrefix.campaign + hash],
    }),
  );
  return 0;
};

const readDue = async ({ client }: Session, now: number): Promise<readonly string[]> => {
  const due = await Promise.all(
    shards.map((shard) =>
      client.zrangebyscore(shardKey('reviews', shard), '-inf', now, 'LIMIT', 0, perShard),
    ),
  );
  return due.flat().map(textIn);
};

export const createRedisAlertReviews = (deps: StoreDeps): AlertReviews => {
  const { connection } = deps;
  return {
    reviewDue: async () => {
      const now = Math.floor(connection.now());
      const due = await connection.call('reviews_due', undefined, (session) =>
        readDue(session, now),
      );
      const rungs = await Promise.all(
        due.map((member) => {
          const hash = member.slice(2);
          return member.startsWith(reviewPrefix.campaign)
            ? reviewCampaign(deps, hash)
            : reviewEpisode(deps, hash);
        }),
      );
      return { reviewed: due.length, rungs: rungs.filter((rung) => rung > 0) };
    },
    countOpenAlerts: async () => {
      const counts = await connection.call('open_alerts', undefined, ({ client }) =>
        Promise.all(shards.map((shard) => client.zcard(shardKey('open-alerts', shard)))),
      );
      return counts.reduce((sum, count) => sum + numberIn(count), 0);
    },
  };
};
