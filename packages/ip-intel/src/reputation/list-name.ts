import { reputationCategories } from '@stepgate/engine';
import type { ReputationCategory } from '@stepgate/engine';

/** What a list's path says about it. */
export interface ListName {
  /** Null when the path names none: the file cannot be used. */
  readonly category: ReputationCategory | null;
  /** Least count that an `IP<TAB>count` line must have. */
  readonly minimumCount: number;
}

const extensions = ['.txt', '.lst', '.list', '.netset', '.ipset'] as const;

/** One report says little: ipsum calls an address bad from three lists on. */
const defaultMinimumCount = 3;

/** Licences, notes and the hidden directories of a mounted ConfigMap lie beside the lists. */
export const isListPath = (path: string): boolean => {
  const parts = path.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.some((part) => part.startsWith('.'))) return false;
  if (/^(licen[cs]e|readme|notice|source)/i.test(name)) return false;
  return extensions.some((extension) => name.endsWith(extension));
};

/**
 * `<category>.<anything>.txt` or `<category>/<anything>.txt`, with `.min<N>` in the name for another
 * least count than 3: `abuse.ipsum.min5.txt`, `vpn/x4bnet-ipv4.txt`.
 *
 * @param path relative to the directory of lists, parts joined by `/`.
 */
export const parseListName = (path: string): ListName => {
  const parts = path.split('/');
  const name = parts.at(-1) ?? '';
  const word = parts.length > 1 ? parts[0] : name.split('.')[0];
  const [, minimum] = /\.min(\d{1,4})\./.exec(name) ?? [];
  return {
    category: reputationCategories.find((category) => category === word) ?? null,
    minimumCount: minimum === undefined ? defaultMinimumCount : Number(minimum),
  };
};
