import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Rules {
  readonly category_uid: number;
  readonly class_uid: number;
  readonly required: readonly string[];
  readonly at_least_one: readonly (readonly string[])[];
  readonly enums: Readonly<Record<string, readonly number[]>>;
  readonly milliseconds: readonly string[];
  readonly attributes: readonly string[];
}

const rules = JSON.parse(readFileSync(join(__dirname, 'fixtures/ocsf-2004.json'), 'utf8')) as Rules;

const at = (event: unknown, path: string): unknown =>
  path.split('.').reduce((value: unknown, key) => {
    return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  }, event);

/** Years from 2020 on: a time in seconds would lie in 1970. */
const isMilliseconds = (value: unknown): boolean =>
  Number.isInteger(value) && Number(value) > 1_577_836_800_000;

/** What is wrong with a Detection Finding; built from the class's own tables. */
export const ocsfFaults = (event: object): readonly string[] => [
  ...rules.required.filter((path) => at(event, path) === undefined).map((p) => `${p} is missing`),
  ...rules.at_least_one
    .filter((paths) => paths.every((path) => at(event, path) === undefined))
    .map((paths) => `none of ${paths.join(', ')}`),
  ...Object.entries(rules.enums)
    .filter(([path, values]) => {
      const value = at(event, path);
      return value !== undefined && !values.includes(value as number);
    })
    .map(([path]) => `${path} is not in its list`),
  ...rules.milliseconds
    .filter((path) => at(event, path) !== undefined && !isMilliseconds(at(event, path)))
    .map((path) => `${path} is not in milliseconds`),
  ...Object.keys(event)
    .filter((key) => !rules.attributes.includes(key))
    .map((key) => `${key} is no attribute of the class`),
  ...(at(event, 'category_uid') === rules.category_uid ? [] : ['wrong category_uid']),
  ...(at(event, 'class_uid') === rules.class_uid ? [] : ['wrong class_uid']),
  ...(at(event, 'type_uid') === rules.class_uid * 100 + Number(at(event, 'activity_id'))
    ? []
    : ['wrong type_uid']),
];
