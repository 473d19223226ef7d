import { groupsSchema, stepUpSchema, subjectIdSchema } from '@stepgate/contracts';
import type { Authenticator } from '@stepgate/client';
import { z } from 'zod';
import { listIn } from './header-text.js';

const authenticatorSchema = stepUpSchema.shape.authenticators.element;

/** Who asks, as somebody whom we believe says. */
export interface Identity {
  readonly subject: string;
  readonly groups: readonly string[];
  /** Null when nobody said what the subject has enrolled. */
  readonly authenticators: readonly Authenticator[] | null;
}

export interface IdentityClaims {
  readonly subject: string;
  readonly groups: string | null;
  readonly authenticators: string | null;
}

const isAuthenticator = (name: string): name is Authenticator =>
  authenticatorSchema.safeParse(name).success;

const identitySchema = z.object({ subject: subjectIdSchema, groups: groupsSchema });

/** Null when the engine would not take it. Authenticators that we do not know are left out. */
export const parseIdentity = (claims: IdentityClaims): Identity | null => {
  const parsed = identitySchema.safeParse({
    subject: claims.subject,
    groups: claims.groups === null ? [] : listIn(claims.groups),
  });
  if (!parsed.success) return null;
  const authenticators =
    claims.authenticators === null ? null : listIn(claims.authenticators).filter(isAuthenticator);
  return { ...parsed.data, authenticators };
};
