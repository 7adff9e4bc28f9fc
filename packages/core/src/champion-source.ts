import * as z from 'zod';
import { closed } from './closed-object.ts';

const name = z.string().min(1, 'is empty');

/** Where the champion's results come from. */
export const championSource = z.discriminatedUnion(
  'from',
  [
    closed({ from: z.literal('recorded').describe('The newest trustworthy run on the base branch.') }),
    closed({
      from: z.literal('git').describe('A file at the merge base, read through the API.'),
      table: name.optional(),
      file: name.optional(),
      prediction: name.optional(),
      score: name.optional(),
    }),
    closed({
      from: z.literal('file').describe('A file in the workspace.'),
      table: name.optional(),
      file: name.optional(),
      prediction: name.optional(),
      score: name.optional(),
    }),
  ],
  { error: (issue) => unknownSource(issue.input) },
);

function unknownSource(input: unknown): string | undefined {
  const from = typeof input === 'object' && input !== null && 'from' in input ? String(input.from) : undefined;
  if (from === 'mlflow' || from === 'rescore') {
    return `champion from ${from} is not available yet in this version of Modelgate; use recorded, git or file`;
  }
  return from === undefined ? undefined : `"${from.slice(0, 40)}" is not allowed; allowed: recorded, git, file`;
}

export type ChampionSource = z.infer<typeof championSource>;
