/** The body of a fetched answer; null when it is longer than `maxBytes`. */
export const readBounded = async (
  response: Response,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | null> => {
  const reader = response.body?.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const part: { done: boolean; value?: unknown } = (await reader?.read()) ?? { done: true };
    if (part.done) break;
    if (!(part.value instanceof Uint8Array)) throw new TypeError('a body is made of bytes');
    size += part.value.byteLength;
    if (size > maxBytes) {
      await reader?.cancel();
      return null;
    }
    chunks.push(part.value);
  }
  const body = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return body;
};
