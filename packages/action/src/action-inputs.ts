import { getInput } from '@actions/core';
import { nearest, shown, UserError } from '@modelgate/core';
import * as z from 'zod';

/** `true` or `false`, as YAML's core schema and GitHub's own actions read them. */
export function flag(initial: boolean) {
  return z
    .stringbool({ truthy: ['true', 'True', 'TRUE'], falsy: ['false', 'False', 'FALSE'], case: 'sensitive' })
    .default(initial);
}

/** Inputs that every gate has. Shown in each action's table, so the words are a user's. */
export const gateInputs = {
  policy: z.string().default('modelgate.yml').describe('Path of the policy, from the root of the repository.'),
  rules: z
    .string()
    .default('')
    .describe(
      'The keys of one gate as YAML text. Without a policy file: in its place, for a quick start. With one: on top of it, where they may only make that gate stricter.',
    ),
  gate: z
    .string()
    .default('')
    .describe('Run only this gate of the policy. Default: every gate of this kind in the stage.'),
  stage: z
    .string()
    .default('')
    .describe(
      'Stage of the policy. Default: `pull-request` on pull requests and merge queues, `nightly` on schedules, `release` on releases, else `push`.',
    ),
  comment: flag(true).describe(
    'Whether to write the pull-request comment. Set to false where the `report` action is the single writer.',
  ),
  'check-run': flag(true).describe('Whether to write a check run on the head commit.'),
  commands: flag(true).describe(
    'Whether commands of the policy (`rescore`) may run. gates.yml sets it to false: what measures for evidence runs no code of the repository.',
  ),
  'github-token': z
    .string()
    .default('')
    .describe('Token for reading the policy and the champion, and for comment and check run.'),
  'engine-path': z
    .string()
    .default('')
    .describe(
      'Folder with the table engine (libduckdb and duckdb.node), for networks without a package registry. Verified all the same.',
    ),
  registry: z
    .string()
    .default('')
    .describe(
      'Address of the package registry that the table engine comes from. Default: the one that npm is set to on the runner.',
    ),
  matrix: z.string().default('').describe('Identity of the matrix leg; set by the runner, leave as it is.'),
} as const;

/**
 * Reads inputs of an action by its schema; an input that is not set takes its default.
 *
 * @throws UserError naming every input that is wrong
 */
export function readInputs<Schema extends z.ZodObject>(schema: Schema): z.infer<Schema> {
  const names = Object.keys(schema.shape);
  const given = names.map((name): [string, string | undefined] => [name, getInput(name) || undefined]);
  const result = schema.safeParse(Object.fromEntries(given), { reportInput: true });
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => {
    const name = String(issue.path[0] ?? '');
    return `input ${name}: ${shown(issue.input)} is not allowed; ${issue.code === 'invalid_value' ? 'write true or false' : issue.message}`;
  });
  throw new UserError('policy-invalid', lines.join('\n'), { how: 'mend the `with:` of this step' });
}

/** The nearest of some names, for a message. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? `known: ${known.join(', ')}` : `did you mean ${near}?`;
}
