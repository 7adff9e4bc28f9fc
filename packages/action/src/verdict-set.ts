import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Verdict } from '@modelgate/core';
import { ArchiveError, type ArtifactStore, artifactName, plainLine, type StoredArtifact } from '@modelgate/github';
import { refusedArchive } from './refused-archive.ts';
import {
  type Reading,
  type Refused,
  readVerdict,
  verdictFile,
  verdictLimits,
  verdictPrefix,
} from './verdict-reading.ts';

export { verdictFile, verdictLimits } from './verdict-reading.ts';

/** A matrix has at most 256 jobs, each of which may run several gates. */
const artifactsAtMost = 1_000;

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
      const stored = (await artifacts.list()).filter(({ name }) => name.startsWith(`${verdictPrefix}--`));
      if (stored.length > artifactsAtMost) {
        warn(`This run has ${stored.length} artifacts with a verdict's name; ${artifactsAtMost} of them are read.`);
      }
      for (const artifact of stored.slice(0, artifactsAtMost).filter(({ id }) => !known.has(id))) {
        const reading = await readOne(artifacts, artifact);
        known.set(artifact.id, 'verdict' in reading ? reading.verdict : undefined);
        if ('refused' in reading) warn(refusalLine(artifact.name, reading.refused, 'passed over'));
      }
      return newestAttempts([...[...known.values()].filter((verdict) => verdict !== undefined), ...own]);
    },
  };
}

/** What cannot be downloaded throws: it may be a verdict, and no report is made without it. */
async function readOne(artifacts: ArtifactStore, artifact: StoredArtifact): Promise<Reading> {
  try {
    return readVerdict(await artifacts.read(artifact, verdictLimits));
  } catch (error) {
    if (error instanceof ArchiveError) return { refused: refusedArchive(error) };
    throw error;
  }
}

/** Why an artifact does not count, in a line for the log; names and words are somebody else's. */
export function refusalLine(name: string, { cause, words }: Refused, what: 'passed over' | 'refused'): string {
  return `The artifact ${plainLine(name, 100)} is ${what} (${cause}): ${words}.`;
}

/** Names hold policy, gate, job, matrix leg and attempt, so that no two verdicts of a run collide. */
export function verdictArtifactName(verdict: Verdict): string {
  const { policy, gate, run } = verdict;
  const parts = [verdictPrefix, policy.name, gate.id, run.job ?? '', run.leg ?? '', `attempt-${run.attempt ?? 1}`];
  return artifactName(parts.filter((part) => part !== ''));
}

export function newestAttempts(verdicts: readonly Verdict[]): Verdict[] {
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
