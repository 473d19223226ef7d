import type { DetectorSettings, SettingValue } from '@stepgate/engine';
import { defaultDetectorSettings, detectorNames, detectors } from '@stepgate/engine';
import { z } from 'zod';
import { dayMs, duration, durationText } from './duration.js';
import { strictObject } from './strict-object.js';

type Defaults = Readonly<Record<string, SettingValue>>;

const durationSuffix = 'Ms';
const longestDurationMs = 30 * dayMs;

/** `windowMs` → `window`, `maxSpeedKmh` → `max_speed_kmh`: the name as the YAML has it. */
export const yamlName = (setting: string): string =>
  (setting.endsWith(durationSuffix) ? setting.slice(0, -durationSuffix.length) : setting).replace(
    /[A-Z]/g,
    (letter) => `_${letter.toLowerCase()}`,
  );

/** The default as the YAML would have it; for the JSON Schema and the docs. */
export const yamlDefault = (setting: string, value: SettingValue): SettingValue | string =>
  typeof value === 'number' && setting.endsWith(durationSuffix) ? durationText(value) : value;

const numberOf = (setting: string) => {
  const number = z.number().min(0);
  return setting === 'points' || setting.endsWith('Percent') ? number.max(100) : number;
};

/** Counters live in sliding windows of at most a day. */
const longestOf = (setting: string): number =>
  /^window|Window/.test(setting) ? dayMs : longestDurationMs;

const settingSchema = (setting: string, value: SettingValue): z.ZodType<SettingValue> => {
  if (typeof value !== 'number') {
    const keys = Object.keys(value).map((key) => [key, numberOf(setting).optional()] as const);
    return strictObject(Object.fromEntries(keys)).transform((written) => ({
      ...value,
      ...Object.fromEntries(Object.entries(written).filter((entry) => isNumberEntry(entry))),
    }));
  }
  return setting.endsWith(durationSuffix) ? duration(longestOf(setting)) : numberOf(setting);
};

const isNumberEntry = (entry: [string, unknown]): entry is [string, number] =>
  typeof entry[1] === 'number';

type Written = Readonly<Record<string, SettingValue | boolean | undefined>>;

const settingsOf = (defaults: Defaults, written: Written): Defaults =>
  Object.fromEntries(
    Object.entries(defaults).map(([setting, value]) => {
      const tuned = written[yamlName(setting)];
      return [setting, tuned === undefined || typeof tuned === 'boolean' ? value : tuned];
    }),
  );

/** A detector's settings in YAML, read off the defaults that it has in the engine. */
const detectorSchema = (name: string, meaning: string, defaults: Defaults) => {
  const shape = Object.fromEntries(
    Object.entries(defaults).map(([setting, value]) => [
      yamlName(setting),
      settingSchema(setting, value)
        .meta({ description: `Default ${JSON.stringify(yamlDefault(setting, value))}.` })
        .optional(),
    ]),
  );
  const tuned = strictObject({ enabled: z.boolean().optional(), ...shape }).transform((written) =>
    written.enabled === false ? null : settingsOf(defaults, written),
  );
  return z
    .union([z.literal('off').transform(() => null), z.literal(false).transform(() => null), tuned])
    .meta({ description: `${name}: ${meaning}` })
    .optional();
};

/** @param meanings one line for each reason, shown by editors. */
export const detectorsSchema = (meanings: Readonly<Record<string, string>>) =>
  strictObject(
    Object.fromEntries(
      detectorNames.map((name) => [
        name,
        detectorSchema(name, meanings[name] ?? '', detectors[name].defaults),
      ]),
    ),
  ).transform((written): DetectorSettings => {
    const tuned = Object.entries(written).filter(([, settings]) => settings !== undefined);
    return { ...defaultDetectorSettings, ...Object.fromEntries(tuned) };
  });
