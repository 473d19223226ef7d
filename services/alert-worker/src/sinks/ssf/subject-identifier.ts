import type { SubjectFormat } from '../sink-spec.js';

/** RFC 9493. */
export type SubjectIdentifier = Readonly<Record<string, string>>;

const looksLikeEmail = /^[^\s@]+@[^\s@]+$/u;

/** How the receiver knows the subject; null when this id cannot be said in that form. */
export const subjectIdentifier = (id: string, how: SubjectFormat): SubjectIdentifier | null => {
  switch (how.format) {
    case 'iss_sub':
      return { format: 'iss_sub', iss: how.iss, sub: id };
    case 'email':
      return looksLikeEmail.test(id) ? { format: 'email', email: id } : null;
    case 'opaque':
      return { format: 'opaque', id };
  }
};
