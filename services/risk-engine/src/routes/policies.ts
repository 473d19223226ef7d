import type { Policy } from '@stepgate/engine';
import type { PoliciesResponse } from '@stepgate/contracts';
import type { Handler } from './handler.js';

export interface PolicyRouteDeps {
  /** The policies in force, in the order in which they are tried; the default last. */
  readonly policies: () => readonly Policy[];
  readonly policyProblems: () => PoliciesResponse['problems'];
}

const isDefault = ({ appliesTo }: Policy): boolean =>
  Object.values(appliesTo).every((names) => names.length === 0);

const presentPolicy = (policy: Policy): PoliciesResponse['policies'][number] => ({
  name: policy.name,
  version: policy.version,
  description: policy.description,
  applies_to: {
    tenants: [...policy.appliesTo.tenants],
    applications: [...policy.appliesTo.applications],
    groups: [...policy.appliesTo.groups],
    actions: [...policy.appliesTo.actions],
  },
  default: isDefault(policy),
  shadow: policy.shadow,
});

export const createListPolicies =
  ({ policies, policyProblems }: PolicyRouteDeps): Handler =>
  () => ({
    status: 200,
    body: { policies: policies().map(presentPolicy), problems: policyProblems() },
  });
