import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { mayBeAllowed } from '../../sinks/outbound/judge-address.js';

/** An object that knows its keys, and says them when there is another. */
export const strictObject = <T extends z.ZodRawShape>(shape: T) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? Object.keys(shape).join(', ') : undefined,
  });

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** `5s`, `30m` or `24h`, at most `maxMs`; milliseconds once read. */
export const duration = (maxMs: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,4}[smh]$/u, 'must be a whole number and a unit, such as 5s, 30m or 24h')
    .transform((text) => Number(text.slice(0, -1)) * (unitMs[text.slice(-1)] ?? 0))
    .refine((ms) => ms <= maxMs, `must be at most ${String(maxMs / 1_000)}s`);

/** Words from a file that end up in headers and claims. */
export const line = (maxLength: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(maxLength, `must have at most ${String(maxLength)} characters`)
    .regex(/^\P{C}*$/u, 'must be one line without control characters');

/** Where a secret is read from: it does not stand in the file itself. */
export const secretSource = z
  .strictObject(
    { file: line(1_024).optional(), env: line(128).optional() },
    {
      error: (issue) =>
        issue.code === 'unrecognized_keys'
          ? 'file, env'
          : 'a secret does not stand in this file; write {file: PATH} or {env: NAME}',
    },
  )
  .refine(
    ({ file, env }) => (file === undefined) !== (env === undefined),
    'must have either file (a path) or env (the name of a variable)',
  )
  .refine(
    ({ env }) => env?.startsWith('STEPGATE_') !== true,
    'variables named STEPGATE_… are settings of the worker; give this one another name',
  );
export type SecretSource = z.output<typeof secretSource>;

/** An address that may itself be a secret. */
export const urlSource = z.union([line(2_048), secretSource], {
  error: 'must be an address (https://…), or {file: …} or {env: …} that holds one',
});
export type UrlSource = z.output<typeof urlSource>;

const isCidr = (text: string): boolean => {
  const [base = '', bits] = text.split('/');
  const address = ipaddr.IPv4.isValidFourPartDecimal(base) || ipaddr.IPv6.isValid(base);
  return bits !== undefined && address && !base.includes('%') && ipaddr.isValidCIDR(text);
};

/** A network of the operator's own. */
export const ownNetwork = z
  .string()
  .refine(isCidr, 'must be a network such as 10.1.2.0/24 or fd12:3456::/64')
  .refine(
    (text) => !isCidr(text) || mayBeAllowed(text),
    'holds this host, link-local or metadata addresses, which are never receivers; write a smaller network',
  );
