/** System, TLS and SMTP error codes are constants; messages would name hosts, addresses and people. */
export const codeOf = (error: unknown): string => {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : 'unknown';
};

export const refusedCause = 'the address of the receiver is not allowed';

export const causeOf = (error: unknown): string => {
  const code = codeOf(error);
  return code === 'TARGET_REFUSED' ? refusedCause : `no answer: ${code}`;
};
