import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError, type Verdict, verdictSchema } from '@modelgate/core';
import { type ArtifactFile, type ArtifactStore, artifactName, type StoredArtifact } from '@modelgate/github';

/** Artifacts of verdicts, and only those, begin with this. */
const prefix = 'modelgate-verdict';
export const verdictFile = 'verdict.json';
/** A verdict is text about a few hundred checks; anything larger is not one. */
export const verdictLimits = { stored: 8 * 2 ** 20, unpacked: 16 * 2 ** 20, files: 4 };

/** The verdicts of this run, by which every comment and every report is made. */
export interface VerdictSet {
  /** Writes the verdict below a folder of ours and uploads it. @returns path of the file, and what went wrong */
  add(verdict: Verdict, folder: string): Promise<{ readonly file?: string; readonly notice?: string }>;
  /** The verdicts that are there now: of each gate, job and matrix leg the one of the newest attempt. */
  list(): Promise<readonly Verdict[]>;
}

/** @param warn told of each artifact that bears a verdict's name and holds none; any step of the run could upload it */
export function verdictSet(artifacts: ArtifactStore, warn: (line: string) => void): VerdictSet {
  const known = new Map<number, Verdict | undefined>();
  const own: Verdict[] = [];
  return {
    add: async (verdict, folder) => {
      const file = path.join(folder, verdictFile);
      own.push(verdict);
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(file, `${JSON.stringify(verdict, null, 2)}\n`);
      } catch (error) {
        return { notice: `The verdict was not written to ${file}: ${message(error)}` };
      }
      try {
        await artifacts.upload({ name: verdictArtifactName(verdict), folder, files: [verdictFile] });
        return { file };
      } catch (error) {
        return { file, notice: `The verdict was not stored as an artifact: ${message(error)}` };
      }
    },
    list: async () => {
      const stored = await artifacts.list();
      for (const artifact of stored.filter((one) => one.name.startsWith(`${prefix}--`) && !known.has(one.id))) {
        const verdict = await readVerdict(artifacts, artifact);
        known.set(artifact.id, verdict);
        if (verdict === undefined)
          warn(`The artifact ${artifact.name} is passed over: it holds no verdict that this version reads.`);
      }
      return newestAttempts([...[...known.values()].filter((verdict) => verdict !== undefined), ...own]);
    },
  };
}

/** Undefined for what is no verdict. What cannot be downloaded throws: it may be one, and no report is made without it. */
async function readVerdict(artifacts: ArtifactStore, artifact: StoredArtifact): Promise<Verdict | undefined> {
  let files: readonly ArtifactFile[];
  try {
    files = await artifacts.read(artifact, verdictLimits);
  } catch (error) {
    // damaged, or too large to be one
    if (error instanceof UserError) return undefined;
    throw error;
  }
  const file = files.find((one) => one.path === verdictFile);
  return file === undefined ? undefined : verdictSchema.safeParse(jsonOf(new TextDecoder().decode(file.bytes))).data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Names hold policy, gate, job, matrix leg and attempt, so that no two verdicts of a run collide. */
export function verdictArtifactName(verdict: Verdict): string {
  const { policy, gate, run } = verdict;
  const parts = [prefix, policy.name, gate.id, run.job ?? '', run.leg ?? '', `attempt-${run.attempt ?? 1}`];
  return artifactName(parts.filter((part) => part !== ''));
}

function newestAttempts(verdicts: readonly Verdict[]): Verdict[] {
  const newest = new Map<string, Verdict>();
  for (const verdict of verdicts) {
    const key = verdictKey(verdict);
    const other = newest.get(key);
    if (other === undefined || (other.run.attempt ?? 1) <= (verdict.run.attempt ?? 1)) newest.set(key, verdict);
  }
  return [...newest.values()];
}

/** What a verdict is about: a later attempt of the same replaces it. */
export function verdictKey({ policy, gate, run }: Verdict): string {
  return JSON.stringify([policy.name, gate.id, run.job, run.leg]);
}

export function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
