import { isEvidenceForRelease, type Reason, reasons } from '@modelgate/core';
import type { EvidenceProblem, GateEvidence, Refusal } from './decision.ts';
import { digits, plain, span } from './decision-words.ts';
import type { Piece } from './expectation-mismatch.ts';
import type { Expectations } from './expectations.ts';

/** What came of one document. */
export type Finding =
  | { readonly kind: 'passed-over' }
  /** A verdict by somebody who may say so; it counts when nothing is against it. */
  | { readonly kind: 'piece'; readonly piece: Piece; readonly against: readonly Refusal[] }
  | {
      readonly kind: 'refused';
      readonly name: string;
      readonly refusal: Refusal;
      /** As it says itself, whoever it is. */
      readonly gate?: string | undefined;
      /** Signed by who may say so about this model, and not read: it may say fail. */
      readonly blocks?: boolean;
    };

/** A fail is about the model and the policy: neither its age nor another commit with the same model takes it away. */
const failAnyway: readonly Reason[] = ['evidence-expired', 'evidence-future', 'evidence-commit', 'evidence-level'];

/**
 * What all evidence about one gate comes to: any fail stops it, else the newest verdict decides, so that a later pass
 * mends an error and a later error does not leave an old pass standing. Legs of a matrix are judged apart: one of them
 * says nothing about another, and each has to pass.
 */
export function decideGate(gate: string, findings: readonly Finding[], expected: Expectations): GateEvidence {
  const fails = findings.flatMap((one) =>
    one.kind === 'piece' && isFail(one) && one.piece.verdict.gate.id === gate ? [one.piece] : [],
  );
  const counted = findings.flatMap((one) => {
    return one.kind === 'piece' && one.against.length === 0 && one.piece.verdict.gate.id === gate ? [one.piece] : [];
  });
  const unread = problemsOf(
    findings.filter((one) => one.kind === 'refused' && one.blocks && (one.gate === undefined || one.gate === gate)),
  );
  const ofEachLeg = [...Map.groupBy(counted, ({ verdict }) => verdict.run.leg).values()].flatMap(
    (pieces) => newest(pieces) ?? [],
  );
  const open = ofEachLeg.filter(({ verdict }) => !isEvidenceForRelease(verdict));
  const decisive = newest(fails) ?? newest(open) ?? newest(ofEachLeg);
  if (decisive === undefined) {
    return { gate, accepted: false, problems: unread.length > 0 ? unread : missing(gate, findings, expected) };
  }
  const stopping = fails.length > 0 ? fails : open;
  const problems = [...unread, ...stopping.map((piece) => stops(piece, expected))];
  return { gate, accepted: problems.length === 0, ...told(decisive), problems };
}

function isFail({ piece, against }: Extract<Finding, { kind: 'piece' }>): boolean {
  return piece.verdict.status === 'fail' && against.every(({ reason }) => failAnyway.includes(reason));
}

function newest(pieces: readonly Piece[]): Piece | undefined {
  return pieces.reduce<Piece | undefined>(
    (best, one) => (best === undefined || isNewer(one, best) ? one : best),
    undefined,
  );
}

/** Of two of the same second the one that stops. */
function isNewer(one: Piece, other: Piece): boolean {
  const apart = one.signedAt.getTime() - other.signedAt.getTime();
  return apart > 0 || (apart === 0 && !isEvidenceForRelease(one.verdict) && isEvidenceForRelease(other.verdict));
}

function told({ name, verdict, statement, payloadSha256, identity, signedAt, level }: Piece): Partial<GateEvidence> {
  return {
    verdict,
    identity,
    level,
    evidence: name,
    signedAt: signedAt.toISOString(),
    ...(statement === undefined ? {} : { statement }),
    ...(payloadSha256 === undefined ? {} : { payloadSha256 }),
  };
}

function stops({ name, verdict, signedAt, level }: Piece, { now }: Expectations): EvidenceProblem {
  const { gate, status, reason } = verdict;
  const age = now.getTime() - signedAt.getTime();
  const when = age < 0 ? `${span(-age)} from now` : `${span(age)} ago`;
  return {
    reason: 'evidence-failed',
    message: `the verdict is ${status}, ${level === 'unsigned' ? 'made' : 'signed'} ${when}: ${reasons[reason]}`,
    how:
      status === 'fail'
        ? 'A fail stays on record for this model under this policy, and measuring again does not take it away. Mend the model, or have the policy changed.'
        : 'Run the gate again once it can be decided; the newest verdict counts.',
    evidence: name,
    gate: gate.id,
  };
}

/** What there is for this gate, none of which counts; or that there is nothing. */
function missing(gate: string, findings: readonly Finding[], expected: Expectations): readonly EvidenceProblem[] {
  const own = problemsOf(findings).filter((one) => one.gate === gate);
  if (own.length > 0) return own;
  return [
    {
      reason: 'evidence-missing',
      message: `there is no evidence of the gate ${plain(gate)} about the model ${digits(expected.subject.sha256)}`,
      how: 'Run gates.yml over this model at the default branch, and hand in what it signed: `gh attestation download`.',
      gate,
    },
  ];
}

/** Everything that does not count, with why, in the order of the files. A fail counts, whatever else is against it. */
export function problemsOf(findings: readonly Finding[]): readonly EvidenceProblem[] {
  return findings.flatMap((one): readonly EvidenceProblem[] => {
    if (one.kind === 'passed-over') return [];
    if (one.kind === 'piece') {
      if (isFail(one)) return [];
      const gate = one.piece.verdict.gate.id;
      return one.against.map((refusal) => ({ ...refusal, evidence: one.piece.name, gate }));
    }
    return [{ ...one.refusal, evidence: one.name, ...(one.gate === undefined ? {} : { gate: one.gate }) }];
  });
}
