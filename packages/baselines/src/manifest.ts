import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '@modelgate/core';
import * as z from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** A plain file name: an artifact is somebody else's input, and may not point outside its folder. */
const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);

/** What a recorded baseline says about itself, beside its data file, as `baseline.json`. */
export const manifestSchema = z.object({
  schema: z.literal('https://github.com/modelgate/modelgate/baseline/v1'),
  policy: z.string(),
  gate: z.string(),
  commit: z.string().regex(/^[0-9a-f]{40,64}$/),
  branch: z.string(),
  recordedAt: z.iso.datetime(),
  tool: z.string(),
  data: z.object({ kind: z.enum(['rows', 'metrics']), file: fileName, sha256, rows: z.int().positive().optional() }),
  /** Of `rows`: the columns by what they are. */
  key: z.string().optional(),
  label: z.string().optional(),
  prediction: z.string().optional(),
  score: z.string().optional(),
  scores: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
  document: z.string().optional(),
  rank: z.string().optional(),
  columns: z.array(z.string()).default([]),
  examples: z.object({ name: z.string(), sha256, rows: z.int().positive() }).optional(),
  subject: z.object({ name: z.string(), sha256: sha256.optional() }).optional(),
  /** How many candidates these examples had judged by then; later looks are counted on top of it. */
  looks: z
    .object({
      examples: sha256,
      since: z.iso.datetime(),
      count: z.int().nonnegative(),
      /** Creation time of the newest look that is counted; absent where none was listed. */
      until: z.iso.datetime().optional(),
      atLeast: z.boolean().optional(),
    })
    .optional(),
});

export type Manifest = z.infer<typeof manifestSchema>;
export const manifestFile = 'baseline.json';

/**
 * The artifact's name: one per gate of a policy and matrix leg, the same from run to run, so that the newest is found by
 * name. Characters that artifacts may not have become `-`.
 */
export function baselineName(policy: string, gate: string, leg?: string): string {
  const parts = ['modelgate-baseline', policy, gate, ...(leg === undefined ? [] : [leg])];
  return parts.map((part) => part.replaceAll(/[^A-Za-z0-9._-]+/g, '-')).join('--');
}

/**
 * Reads a downloaded baseline and holds its data file against the recorded digest.
 *
 * @param folder where the artifact was unpacked
 * @throws UserError baseline-mismatch
 */
export async function readManifest(folder: string): Promise<{ manifest: Manifest; data: string }> {
  const refuse = (what: string, cause?: unknown) =>
    new UserError('baseline-mismatch', `the recorded baseline ${what}`, {
      how: 'run the gate once on the default branch to record a new one',
      cause,
    });
  const text = await readFile(path.join(folder, manifestFile), 'utf8').catch((error: unknown) => {
    throw refuse(`has no ${manifestFile}`, error);
  });
  const parsed = manifestOf(text);
  if (!parsed.success)
    throw refuse(`has a ${manifestFile} that this version cannot read: ${z.prettifyError(parsed.error)}`);
  const data = path.join(folder, parsed.data.data.file);
  const bytes = await readFile(data).catch((error: unknown) => {
    throw refuse(`has no ${parsed.data.data.file}`, error);
  });
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (digest !== parsed.data.data.sha256) {
    throw refuse(`holds other data than was recorded (sha-256 ${digest}, recorded ${parsed.data.data.sha256})`);
  }
  return { manifest: parsed.data, data };
}

/** A manifest's text against the schema; what is no JSON fails it, too. */
export function manifestOf(text: string) {
  return manifestSchema.safeParse(jsonOf(text));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
