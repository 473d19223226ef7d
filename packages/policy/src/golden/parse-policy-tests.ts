import type { Instant } from '@stepgate/engine';
import { readDocument } from '../document/read-document.js';
import type { Problem } from '../problem.js';
import { sortedProblems } from '../problem.js';
import { checkDocument } from '../schema/issues.js';
import type { Given } from './given-schema.js';
import type { Expected } from './test-schema.js';
import { testFileSchema } from './test-schema.js';

/** One golden case: on this evidence at this instant, this decision. */
export interface PolicyTest {
  readonly it: string;
  /** Where the case stands in its file, from 1. */
  readonly line: number;
  readonly now: Instant;
  readonly given: Given;
  readonly expect: Expected;
}

export interface PolicyTests {
  /** Name of the policy that they are for. */
  readonly policy: string;
  readonly cases: readonly PolicyTest[];
}

export type ParsedPolicyTests =
  | { readonly kind: 'tests'; readonly tests: PolicyTests }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

const isBlock = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const mergeField = (shared: unknown, own: unknown): unknown =>
  isBlock(shared) && isBlock(own) ? { ...shared, ...own } : own;

/** A case says only what is unlike the file's `given`; blocks are merged key by key. */
const mergeGiven = (shared: Given, own: Given): Given => ({
  ...shared,
  ...Object.fromEntries(
    Object.entries(own).map(([key, value]) => [
      key,
      mergeField(Object.getOwnPropertyDescriptor(shared, key)?.value, value),
    ]),
  ),
});

/** `<policy>.test.yaml` to golden cases, or all its problems with line and column. Never throws. */
export const parsePolicyTests = (text: string): ParsedPolicyTests => {
  const read = readDocument(text);
  if (read.kind === 'problems') return read;
  const { data, problems } = checkDocument(read.document, testFileSchema);
  if (data === null) return { kind: 'problems', problems: sortedProblems(problems) };
  const cases = data.cases.map((written, index) => ({
    it: written.it,
    line: read.document.problemAt(['cases', index], '').line,
    now: written.now ?? data.now,
    given: mergeGiven(data.given ?? {}, written.given ?? {}),
    expect: written.expect,
  }));
  return { kind: 'tests', tests: { policy: data.policy, cases } };
};
