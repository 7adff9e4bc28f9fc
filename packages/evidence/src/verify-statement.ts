import { createHash } from 'node:crypto';
import { type Attester, statementType, verdictSchema, verdictStatementSchema } from '@modelgate/core';
import * as z from 'zod';
import { certificateIdentity } from './certificate-identity.ts';
import type { EvidenceIdentity, Refusal } from './decision.ts';
import type { Finding } from './decision-gate.ts';
import { plain } from './decision-words.ts';
import { contradictions, mismatches, type Piece, untrusted } from './expectation-mismatch.ts';
import type { Expectations } from './expectations.ts';
import type { Envelope, Vouched } from './verify-bundle.ts';
import { type EvidenceDocument, isDeep, update, verdictSchemas } from './verify-reading.ts';

export const githubServer = 'https://github.com';
const takeAnother = 'Hand in the evidence that the gates signed, as it was downloaded.';

/** What `cosign attest --predicate` still writes; its fields are those of v1. */
const earlierType = 'https://in-toto.io/Statement/v0.1';

/** Enough of a statement to tell whose it is; loose, for most are not ours. */
const headSchema = z.looseObject({
  _type: z.string(),
  predicateType: z.string(),
  subject: z.array(z.looseObject({ digest: z.record(z.string(), z.string()) })),
});

const gateHint = z.looseObject({ predicate: z.looseObject({ gate: z.looseObject({ id: z.string().max(100) }) }) });

/** What a signed document comes to: verified, read, and held against what is expected. */
export function findingOfBundle(
  name: string,
  envelope: Envelope,
  vouch: (envelope: Envelope) => Vouched,
  expected: Expectations,
): Finding {
  const json = statementOf(envelope);
  if ('reason' in json) return { kind: 'refused', name, refusal: json };
  const head = headSchema.safeParse(json.json);
  if (!head.success) return { kind: 'refused', name, refusal: unreadable('what is signed is no in-toto statement') };
  const { predicateType, subject } = head.data;
  const [, version] = verdictSchemas.exec(predicateType) ?? [];
  if (version === undefined) return { kind: 'passed-over' };

  const hint = gateHint.safeParse(json.json);
  const gate = hint.success ? hint.data.predicate.gate.id : undefined;
  const refused = (refusal: Refusal, blocks = false): Finding => ({ kind: 'refused', name, refusal, gate, blocks });
  const vouched = vouch(envelope);
  if (vouched.by === 'nobody') return refused(vouched.refusal);
  const certified =
    vouched.by === 'certificate' ? certificateIdentity(vouched.claims, expected.serverUrl ?? githubServer) : undefined;
  const issuer = vouched.by === 'certificate' ? vouched.claims.issuer : undefined;
  const stranger = certified === undefined ? undefined : untrusted(certified, issuer, expected);
  if (stranger !== undefined) return refused(stranger);

  const { _type } = head.data;
  const parsed = verdictStatementSchema.safeParse({
    ...head.data,
    _type: _type === earlierType ? statementType : _type,
  });
  if (!parsed.success) {
    const aboutUs = subject.some(({ digest }) => digest['sha256'] === expected.subject.sha256);
    return refused(unread(version, parsed.error), aboutUs);
  }
  const statement = parsed.data;
  const { attester } = statement.predicate;
  const identity = certified ?? keyIdentity(attester);
  const unknown = untrusted(identity, issuer, expected);
  if (unknown !== undefined) return refused(unknown);
  const piece: Piece = {
    name,
    verdict: statement.predicate,
    statement,
    payloadSha256: createHash('sha256').update(envelope.payload).digest('hex'),
    identity,
    signedAt: vouched.by === 'certificate' ? vouched.signedAt : new Date(attester.at),
    level: attester.level,
  };
  return {
    kind: 'piece',
    piece,
    against: [...contradictions(statement, certified), ...mismatches(piece, expected)],
  };
}

/** A verdict that nobody signed: refused, or, where the policy takes it at its word, held against the same. */
export function findingOfVerdict({ name, json }: EvidenceDocument, expected: Expectations): Finding {
  const parsed = verdictSchema.safeParse(json);
  if (!parsed.success) return { kind: 'refused', name, refusal: unread('1', parsed.error) };
  const { attester: _, ...verdict } = parsed.data;
  const gate = verdict.gate.id;
  if (expected.unsigned === 'refuse') {
    return {
      kind: 'refused',
      name,
      gate,
      refusal: {
        reason: 'evidence-unsigned',
        message: `the verdict of ${plain(gate)} carries no signature`,
        how: 'Sign it with gates.yml. `evidence: unsigned: accept` in the policy of the base takes verdicts at their word; anybody who can start a run can make one.',
      },
    };
  }
  const { repository, event, headSha, workflowPath, runId, attempt } = verdict.run;
  const identity: EvidenceIdentity = {
    vouchedBy: 'nobody',
    repository,
    event,
    commit: headSha,
    workflow: workflowPath,
    runId,
    attempt,
  };
  const stranger = untrusted(identity, undefined, expected);
  if (stranger !== undefined) return { kind: 'refused', name, gate, refusal: stranger };
  const piece: Piece = { name, verdict, identity, signedAt: new Date(verdict.at), level: 'unsigned' };
  return { kind: 'piece', piece, against: mismatches(piece, expected) };
}

function statementOf({ payload, payloadType }: Envelope): { readonly json: unknown } | Refusal {
  if (payloadType !== 'application/vnd.in-toto+json') {
    return unreadable(
      `what is signed is of the type ${plain(payloadType) || 'none'}, not application/vnd.in-toto+json`,
    );
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(payload);
  } catch {
    return unreadable('what is signed is no UTF-8 text');
  }
  if (isDeep(text)) return unreadable('what is signed is nested too deep');
  try {
    return { json: JSON.parse(text) };
  } catch {
    return unreadable('what is signed is no JSON');
  }
}

/** Words that a later version added to the same schema are told apart from damage. */
function unread(version: string, error: z.ZodError | undefined): Refusal {
  if (version !== '1') {
    return {
      reason: 'evidence-newer',
      message: `the evidence is of the schema verdict/v${version}; this version reads v1`,
      how: update,
    };
  }
  const [first] = error?.issues ?? [];
  const where = first === undefined ? '_type' : plain(first.path.join('.'));
  const unknownWords = error?.issues.every(({ code }) => code === 'invalid_value' || code === 'invalid_union') ?? false;
  if (unknownWords) {
    return {
      reason: 'evidence-newer',
      message: `the evidence uses a word at ${where} that this version does not know`,
      how: update,
    };
  }
  return unreadable(`what is signed is no verdict: ${where} is not as it should be`);
}

function keyIdentity(attester: Attester): EvidenceIdentity {
  const { repository, repositoryId, ref, event, commit, workflow, signer, signerCommit, runId, attempt } = attester;
  const { runnerEnvironment } = attester;
  return {
    vouchedBy: 'key',
    ...{
      repository,
      repositoryId,
      ref,
      event,
      commit,
      workflow,
      signer,
      signerCommit,
      runId,
      attempt,
      runnerEnvironment,
    },
  };
}

function unreadable(message: string): Refusal {
  return { reason: 'evidence-unreadable', message, how: takeAnother };
}
