import type { Condition, Policy } from '@stepgate/engine';
import { defaultDetectorSettings } from '@stepgate/engine';
import type { CompiledConditions } from './compile-conditions.js';
import { compileConditions } from './compile-conditions.js';
import { readDocument } from './document/read-document.js';
import type { Problem } from './problem.js';
import { sortedProblems } from './problem.js';
import { checkDocument } from './schema/issues.js';
import {
  defaultBands,
  defaultDecide,
  defaultDegraded,
  policySchema,
  type WrittenPolicy,
} from './schema/policy-schema.js';
import { defaultLadder } from './schema/push-fatigue.js';

export interface ParseOptions {
  /** `sha256:` of the text; computed by the caller, since this package does no IO and no crypto. */
  readonly version: string;
  /** Name of the file; stands in the message when the text is no policy at all. */
  readonly file?: string;
}

export type ParsedPolicy =
  | { readonly kind: 'policy'; readonly policy: Policy }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

const anybody: Policy['appliesTo'] = { tenants: [], applications: [], groups: [], actions: [] };

const neverMet: Condition = () => ({ met: false, cause: 'the condition was not compiled' });

const withConditions = <T>(
  entries: readonly T[],
  conditions: ReadonlyMap<number, Condition>,
): (T & { readonly condition: Condition })[] =>
  entries.map((entry, index) => ({ ...entry, condition: conditions.get(index) ?? neverMet }));

const policyOf = (
  written: WrittenPolicy,
  version: string,
  conditions: CompiledConditions,
): Policy => ({
  name: written.policy,
  version,
  description: written.description ?? '',
  appliesTo: written.applies_to ?? anybody,
  bands: written.levels ?? defaultBands,
  detectors: written.detectors ?? defaultDetectorSettings,
  signals: withConditions(written.signals ?? [], conditions.signals),
  rules: withConditions(written.rules ?? [], conditions.rules),
  decide: written.decide ?? defaultDecide,
  limits: written.limits ?? [],
  pushLadder: written.push_fatigue ?? defaultLadder,
  degraded: written.degraded ?? defaultDegraded,
  shadow: written.shadow ?? false,
});

/**
 * A policy file's text to a compiled policy with every default filled in, or all its problems sorted
 * by position. Pure; never throws, whatever the text.
 */
export const parsePolicy = (text: string, options: ParseOptions): ParsedPolicy => {
  const read = readDocument(text);
  if (read.kind === 'problems')
    return { kind: 'problems', problems: sortedProblems(read.problems) };
  const { document } = read;
  if (typeof document.value !== 'object' || document.value === null) {
    const file = options.file ?? 'this file';
    const message = `${file} holds no policy; start it with "stepgate: v1" and "policy: <name>"`;
    return { kind: 'problems', problems: [document.problemAt([], message)] };
  }
  const { data, problems } = checkDocument(document, policySchema);
  const conditions = compileConditions(document);
  const all = [...problems, ...conditions.problems];
  if (data === null || all.length > 0) return { kind: 'problems', problems: sortedProblems(all) };
  return { kind: 'policy', policy: policyOf(data, options.version, conditions) };
};
