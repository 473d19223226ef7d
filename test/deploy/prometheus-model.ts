import { readdirSync } from 'node:fs';
import { inRepository, readYaml } from './repository.js';

export interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface AlertingRule extends Rule {
  readonly alert: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export const ruleFiles = (): string[] =>
  readdirSync(inRepository('infra/prometheus/rules')).map((name) => `rules/${name}`);

export const ruleTestFiles = (): string[] =>
  readdirSync(inRepository('infra/prometheus/tests')).map((name) => `tests/${name}`);

export const readRules = (): Rule[] =>
  ruleFiles().flatMap((file) => {
    const { groups } = readYaml(`infra/prometheus/${file}`) as {
      groups: { rules: Rule[] }[];
    };
    return groups.flatMap(({ rules }) => rules);
  });

export const readAlertingRules = (): AlertingRule[] =>
  readRules().filter((rule): rule is AlertingRule => rule.alert !== undefined);
