import {
  type Attester,
  type EvidenceLevel,
  evidenceLevels,
  type Verdict,
  type VerdictStatement,
} from '@modelgate/core';
import type { EvidenceIdentity, Refusal } from './decision.ts';
import { digits, listed, minute, plain, span } from './decision-words.ts';
import { sameRepository, sameWorkflow } from './expectation-workflow.ts';
import type { Expectations } from './expectations.ts';

/** A verdict that somebody vouches for, or, unsigned, that nobody does. */
export interface Piece {
  readonly name: string;
  readonly verdict: Verdict;
  readonly statement?: VerdictStatement;
  readonly payloadSha256?: string;
  readonly identity: EvidenceIdentity;
  readonly signedAt: Date;
  readonly level: EvidenceLevel | 'unsigned';
}

const hour = 3_600_000;
/** Clocks of runners and of signing services differ by seconds; more is a clock that is wrong. */
const mostAhead = 300_000;

const anotherRef =
  'Evidence counts from the refs of `evidence: refs` in the policy of the base, by default the default branch.';

/**
 * What of the asked does not hold, apart from who signed: each with its own reason and both values. Empty when all
 * of it holds. The status of the verdict is not looked at.
 */
export function mismatches(piece: Piece, expected: Expectations): readonly Refusal[] {
  const checks = [refOf, eventOf, commitOf, policyOf, subjectOf, levelOf, timeOf];
  return checks.flatMap((check) => check(piece, expected) ?? []);
}

function refOf({ identity: { ref, vouchedBy } }: Piece, { refs }: Expectations): Refusal | undefined {
  if (vouchedBy === 'nobody' || (ref !== undefined && refs.includes(ref))) return undefined;
  return {
    reason: 'evidence-ref',
    message: `the evidence comes from ${named(ref, 'no ref')}; what counts is ${alternatives(refs)}`,
    how: anotherRef,
  };
}

function eventOf({ identity: { event } }: Piece, { events }: Expectations): Refusal | undefined {
  if (event !== undefined && events.includes(event)) return undefined;
  return {
    reason: 'evidence-event',
    message: `the evidence comes from the event ${named(event, 'unknown')}; what counts is ${alternatives(events)}`,
    how: 'Run the gates on a push to the default branch, by schedule or by hand: a pull request runs code that nobody has agreed on yet.',
  };
}

function commitOf({ identity: { commit } }: Piece, expected: Expectations): Refusal | undefined {
  if (expected.commit === undefined || commit === expected.commit) return undefined;
  return {
    reason: 'evidence-commit',
    message: `the evidence is about commit ${named(commit, 'unknown')}, not ${expected.commit}`,
    how: 'Run the gates at the commit that is released.',
  };
}

function policyOf({ verdict: { policy } }: Piece, expected: Expectations): Refusal | undefined {
  if (policy.name !== expected.policy.name) {
    return {
      reason: 'evidence-policy',
      message: `the evidence was made under the policy ${plain(policy.name)}, not ${plain(expected.policy.name)}`,
      how: 'Ask for the evidence of this policy; a repository may have several.',
    };
  }
  if (policy.sha256 === expected.policy.sha256) return undefined;
  return {
    reason: 'evidence-policy',
    message: `the evidence was made under another version of the policy ${plain(policy.name)}: ${digits(policy.sha256)}, not ${digits(expected.policy.sha256)}`,
    how: 'Run the gates again: the policy has changed since, or this one is not the one of the base.',
  };
}

function subjectOf({ verdict, statement }: Piece, { subject }: Expectations): Refusal | undefined {
  const all = statement?.subject.map(({ digest }) => digest.sha256) ?? [verdict.subject?.sha256];
  if (all.includes(subject.sha256)) return undefined;
  const [found] = all;
  return {
    reason: 'evidence-subject',
    message: `the evidence is about ${found === undefined ? 'no model' : `the model ${digits(found)}`}, not ${digits(subject.sha256)}`,
    how: 'Run the gates over this model, or release the one that they judged: the digest must be the same to the last byte.',
  };
}

function levelOf({ level }: Piece, expected: Expectations): Refusal | undefined {
  // Who takes unsigned evidence does not ask for a signature; to ask for a witness all the same is not met by none.
  const found = level === 'unsigned' ? evidenceLevels.indexOf('attested') : evidenceLevels.indexOf(level);
  if (found >= evidenceLevels.indexOf(expected.level)) return undefined;
  return {
    reason: 'evidence-level',
    message: `the evidence is ${level}; ${expected.level} is asked for`,
    how: 'Let gates.yml run the scoring too (its input `score`), or ask for less with `evidence: level` in the policy of the base.',
  };
}

function timeOf({ signedAt, level }: Piece, { now, maxAgeHours }: Expectations): Refusal | undefined {
  const age = now.getTime() - signedAt.getTime();
  const made = level === 'unsigned' ? 'made' : 'signed';
  if (age < -mostAhead) {
    return {
      reason: 'evidence-future',
      message: `the evidence was ${made} ${span(-age)} in the future, on ${minute(signedAt)}; here it is ${minute(now)}`,
      how: 'Set the clock of this machine right, or that of the machine that signed.',
    };
  }
  if (age <= maxAgeHours * hour) return undefined;
  return {
    reason: 'evidence-expired',
    message: `the evidence was ${made} on ${minute(signedAt)} and counted until ${minute(new Date(signedAt.getTime() + maxAgeHours * hour))}, ${span(maxAgeHours * hour)}`,
    how: 'Run the gates again, or allow more with `evidence: max-age` in the policy of the base.',
  };
}

