import { createHash } from 'node:crypto';
import path from 'node:path';
import { UserError, type Verdict } from '@modelgate/core';
import type { ArtifactStore } from '@modelgate/github';
import { digestOfFolder } from './subject.ts';

/** What the scoring job found in its workspace before it ran the scoring command: path -> sha-256. */
export type Witness = ReadonlyMap<string, string>;

export const witnessArtifact = 'modelgate-witness';
const limits = { stored: 32 * 2 ** 20, unpacked: 128 * 2 ** 20, files: 4 };
const line = /^([0-9a-f]{64}) [ *](?:\.\/)?(.+)$/;

/**
 * Reads the list of digests that the scoring job stored, as `sha256sum` writes them, checked against the digest that it
 * handed over as a job output.
 *
 * @throws UserError evidence-missing, evidence-contradicts, evidence-unreadable
 */
export async function readWitness(artifacts: ArtifactStore, sha256: string): Promise<Witness> {
  const artifact = (await artifacts.list()).find(({ name }) => name === witnessArtifact);
  const [list] = artifact === undefined ? [] : await artifacts.read(artifact, limits);
  if (list === undefined)
    throw new UserError('evidence-missing', `the scoring job has left no artifact ${witnessArtifact}`, {
      how: 'let gates.yml run the scoring command itself (`score:`)',
    });
  const found = createHash('sha256').update(list.bytes).digest('hex');
  if (found !== sha256)
    throw new UserError(
      'evidence-contradicts',
      `the artifact ${witnessArtifact} is not what the scoring job wrote: it has sha-256 ${found}, expected was ${sha256}`,
      { how: 'find out which job of this run replaced it; nothing was signed' },
    );
  const lines = new TextDecoder().decode(list.bytes).split('\n');
  return new Map(
    lines.flatMap((text) => {
      const [, digest = '', file = ''] = line.exec(text) ?? [];
      return file === '' ? [] : [[file, digest] as const];
    }),
  );
}

/**
 * What of a verdict the scoring job did not have before it ran: then the verdict is attested, not witnessed. Undefined
 * when model and examples are both the ones that were scored.
 */
export function notWitnessed({ subject, inputs }: Verdict, witness: Witness): string | undefined {
  if (subject?.sha256 === undefined) return 'the model';
  if (digestAt(subject.name, witness) !== subject.sha256) return `the model ${subject.name}`;
  const examples = inputs.find(({ role }) => role === 'examples');
  if (examples === undefined) return 'any examples';
  const found = examples.files === 1 ? digestAt(examples.name, witness) : digestOfGlob(examples.name, witness);
  return found === examples.sha256 ? undefined : `the examples ${examples.name}`;
}

/** Of several tables, as `@modelgate/tables` has it: over their lines, by path as seen from the workspace. */
function digestOfGlob(pattern: string, witness: Witness): string {
  const glob = path.posix.normalize(pattern);
  const matched = [...witness].flatMap(([file, sha256]) =>
    path.posix.matchesGlob(file, glob) ? [{ path: file, sha256 }] : [],
  );
  return digestOfFolder(matched);
}

function digestAt(name: string, witness: Witness): string | undefined {
  const wanted = path.posix.normalize(name).replace(/\/$/, '');
  const own = witness.get(wanted);
  if (own !== undefined) return own;
  const inside = [...witness].flatMap(([file, sha256]) =>
    file.startsWith(`${wanted}/`) ? [{ path: file.slice(wanted.length + 1), sha256 }] : [],
  );
  return inside.length === 0 ? undefined : digestOfFolder(inside);
}
