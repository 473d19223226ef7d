/** Each decoding step is one more that some server behind us might take. */
const maxDecodings = 3;

const decodeFully = (path: string): string | null => {
  let decoded = path;
  for (let step = 0; step < maxDecodings; step += 1) {
    let next: string;
    try {
      next = decodeURIComponent(decoded);
    } catch (error) {
      if (error instanceof URIError) return step === 0 ? null : decoded;
      throw error;
    }
    if (next === decoded) return decoded;
    decoded = next;
  }
  return decoded;
};

/**
 * The path as the laxest server might understand it: decoded, `\` as `/`, no dot or empty segments,
 * no `;parameters`, lower case. Only for comparing: a login that is spelled `/%6cogin;x` must not
 * slip past the decision. Null for a target that is no plain path.
 */
export const canonicalPath = (target: string): string | null => {
  if (!target.startsWith('/')) return null;
  const decoded = decodeFully(target.split(/[?#]/, 1)[0] ?? '');
  if (decoded === null) return null;
  const segments: string[] = [];
  for (const raw of decoded.replaceAll('\\', '/').split('/')) {
    const segment = (raw.split(';', 1)[0] ?? '').toLowerCase();
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return `/${segments.join('/')}`;
};