/** Where a verdict and what vouches for it do not tell the same story. */
export function contradictions(
  { subject, predicate: { attester, run, subject: own } }: VerdictStatement,
  certified: EvidenceIdentity | undefined,
): readonly Refusal[] {
  const told: readonly (readonly [what: string, outside: unknown, inside: unknown])[] = [
    ...(certified === undefined ? [] : certifiedAgainst(certified, attester)),
    ['repository', lower(attester.repository), lower(run.repository)],
    ['commit', attester.commit, run.headSha],
    ['event', attester.event, run.event],
    ['run', attester.runId, run.runId],
    // Jobs of a run may be run again: a later attempt signs what an earlier one measured, never the other way round.
    [
      'attempt',
      attester.attempt,
      run.attempt !== undefined && run.attempt <= attester.attempt ? attester.attempt : run.attempt,
    ],
    ...subject.map(({ digest }) => ['model', digest.sha256, own?.sha256 ?? digest.sha256] as const),
  ];
  const differing = told.filter(([, outside, inside]) => outside !== inside);
  return differing.slice(0, 1).map(([what, outside, inside]) => ({
    reason: 'evidence-contradicts',
    message: `the evidence contradicts itself about the ${what}: ${plain(String(outside ?? 'nothing'))} by its signer, ${plain(String(inside ?? 'nothing'))} inside`,
    how: 'Do not use it. Run the gates again, and find out what put another verdict before the signing job.',
  }));
}

/** What a certificate does not say is not held against the evidence, except where it always does for a workflow. */
function certifiedAgainst(
  certified: EvidenceIdentity,
  attester: Attester,
): readonly (readonly [what: string, outside: unknown, inside: unknown])[] {
  return [
    ['repository id', certified.repositoryId, attester.repositoryId],
    ['repository', lower(certified.repository), lower(attester.repository)],
    ['ref', certified.ref, attester.ref],
    ['event', certified.event, attester.event],
    ['commit', certified.commit, attester.commit],
    ['workflow', certified.workflow, attester.workflow],
    ['signer', certified.signer, attester.signer ?? certified.signer],
    ['commit of the signer', certified.signerCommit, attester.signerCommit ?? certified.signerCommit],
    ['run', certified.runId, attester.runId],
    ['attempt', certified.attempt, attester.attempt],
    ['runner', certified.runnerEnvironment, attester.runnerEnvironment ?? certified.runnerEnvironment],
  ];
}

/** Who signed: issuer of the identity, workflow, commit of the workflow, repository. The first that is not as asked. */
export function untrusted(
  identity: EvidenceIdentity,
  issuer: string | undefined,
  expected: Expectations,
): Refusal | undefined {
  return (
    issuerOf(identity, issuer, expected) ??
    workflowOf(identity, expected) ??
    signerCommitOf(identity, expected) ??
    repositoryOf(identity, expected)
  );
}

function issuerOf(
  { vouchedBy }: EvidenceIdentity,
  issuer: string | undefined,
  { trust }: Expectations,
): Refusal | undefined {
  if (vouchedBy !== 'certificate' || trust.kind === 'key' || issuer === trust.issuer) return undefined;
  return {
    reason: 'evidence-issuer',
    message: `the identity of the signer was issued by ${named(issuer, 'nobody that the certificate names')}, not by ${trust.issuer}`,
    how: 'Evidence is signed by a job of GitHub Actions; GitHub Enterprise Server has an issuer of its own.',
  };
}

/** Who holds the key may sign where the runner does not say which workflow the job is of. */
function workflowOf({ vouchedBy, signer }: EvidenceIdentity, expected: Expectations): Refusal | undefined {
  const { workflow } = expected.signer;
  if (vouchedBy === 'nobody' || (vouchedBy === 'key' && signer === undefined)) return undefined;
  if (sameWorkflow(signer, workflow)) return undefined;
  return {
    reason: 'evidence-signer',
    message: `the evidence was signed by ${named(signer, 'no workflow')}, not by ${workflow} at a branch, tag or commit`,
    how: 'Only the signing job of that workflow makes evidence. Where another one is meant, name it in `evidence: workflow` in the policy of the base.',
  };
}

function signerCommitOf(
  { signerCommit, signer, vouchedBy }: EvidenceIdentity,
  expected: Expectations,
): Refusal | undefined {
  const { commits } = expected.signer;
  if (
    vouchedBy === 'nobody' ||
    commits === undefined ||
    (signerCommit !== undefined && commits.includes(signerCommit))
  ) {
    return undefined;
  }
  return {
    reason: 'evidence-signer-commit',
    message: `the evidence was signed by ${named(signer, 'a workflow')} at commit ${named(signerCommit, 'unknown')}; trusted is ${alternatives(commits)}`,
    how: 'Use the workflow at a commit of `evidence: commits`, or add this one in the policy of the base after reading what it does.',
  };
}

function repositoryOf(
  { repository, repositoryId, vouchedBy }: EvidenceIdentity,
  expected: Expectations,
): Refusal | undefined {
  const { fullName, id } = expected.repository;
  const same = vouchedBy === 'nobody' ? sameRepository(repository, fullName) : repositoryId === id;
  if (same) return undefined;
  const [found, wanted] = vouchedBy === 'nobody' ? ['', ''] : [` (id ${repositoryId ?? 'unknown'})`, ` (id ${id})`];
  return {
    reason: 'evidence-repository',
    message: `the evidence comes from ${named(repository, 'no repository')}${found}, not from ${fullName}${wanted}`,
    how: 'A fork, and a repository made anew under an old name, is another repository. Run the gates in this one.',
  };
}

function named(value: string | undefined, none: string): string {
  return value === undefined || value === '' ? none : plain(value);
}

function alternatives(values: readonly string[]): string {
  return values.length === 0 ? 'nothing' : listed(values.map(plain), 'or');
}

function lower(name: string | undefined): string | undefined {
  return name?.toLowerCase();
}
