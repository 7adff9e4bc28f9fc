import * as z from 'zod';
import { nearest } from './suggestion.ts';

/** An object that takes its own keys only; a misspelt key is answered with the nearest known one. */
export function closed<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? unknownKeys(issue.keys, known) : undefined),
  });
}

function unknownKeys(keys: readonly string[], known: readonly string[]): string {
  return keys
    .map((key) => {
      const near = nearest(key, known);
      return `unknown key \`${key}\`; ${near === undefined ? `known here: ${known.join(', ')}` : `did you mean \`${near}\`?`}`;
    })
    .join('; ');
}

/** A key of the grammar whose feature does not exist yet: naming it beats calling it unknown. */
export function notYet(what: string) {
  return z
    .never({ error: () => `${what} is not available yet in this version of Modelgate; remove it for now` })
    .optional();
}
