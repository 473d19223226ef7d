import type { DevNow } from '@stepgate/assessment';
import { campaignJson, type CampaignCount } from './event-json.js';
import type { Identity } from './identifiers.js';
import { keyOf, shardKey } from './keys.js';
import { scripts } from './scripts.js';
import type { Session } from './session.js';

export interface CampaignPlace {
  /** What the subjects have in common. */
  readonly by: Identity;
  readonly operation: string;
  readonly now: DevNow;
}

/** Names of campaigns and of subjects among the reviews of a shard. */
export const reviewPrefix = { episode: 'e:', campaign: 'c:' } as const;

export const campaignKeys = ({ shard, hash }: Identity): readonly string[] => [
  keyOf('campaign-subjects', shard, hash),
  keyOf('campaign', shard, hash),
  shardKey('outbox', shard),
  shardKey('reviews', shard),
  shardKey('open-alerts', shard),
];

const run = async (session: Session, place: CampaignPlace, told: string): Promise<void> => {
  await session.run(scripts['count-campaign'], {
    keys: campaignKeys(place.by),
    operation: place.operation,
    now: place.now,
    args: [told, reviewPrefix.campaign + place.by.hash],
  });
};

export const countCampaign = (
  session: Session,
  place: CampaignPlace,
  count: CampaignCount,
): Promise<void> => {
  const alertId = `alr_${count.alertId}_${count.scope.charAt(0)}`;
  return run(session, place, campaignJson({ ...count, alertId }));
};

/** A subject that has approved was not prompted in vain. */
export const removeFromCampaign = (
  session: Session,
  place: CampaignPlace,
  member: string,
): Promise<void> => run(session, place, JSON.stringify({ remove: true, member, conf: {} }));
