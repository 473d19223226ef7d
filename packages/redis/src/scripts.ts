import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export const scriptNames = [
  'admit-attempt',
  'admit-source',
  'admit-tenant',
  'record-decision',
  'open-decision',
  'settle-decision',
  'record-event',
  'record-failure',
  'note-subject',
  'review-episode',
  'count-campaign',
  'review-campaign',
  'view-subject',
  'erase-subject',
] as const;
export type ScriptName = (typeof scriptNames)[number];

export interface Script {
  readonly name: ScriptName;
  readonly lua: string;
  readonly sha1: string;
}

const directory = new URL('../scripts/', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, directory), 'utf8');

/** `-- @include name` stands for the text of includes/name.lua: Redis has no modules. */
const expand = (lua: string): string =>
  lua.replace(/^-- @include ([a-z-]+)$/gm, (_line, name: string) => read(`includes/${name}.lua`));

const loadScript = (name: ScriptName): Script => {
  const lua = expand(read(`${name}.lua`));
  return { name, lua, sha1: createHash('sha1').update(lua).digest('hex') };
};

const load = (): Readonly<Record<ScriptName, Script>> => ({
  'admit-attempt': loadScript('admit-attempt'),
  'admit-source': loadScript('admit-source'),
  'admit-tenant': loadScript('admit-tenant'),
  'record-decision': loadScript('record-decision'),
  'open-decision': loadScript('open-decision'),
  'settle-decision': loadScript('settle-decision'),
  'record-event': loadScript('record-event'),
  'record-failure': loadScript('record-failure'),
  'note-subject': loadScript('note-subject'),
  'review-episode': loadScript('review-episode'),
  'count-campaign': loadScript('count-campaign'),
  'review-campaign': loadScript('review-campaign'),
  'view-subject': loadScript('view-subject'),
  'erase-subject': loadScript('erase-subject'),
});

/** All scripts, read once. */
export const scripts = load();
