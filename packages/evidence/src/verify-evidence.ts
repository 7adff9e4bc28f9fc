import type { EvidenceDecision } from './decision.ts';
import type { Expectations } from './expectations.ts';

/** A bundle as JSON, several as JSON lines (as `gh attestation download` writes them), or an unsigned verdict.json. */
export interface EvidenceFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Whether these files are evidence enough. Total: hostile evidence ends as a problem with its own words, and nothing
 * unreadable counts.
 *
 * @throws UserError for trust material that cannot be used, and for nothing else
 */
export async function verifyEvidence(
  _files: readonly EvidenceFile[],
  expected: Expectations,
): Promise<EvidenceDecision> {
  return { accepted: false, checkedAt: expected.now.toISOString(), gates: [], refused: [], passedOver: 0 };
}
