import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { EvidenceLevel, EvidenceSubject } from '@modelgate/core';
import type { SignedEvidence } from '@modelgate/evidence';
import { artifactName, storeAttestation } from '@modelgate/github';
import { retentionDays } from './champion-record.ts';
import { log } from './log.ts';
import type { Place } from './place.ts';
import { setOutputs, writeLine } from './publish.ts';

/** A signed statement and the name of its file. */
export interface Named {
  readonly name: string;
  readonly evidence: SignedEvidence;
}

interface Handing {
  readonly place: Place;
  readonly policy: string;
  readonly leg: string | undefined;
  readonly keyless: boolean;
}

export interface Handed {
  readonly folder: string;
  readonly artifact: string;
  readonly statements: number;
  readonly byGithub: boolean;
}

/** Evidence is kept with the run, and, where GitHub keeps attestations, there as well. */
export async function hand(signed: readonly Named[], { place, policy, leg, keyless }: Handing): Promise<Handed> {
  const folder = path.join(place.temporary, 'evidence', policy);
  await mkdir(folder, { recursive: true });
  for (const { name, evidence } of signed) await writeFile(path.join(folder, name), evidence.text);
  const parts = ['modelgate-evidence', policy, leg ?? '', `attempt-${place.run.attempt}`];
  const artifact = artifactName(parts.filter((part) => part !== ''));
  await place.artifacts.upload({ name: artifact, folder, files: signed.map(({ name }) => name), retentionDays });
  return { folder, artifact, statements: signed.length, byGithub: keyless && (await storeAll(signed, place)) };
}

/** Outputs, log and job summary of the attesting step. */
export async function tell(
  handed: readonly Handed[],
  {
    place,
    subject,
    level,
  }: { readonly place: Place; readonly subject: EvidenceSubject; readonly level: EvidenceLevel },
): Promise<void> {
  const { sha256 } = subject.digest;
  setOutputs({
    level,
    evidence: handed.map(({ folder }) => folder).join('\n'),
    artifact: handed.map(({ artifact }) => artifact).join('\n'),
    subject: `sha256:${sha256}`,
  });
  for (const { artifact, statements, byGithub } of handed) {
    const where = byGithub ? `the artifact ${artifact} and the repository's attestations` : `the artifact ${artifact}`;
    const line = `Evidence (${level}) for ${subject.name}, sha256:${sha256}: ${statements} signed statements in ${where}.`;
    log.line(line);
    await writeLine(place, line);
  }
}

async function storeAll(signed: readonly Named[], { client }: Place): Promise<boolean> {
  if (client === undefined) return false;
  for (const { evidence } of signed) {
    const result = await storeAttestation(client, evidence.text);
    if (result.stored) continue;
    log.notice(`The evidence is an artifact of this run only: ${result.notice}`);
    return false;
  }
  return true;
}
