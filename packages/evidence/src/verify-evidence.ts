import type { EvidenceDecision, EvidenceProblem, Refusal } from './decision.ts';
import { decideGate, type Finding, problemsOf } from './decision-gate.ts';
import { plain } from './decision-words.ts';
import type { Expectations } from './expectations.ts';
import { type EvidenceFile, mostDocuments, readEvidence } from './verify-reading.ts';
import { findingOfBundle, findingOfVerdict } from './verify-statement.ts';

export type { EvidenceFile } from './verify-reading.ts';

/**
 * Whether these files are evidence enough: for each gate a verdict about this model under this policy, signed by the
 * workflow that is trusted, from a run that counts, young enough, and none that fails. Total: hostile evidence ends as
 * a problem with its own words, and nothing that cannot be read counts.
 *
 * Signatures, certificate chains, certificate logs, transparency logs and timestamps are verified by Sigstore's own
 * library against the given trust root alone; nothing is fetched.
 *
 * @throws UserError key-unusable or evidence-untrusted for trust material that cannot be used; RangeError for a `now` that is none
 */
export async function verifyEvidence(
  files: readonly EvidenceFile[],
  expected: Expectations,
): Promise<EvidenceDecision> {
  const checkedAt = expected.now.toISOString();
  const { bundleVerifier, envelopeOf } = await import('./verify-bundle.ts');
  const vouch = bundleVerifier(expected.trust);
  const { documents, problems, unread } = readEvidence(files);
  const findings = documents.map((document): Finding => {
    if (document.kind === 'verdict') return findingOfVerdict(document, expected);
    const { name, json } = document;
    try {
      return findingOfBundle(name, envelopeOf(json), vouch, expected);
    } catch (cause) {
      return { kind: 'refused', name, refusal: noBundle(cause) };
    }
  });
  const all = [...onlyOnce(findings), ...(unread === undefined ? [] : [tooMany(unread)])];

  const gates = [...new Set(expected.gates)].map((gate) => decideGate(gate, all, expected));
  return {
    accepted: gates.length > 0 && gates.every(({ accepted }) => accepted),
    checkedAt,
    gates,
    refused: [...problems, ...problemsOf(all), ...(gates.length > 0 ? [] : [noGates])],
    passedOver: all.filter(({ kind }) => kind === 'passed-over').length,
  };
}

/** The same bundle may lie in several files: what was signed at one time is one piece. */
function onlyOnce(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return findings.filter((one) => {
    if (one.kind !== 'piece') return true;
    const { payloadSha256, verdict, signedAt } = one.piece;
    const key = `${payloadSha256 ?? JSON.stringify(verdict)} ${signedAt.getTime()}`;
    return !seen.has(key) && seen.add(key);
  });
}

function noBundle(cause: unknown): Refusal {
  const why = cause instanceof Error ? cause.message : String(cause);
  const fields = cause instanceof Error && 'fields' in cause && Array.isArray(cause.fields) ? cause.fields : [];
  return {
    reason: 'evidence-unreadable',
    message: `the file is no Sigstore bundle that can be verified: ${plain([why, ...fields.map(String)].join(' '))}`,
    how: 'Give the bundles that `gh attestation download` or `cosign` wrote.',
  };
}

function tooMany(name: string): Finding {
  const refusal: Refusal = {
    reason: 'evidence-unreadable',
    message: `there are more than ${mostDocuments} pieces of evidence; from here on they were not read, and one of them may say fail`,
    how: 'Give the evidence of this model only.',
  };
  return { kind: 'refused', name, refusal, blocks: true };
}

const noGates: EvidenceProblem = {
  reason: 'evidence-missing',
  message: 'no gate was asked for, and evidence of nothing is none',
  how: 'Name the gates that must have passed.',
};
