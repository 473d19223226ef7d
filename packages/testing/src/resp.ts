/** A command as it arrived, and how many bytes of the text it took. */
export interface RespCommand {
  readonly words: readonly string[];
  readonly end: number;
}

interface Line {
  readonly text: string;
  readonly end: number;
}

const lineAt = (text: string, from: number): Line | null => {
  const end = text.indexOf('\r\n', from);
  return end === -1 ? null : { text: text.slice(from, end), end: end + 2 };
};

/**
 * The command that starts at `from` of what was received, as latin1 so that bytes are letters; null
 * while it is not all there.
 */
export const respCommandAt = (text: string, from: number): RespCommand | null => {
  const head = lineAt(text, from);
  if (head === null) return null;
  if (!head.text.startsWith('*')) return { words: head.text.split(' '), end: head.end };
  const words: string[] = [];
  let at = head.end;
  for (let n = 0; n < Number(head.text.slice(1)); n += 1) {
    const length = lineAt(text, at);
    if (length === null) return null;
    const end = length.end + Number(length.text.slice(1));
    if (text.length < end + 2) return null;
    words.push(text.slice(length.end, end));
    at = end + 2;
  }
  return { words, end: at };
};

export type RespValue = string | number | null | readonly RespValue[];

/** A reply of this value, strings as bulk strings. */
export const respReply = (value: RespValue): string => {
  if (value === null) return '$-1\r\n';
  if (typeof value === 'number') return `:${String(value)}\r\n`;
  if (typeof value === 'string') return `$${String(Buffer.byteLength(value))}\r\n${value}\r\n`;
  return `*${String(value.length)}\r\n${value.map(respReply).join('')}`;
};
