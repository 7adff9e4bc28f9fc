import { createHash } from 'node:crypto';
import path from 'node:path';
import { UserError, type Verdict } from '@modelgate/core';
import type { ArtifactStore } from '@modelgate/github';
import { digestOfFolder } from './subject.ts';

/** What the scoring job found in its workspace before it ran the scoring command: path -> sha-256. */
export type Witness = ReadonlyMap<string, string>;

const witnessArtifact = 'modelgate-witness';
const callsAtMost = 20;
const limits = { stored: 32 * 2 ** 20, unpacked: 128 * 2 ** 20, files: 4 };
const line = /^([0-9a-f]{64}) [ *](?:\.\/)?(.+)$/;

/**
 * Reads the list of digests that the scoring job stored, as `sha256sum` writes them, checked against the digest that it
 * handed over as a job output.
 *
 * @throws UserError evidence-missing, evidence-contradicts, evidence-unreadable
 */
export async function readWitness(artifacts: ArtifactStore, sha256: string): Promise<Witness> {
  const named = (await artifacts.list()).filter(({ name }) => name.startsWith(witnessArtifact));
  if (named.length === 0)
    throw new UserError('evidence-missing', `the scoring job has left no artifact ${witnessArtifact}`, {
      how: 'let gates.yml run the scoring command itself (`score:`)',
    });
  // calls of gates.yml for several models have a list each
  for (const artifact of named.slice(0, callsAtMost)) {
    const [list] = await artifacts.read(artifact, limits);
    if (list !== undefined && createHash('sha256').update(list.bytes).digest('hex') === sha256)
      return parsed(list.bytes);
  }
  throw new UserError(
    'evidence-contradicts',
    `no artifact ${witnessArtifact} is what the scoring job wrote: its list has sha-256 ${sha256}`,
    { how: 'find out which job of this run replaced it; nothing was signed' },
  );
}

function parsed(bytes: Uint8Array): Witness {
  const lines = new TextDecoder().decode(bytes).split('\n');
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
