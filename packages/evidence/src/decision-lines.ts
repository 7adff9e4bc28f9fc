import type { EvidenceDecision } from './decision.ts';

/** A decision in plain text, for a terminal: the answer in the first line. */
export function evidenceLines(decision: EvidenceDecision): readonly string[] {
  return [decision.accepted ? 'accepted' : 'refused'];
}
