import type { IdpFormat } from '../row-verdict.js';
import { auth0 } from './auth0.js';
import { duo } from './duo.js';
import { entra } from './entra.js';
import { ocsf } from './ocsf.js';
import { okta } from './okta.js';
import { pingid } from './pingid.js';

export const formatNames = ['okta', 'auth0', 'duo', 'pingid', 'entra', 'ocsf'] as const;
export type FormatName = (typeof formatNames)[number];

/** Every format that can be read, by the name it has in a path and on the command line. */
export const formats: Readonly<Record<FormatName, IdpFormat>> = {
  okta,
  auth0,
  duo,
  pingid,
  entra,
  ocsf,
};

const isFormatName = (name: string): name is FormatName => Object.hasOwn(formats, name);

export const formatNamed = (name: string): FormatName | null => (isFormatName(name) ? name : null);
