import { z } from 'zod';

/**
 * An object that knows all its keys. Its message for an unknown key is the list of the known ones,
 * from which `problemsOf` makes the sentence and the suggestion.
 */
export const strictObject = <T extends z.ZodRawShape>(shape: T) => {
  const known = Object.keys(shape).join(' ');
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? known : undefined),
  });
};
