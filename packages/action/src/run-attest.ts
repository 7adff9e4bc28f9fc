import { type Attester, type EvidenceLevel, type EvidenceSubject, UserError, type Verdict } from '@modelgate/core';
import type { SignedVerdict, Signer } from '@modelgate/evidence';
import { artifactName } from '@modelgate/github';
import { headline } from '@modelgate/reports';
import * as z from 'zod';
import { readInputs } from './action-inputs.ts';
import { advisoryBecause, attesterOf, claimsOf } from './attester.ts';
import { type Handed, hand, type Named, tell } from './evidence-handing.ts';
import { ownToken, signerOf } from './evidence-signer.ts';
import { reportFailure } from './failure.ts';
import { log } from './log.ts';
import { parseMeasured, readMeasured } from './measured-verdicts.ts';
import { type Place, placeOf } from './place.ts';
import { setOutputs } from './publish.ts';
import { version } from './version.ts';
import { notWitnessed, readWitness } from './witness.ts';

/** Inputs of the attesting action. */
export const attestInputs = z.object({
  verdicts: z
    .string()
    .describe('What the gates put out as `verdicts`, by way of the outputs of the measuring job; a line a step.'),
  sign: z
    .string()
    .default('github')
    .describe(
      "Who vouches for the signature: `github` (GitHub's attestations), `sigstore` (the public Sigstore, whose log names this repository to everybody), `key`, or the address of a key in a KMS (`awskms://…`, `gcpkms://…`, `hashivault://…`).",
    ),
  key: z
    .string()
    .default('')
    .describe('With `sign: key`: the private key (PEM), as cosign writes it. Keep it in a protected environment.'),
  'key-password': z.string().default('').describe('Password of that key.'),
  scored: z
    .string()
    .default('')
    .describe('sha-256 of the list of digests that the scoring job stored before it ran; set by gates.yml.'),
  'fulcio-url': z.string().default('').describe('A Fulcio of your own, instead of the one that `sign` names.'),
  'rekor-url': z
    .string()
    .default('')
    .describe('A transparency log (Rekor v1) of your own; used only with `fulcio-url`.'),
  'timestamp-url': z.string().default('').describe('A timestamp authority of your own; used only with `fulcio-url`.'),
  'github-token': z.string().default('').describe('Token for storing attestations, with `attestations: write`.'),
});
type Inputs = z.infer<typeof attestInputs>;

/**
 * The attesting job's one step: takes the verdicts that the measuring job named by digest, and signs each of them as
 * evidence about the model, together with a summary for policy engines. It reads no table and decides nothing.
 */
export async function runAttest(): Promise<void> {
  try {
    const inputs = readInputs(attestInputs);
    const place = await placeOf(process.env, { token: inputs['github-token'], matrix: '', log: log.line });
    await attest(inputs, place);
  } catch (failure) {
    reportFailure(failure);
    setOutputs({ level: 'none' });
    process.exitCode = 1;
  }
}

async function attest(inputs: Inputs, place: Place): Promise<void> {
  const measured = parseMeasured(inputs.verdicts);
  const advisory = advisoryBecause(place);
  if (advisory !== undefined) {
    log.notice(`Nothing was signed: ${advisory}. The verdicts of this run inform people; no later stage accepts them.`);
    setOutputs({ level: 'advisory' });
    return;
  }
  const verdicts = await readMeasured(measured, place);
  const subject = subjectOf(verdicts);
  const level = await levelOf(verdicts, inputs.scored, place);
  const claims = claimsOf(await ownToken());
  const signer = await signerOf(inputs, place, claims.repository_visibility);
  const attester = attesterOf(place, level, claims);
  const handed: Handed[] = [];
  for (const [policy, group] of Map.groupBy(verdicts, (verdict) => verdict.policy.name)) {
    const signed = await statementsOf(group, { subject, attester, signer, place });
    handed.push(await hand(signed, { place, policy, leg: group[0]?.run.leg, keyless: signer.kind === 'keyless' }));
  }
  await tell(handed, { place, subject, level });
}

interface Signing {
  readonly subject: EvidenceSubject;
  readonly attester: Attester;
  readonly signer: Signer;
  readonly place: Place;
}

/** A statement for each gate of one policy, and their summary. */
async function statementsOf(
  verdicts: readonly Verdict[],
  { subject, attester, signer, place }: Signing,
): Promise<readonly Named[]> {
  const { signStatement, summaryStatement, verdictStatement } = await import('@modelgate/evidence');
  const signed: Named[] = [];
  const summed: SignedVerdict[] = [];
  for (const verdict of verdicts) {
    const statement = verdictStatement(verdict, subject, attester);
    const evidence = await signStatement(statement, signer);
    const name = artifactName([verdict.gate.id, verdict.run.leg ?? ''].filter((part) => part !== ''));
    signed.push({ name: `${name}.sigstore.json`, evidence });
    summed.push({ statement, sha256: evidence.payloadSha256, uri: place.run.url });
    log.line(`Signed: ${headline(verdict)}`);
  }
  const summary = summaryStatement({
    verdicts: summed,
    subject,
    verifierId: `${place.run.serverUrl}/${attester.signer ?? attester.workflow}`,
    toolVersion: version,
    policyUri: policyUri(verdicts, place),
    resourceUri: subject.name,
    at: place.now(),
  });
  return [...signed, { name: 'summary.vsa.sigstore.json', evidence: await signStatement(summary, signer) }];
}

/** One model; gates about several cannot stand in one summary. */
function subjectOf(verdicts: readonly Verdict[]): EvidenceSubject {
  const [first, ...more] = verdicts.map(({ subject, gate, problem }) => {
    if (subject?.sha256 !== undefined) return { name: subject.name, digest: { sha256: subject.sha256 } };
    if (problem !== undefined && subject === undefined)
      throw new UserError(
        problem.reason,
        `${gate.id} could not be judged, so there is nothing to sign: ${problem.message}`,
        {
          ...(problem.how === undefined ? {} : { how: problem.how }),
        },
      );
    throw new UserError(
      'evidence-subject',
      subject === undefined
        ? `the policy of ${gate.id} names no model, and evidence is about a model`
        : `the measuring job had no model ${subject.name}, so its verdict of ${gate.id} is about none`,
      { how: 'write `subject: { model: <path> }` into the policy, and bring that file into the measuring job' },
    );
  });
  if (first === undefined) throw new UserError('evidence-missing', 'there is no verdict to sign');
  const other = more.find(({ digest }) => digest.sha256 !== first.digest.sha256);
  if (other === undefined) return first;
  throw new UserError('evidence-contradicts', `the verdicts are about two models, ${first.name} and ${other.name}`, {
    how: 'sign the verdicts of each model in a job of its own',
  });
}

async function levelOf(verdicts: readonly Verdict[], scored: string, { artifacts }: Place): Promise<EvidenceLevel> {
  if (scored === '') return 'attested';
  const witness = await readWitness(artifacts, scored);
  for (const verdict of verdicts) {
    const lacking = notWitnessed(verdict, witness);
    if (lacking === undefined) continue;
    log.notice(`${verdict.gate.id} is attested, not witnessed: the scoring job did not have ${lacking}.`);
    return 'attested';
  }
  return 'witnessed';
}

function policyUri([first]: readonly Verdict[], { run }: Place): string {
  const at = first?.policy.commit ?? first?.run.headSha ?? 'HEAD';
  return `${run.serverUrl}/${run.repository.fullName}/blob/${at}/${first?.policy.file ?? ''}`;
}
