import {
  alertActions,
  alertClosers,
  alertKinds,
  alertPhases,
  campaignScopes,
  type SealedAlert,
} from '@stepgate/assessment';
import { alertSeverities, pushResults, type PushCounts } from '@stepgate/engine';
import { numberIn, numberOrNullIn, textIn, textOrNullIn } from './reply.js';

/** Thrown for what no script of ours wrote; never leaves this package. */
const unknownAlert = (what: string): Error => new TypeError(`an alert has no ${what}`);

type Fields = Readonly<Record<string, unknown>>;

const fieldsIn = (value: unknown, what: string): Fields => {
  if (typeof value !== 'object' || value === null) throw unknownAlert(what);
  return Object.fromEntries(Object.entries(value));
};

/** Lua's JSON cannot tell an empty list from an empty object. */
const listIn = (value: unknown): readonly unknown[] => {
  if (!Array.isArray(value)) return [];
  const list: readonly unknown[] = value;
  return list;
};

const oneOf = <T extends string>(allowed: readonly T[], value: unknown, what: string): T => {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw unknownAlert(what);
  return found;
};

const countsIn = (value: unknown): PushCounts => {
  const fields = fieldsIn(value, 'prompts');
  const [sent, approved, denied, ignored, reported] = pushResults.map((name) =>
    numberIn(fields[name]),
  );
  if (sent === undefined || approved === undefined || denied === undefined) {
    throw unknownAlert('prompts');
  }
  return { sent, approved, denied, ignored: ignored ?? 0, reported: reported ?? 0 };
};

const sourceIn = (value: unknown): SealedAlert['sources'][number] => {
  const source = fieldsIn(value, 'source');
  return {
    country: textOrNullIn(source['country']),
    asn: numberOrNullIn(source['asn']),
    sealedAddress: textOrNullIn(source['sealedAddress']),
    prompts: numberIn(source['prompts']),
    lastAt: numberIn(source['lastAt']),
  };
};

const campaignIn = (value: unknown): SealedAlert['campaign'] => {
  if (value === null) return null;
  const campaign = fieldsIn(value, 'campaign');
  return {
    scope: oneOf(campaignScopes, campaign['scope'], 'scope'),
    subjects: numberIn(campaign['subjects']),
    sealedSample: listIn(campaign['sealedSample']).map(textIn),
  };
};

/**
 * An alert as the scripts write it, checked field by field.
 *
 * @throws TypeError or SyntaxError when a script of ours did not write it.
 */
export const alertIn = (text: string): SealedAlert => {
  const fields = fieldsIn(JSON.parse(text), 'fields');
  const closedBy = fields['closedBy'];
  return {
    id: textIn(fields['id']),
    alertId: textIn(fields['alertId']),
    revision: numberIn(fields['revision']),
    kind: oneOf(alertKinds, fields['kind'], 'kind'),
    phase: oneOf(alertPhases, fields['phase'], 'phase'),
    severity: oneOf(alertSeverities, fields['severity'], 'severity'),
    tenant: textIn(fields['tenant']),
    policy: textIn(fields['policy']),
    sealedSubject: textOrNullIn(fields['sealedSubject']),
    openedAt: numberIn(fields['openedAt']),
    since: numberIn(fields['since']),
    at: numberIn(fields['at']),
    count: numberIn(fields['count']),
    windowMs: numberIn(fields['windowMs']),
    prompts: countsIn(fields['prompts']),
    approvedAt: numberOrNullIn(fields['approvedAt']),
    sources: listIn(fields['sources']).map(sourceIn),
    sourceCount: numberIn(fields['sourceCount']),
    devices: listIn(fields['devices']).map(textIn),
    deviceCount: numberIn(fields['deviceCount']),
    actions: listIn(fields['actions']).map((action) => oneOf(alertActions, action, 'action')),
    closedBy: closedBy === null ? null : oneOf(alertClosers, closedBy, 'closer'),
    campaign: campaignIn(fields['campaign']),
  };
};
