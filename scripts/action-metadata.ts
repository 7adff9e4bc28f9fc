import { readFileSync } from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';
import * as z from 'zod';

const step = z.looseObject({
  id: z.string().optional(),
  name: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  env: z.record(z.string(), z.unknown()).default({}),
});

/** A step of a composite action or of a workflow's job. */
export type Step = z.infer<typeof step>;
export const steps = z.array(step);

const metadata = z.strictObject({
  name: z.string().min(1),
  description: z.string().min(1),
  author: z.string().optional(),
  branding: z.strictObject({ icon: z.string(), color: z.string() }),
  inputs: z
    .record(
      z.string(),
      z.strictObject({
        description: z.string().min(1),
        required: z.boolean().default(false),
        default: z.string().optional(),
        deprecationMessage: z.string().optional(),
      }),
    )
    .default({}),
  outputs: z
    .record(z.string(), z.strictObject({ description: z.string().min(1), value: z.string().optional() }))
    .default({}),
  runs: z.discriminatedUnion('using', [
    z.strictObject({
      using: z.literal('node24'),
      main: z.string(),
      pre: z.string().optional(),
      post: z.string().optional(),
      'post-if': z.string().optional(),
    }),
    z.strictObject({ using: z.literal('composite'), steps }),
  ]),
});

/** An action.yml as this repository writes them; GitHub would accept more. */
export type ActionMetadata = z.infer<typeof metadata>;

/** @throws Error that names the file and what is wrong with it */
export function readActionMetadata(root: string, file: string): ActionMetadata {
  const parsed = metadata.safeParse(load(readFileSync(path.join(root, file), 'utf8')));
  if (!parsed.success) throw new Error(`${file}:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
