import { readFileSync } from 'node:fs';
import { publicKeysSchema, type PublicKeys } from '@stepgate/contracts';
import { z } from 'zod';

/** Undefined: it cannot be read. */
const read = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};

const parseKeys = (text: string): PublicKeys | undefined => {
  try {
    return publicKeysSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

const howTo =
  'write it with `stepgate public-key > FILE`, where the STEPGATE_SECRET of the engine is';

/** The name of a file that holds the keys to pin; read once, so that nothing can change them later. */
export const publicKeysFile = z.string().transform((file, context): PublicKeys => {
  const text = read(file);
  const keys = text === undefined ? undefined : parseKeys(text);
  if (keys !== undefined) return keys;
  const wrong = text === undefined ? 'names a file that cannot be read' : 'holds no Ed25519 JWKS';
  context.addIssue({ code: 'custom', message: `${wrong}; ${howTo}` });
  return z.NEVER;
});

/** The name of a PEM file, such as a certificate or its key. */
export const pemFile = z.string().transform((file, context): string => {
  const text = read(file);
  if (text?.includes('-----BEGIN ') === true) return text;
  const wrong =
    text === undefined ? 'names a file that cannot be read' : 'names a file without PEM';
  context.addIssue({ code: 'custom', message: wrong });
  return z.NEVER;
});

interface TlsSettings {
  readonly STEPGATE_ENGINE_URL?: string | undefined;
  readonly STEPGATE_ENGINE_CA_FILE?: string | undefined;
  readonly STEPGATE_ENGINE_CERT_FILE?: string | undefined;
  readonly STEPGATE_ENGINE_KEY_FILE?: string | undefined;
}

const tlsNames = [
  'STEPGATE_ENGINE_CA_FILE',
  'STEPGATE_ENGINE_CERT_FILE',
  'STEPGATE_ENGINE_KEY_FILE',
] as const;

/** What is wrong with the settings together, by the name to blame. */
export const tlsProblems = (
  env: TlsSettings,
): readonly { readonly name: string; readonly message: string }[] => {
  const given = tlsNames.filter((name) => env[name] !== undefined);
  const halves = given.filter((name) => name !== 'STEPGATE_ENGINE_CA_FILE');
  const [half] = halves;
  return [
    ...(env.STEPGATE_ENGINE_URL?.startsWith('https:') === false
      ? given.map((name) => ({ name, message: 'needs a STEPGATE_ENGINE_URL with https' }))
      : []),
    ...(halves.length === 1 && half !== undefined
      ? [{ name: half, message: 'needs the other of STEPGATE_ENGINE_CERT_FILE and _KEY_FILE' }]
      : []),
  ];
};

/** Undefined: nothing of TLS is configured. */
export const tlsFrom = (env: TlsSettings) => {
  if (tlsNames.every((name) => env[name] === undefined)) return undefined;
  const { STEPGATE_ENGINE_CA_FILE: ca, STEPGATE_ENGINE_CERT_FILE: cert } = env;
  const { STEPGATE_ENGINE_KEY_FILE: key } = env;
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
};
