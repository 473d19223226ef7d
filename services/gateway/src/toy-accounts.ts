import { stepUpSchema } from '@stepgate/contracts';
import { z } from 'zod';

const authenticatorSchema = stepUpSchema.shape.authenticators.element;

const accountSchema = z.strictObject({
  password: z.string().min(1),
  groups: z.array(z.string()).default([]),
  /** What the account has enrolled, with the text that stands for its proof. */
  authenticators: z.partialRecord(authenticatorSchema, z.string().min(1)).default({}),
  /** What a prompt with number matching shows. */
  number: z.string().default('42'),
});

/** Accounts by user name. */
export const toyAccountsSchema = z.record(z.string(), accountSchema);
export type ToyAccounts = z.output<typeof toyAccountsSchema>;

/** What the gateway asks the verifier; the proof of a toy is a text, of number matching a number. */
export const toyClaimSchema = z.object({
  subject: z.string(),
  authenticator: authenticatorSchema,
  number_matched: z.boolean(),
  proof: z.object({ secret: z.string(), number: z.string().optional() }).nullable(),
});
export type ToyClaim = z.output<typeof toyClaimSchema>;

export const proves = (accounts: ToyAccounts, claim: ToyClaim): boolean => {
  const account = Object.hasOwn(accounts, claim.subject) ? accounts[claim.subject] : undefined;
  const secret = account?.authenticators[claim.authenticator];
  if (account === undefined || secret === undefined || claim.proof?.secret !== secret) return false;
  return !claim.number_matched || claim.proof.number === account.number;
};

export const knows = (accounts: ToyAccounts, username: string, password: string): boolean =>
  Object.hasOwn(accounts, username) && accounts[username]?.password === password;
