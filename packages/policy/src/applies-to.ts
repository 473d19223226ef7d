import type { Policy } from '@stepgate/engine';

/** The same shape as assessment's PolicyQuestion; this package may not import that one. */
export interface PolicyQuestion {
  readonly tenant: string;
  readonly application: string | null;
  readonly groups: readonly string[];
  readonly action: string | null;
}

type AppliesTo = Policy['appliesTo'];

const matchesPattern = (pattern: string, application: string): boolean =>
  pattern.endsWith('*') ? application.startsWith(pattern.slice(0, -1)) : application === pattern;

const matchesApplication = (patterns: readonly string[], application: string | null): boolean =>
  patterns.length === 0 ||
  patterns.some((pattern) =>
    application === null ? pattern === '*' : matchesPattern(pattern, application),
  );

const isAnyOf = (list: readonly string[], word: string | null): boolean =>
  list.length === 0 || (word !== null && list.includes(word));

/** An empty list stands for anything; every list that is not empty must match. */
export const applies = (to: AppliesTo, question: PolicyQuestion): boolean =>
  isAnyOf(to.tenants, question.tenant) &&
  matchesApplication(to.applications, question.application) &&
  isAnyOf(to.actions, question.action) &&
  (to.groups.length === 0 || to.groups.some((group) => question.groups.includes(group)));

/** Governs whatever no other policy does. */
export const isDefault = ({ appliesTo }: Policy): boolean =>
  appliesTo.tenants.length === 0 &&
  appliesTo.groups.length === 0 &&
  appliesTo.actions.length === 0 &&
  (appliesTo.applications.length === 0 || appliesTo.applications.includes('*'));

const coversList = (wide: readonly string[], narrow: readonly string[]): boolean =>
  wide.length === 0 || (narrow.length > 0 && narrow.every((word) => wide.includes(word)));

const coversApplications = (wide: readonly string[], narrow: readonly string[]): boolean =>
  wide.length === 0 ||
  wide.includes('*') ||
  (narrow.length > 0 &&
    narrow.every((inner) => wide.some((outer) => matchesPattern(outer, inner))));

/** Whatever `narrow` matches, `wide` matches too. */
export const covers = (wide: AppliesTo, narrow: AppliesTo): boolean =>
  coversList(wide.tenants, narrow.tenants) &&
  coversApplications(wide.applications, narrow.applications) &&
  coversList(wide.groups, narrow.groups) &&
  coversList(wide.actions, narrow.actions);
