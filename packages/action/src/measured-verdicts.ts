import { createHash } from 'node:crypto';
import { UserError, type Verdict, verdictSchema } from '@modelgate/core';
import type { ArtifactStore, StoredArtifact } from '@modelgate/github';
import * as z from 'zod';
import type { Place } from './place.ts';
import { verdictFile, verdictLimits } from './verdict-set.ts';

/** One line of the `verdicts` output of a gate's step: which artifact holds its verdict, and what that must be. */
const measuredSchema = z.array(z.object({ artifact: z.string().min(1), sha256: z.string().regex(/^[0-9a-f]{64}$/) }));
export type MeasuredVerdict = z.infer<typeof measuredSchema>[number];

/** The digest of a stored verdict, as the job's output carries it past everything that else could touch an artifact. */
export function measuredVerdict(artifact: string, verdictJson: Uint8Array): MeasuredVerdict {
  return { artifact, sha256: createHash('sha256').update(verdictJson).digest('hex') };
}

/**
 * Reads the lines of the `verdicts` input: a JSON list a line, as each gate's step puts it out.
 *
 * @throws UserError policy-invalid
 */
export function parseMeasured(input: string): readonly MeasuredVerdict[] {
  const lines = input.split('\n').filter((line) => line.trim() !== '');
  const measured = lines.flatMap((line) => {
    const parsed = measuredSchema.safeParse(jsonOf(line));
    if (parsed.success) return parsed.data;
    throw new UserError('policy-invalid', 'input verdicts: a line is not what a gate puts out as `verdicts`', {
      how: 'pass the output `verdicts` of the measuring job, which is the output `verdicts` of its gate steps',
    });
  });
  if (measured.length > 0) return measured;
  throw new UserError('evidence-missing', 'input verdicts is empty: the measuring job has judged nothing', {
    how: 'look at the measuring job; a gate that did not run gives no evidence',
  });
}

/**
 * The verdicts behind the digests. What any other job of this run may have stored under the same name is found out here.
 *
 * @throws UserError evidence-missing, evidence-unreadable, evidence-contradicts
 */
export async function readMeasured(
  measured: readonly MeasuredVerdict[],
  { artifacts, run, event }: Pick<Place, 'artifacts' | 'run' | 'event'>,
): Promise<readonly Verdict[]> {
  const stored = await artifacts.list();
  const verdicts: Verdict[] = [];
  for (const one of measured) {
    const artifact = stored.find(({ name }) => name === one.artifact);
    if (artifact === undefined)
      throw new UserError('evidence-missing', `this run has no artifact ${one.artifact}`, {
        how: 'let this job come after the measuring one (`needs:`); an artifact that somebody deleted cannot be signed',
      });
    const verdict = parseVerdict(await readOne(artifacts, artifact, one), one.artifact);
    const { repository, runId, headSha, event: name } = verdict.run;
    const claims = { repository, runId, headSha, event: name };
    const facts = { repository: run.repository.fullName, runId: run.runId, headSha: event.headSha, event: event.name };
    for (const key of ['repository', 'runId', 'headSha', 'event'] as const) {
      if (claims[key] === facts[key]) continue;
      throw new UserError(
        'evidence-contradicts',
        `the verdict of ${verdict.gate.id} says that its ${key} is ${claims[key] ?? 'unknown'}, and this run's is ${facts[key]}`,
        { how: 'sign the verdicts of this very run only' },
      );
    }
    verdicts.push(verdict);
  }
  return verdicts;
}

async function readOne(artifacts: ArtifactStore, artifact: StoredArtifact, one: MeasuredVerdict): Promise<Uint8Array> {
  const files = await artifacts.read(artifact, verdictLimits);
  const file = files.find(({ path }) => path === verdictFile);
  const found = file === undefined ? undefined : createHash('sha256').update(file.bytes).digest('hex');
  if (file !== undefined && found === one.sha256) return file.bytes;
  throw new UserError(
    'evidence-contradicts',
    `the artifact ${one.artifact} is not what the measuring job wrote: its verdict has sha-256 ${found ?? 'none'}, expected was ${one.sha256}`,
    { how: 'find out which job of this run replaced it; nothing was signed' },
  );
}

function parseVerdict(bytes: Uint8Array, artifact: string): Verdict {
  const parsed = verdictSchema.safeParse(jsonOf(new TextDecoder().decode(bytes)));
  if (parsed.success) return parsed.data;
  throw new UserError('evidence-unreadable', `the artifact ${artifact} holds no verdict that this version reads`, {
    how: 'let gates and attesting job be of the same commit of Modelgate',
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
