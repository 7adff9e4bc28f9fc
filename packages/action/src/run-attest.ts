import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { getIDToken } from '@actions/core';
import { type EvidenceLevel, type EvidenceSubject, UserError, type Verdict } from '@modelgate/core';
import type { SignedEvidence, SignedVerdict, Signer } from '@modelgate/evidence';
import { artifactName, storeAttestation } from '@modelgate/github';
import { headline } from '@modelgate/reports';
import * as z from 'zod';
import { readInputs } from './action-inputs.ts';
import { advisoryBecause, attesterOf, claimsOf } from './attester.ts';
import { retentionDays } from './champion-record.ts';
import { reportFailure } from './failure.ts';
import { log } from './log.ts';
import { parseMeasured, readMeasured } from './measured-verdicts.ts';
import { type Place, placeOf } from './place.ts';
import { setOutputs, writeLine } from './publish.ts';
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
  'rekor-url': z.string().default('').describe('A transparency log (Rekor v1) of your own; used only with `fulcio-url`.'),
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
  signed.push({ name: 'summary.vsa.sigstore.json', evidence: await signStatement(summary, signer) });
  await hand(signed, {
    place,
    policy: verdicts[0]?.policy.name ?? '',
    subject,
    level,
    keyless: signer.kind === 'keyless',
  });
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

async function signerOf(inputs: Inputs, { env, now, run }: Place, visibility: string | undefined): Promise<Signer> {
  const evidence = await import('@modelgate/evidence');
  const { sign } = inputs;
  if (sign === 'key')
    return await evidence.keySigner({ pem: inputs.key, password: inputs['key-password'] || undefined });
  if (/^[a-z0-9]+:\/\//.test(sign)) return await evidence.kmsSigner(sign, { env, fetch, now });
  if (sign !== 'github' && sign !== 'sigstore')
    throw new UserError('policy-invalid', `input sign: "${sign.slice(0, 40)}" is not allowed`, {
      how: 'write github, sigstore, key, or the address of a key such as awskms:///alias/modelgate',
    });
  const { 'fulcio-url': fulcioUrl, 'rekor-url': rekorUrl, 'timestamp-url': tsaUrl } = inputs;
  const own = { fulcioUrl, ...(rekorUrl === '' ? {} : { rekorUrl }), ...(tsaUrl === '' ? {} : { tsaUrl }) };
  // as actions/attest: GitHub signs for public repositories with the public Sigstore
  const known =
    sign === 'sigstore' || visibility === 'public' ? evidence.publicSigstore : evidence.githubSigstoreOf(run.serverUrl);
  return evidence.keylessSigner({ instance: fulcioUrl === '' ? known : own, identityToken });
}

async function identityToken(audience: string): Promise<string> {
  try {
    return await getIDToken(audience);
  } catch (error) {
    throw new UserError('signing-unavailable', "this job's identity token could not be had", {
      how: 'give the attesting job `permissions: { id-token: write }`; pull requests of forks cannot have it',
      cause: error,
    });
  }
}

/** With a key no token is needed; without one nobody learns which reusable workflow signed. */
async function ownToken(): Promise<string | undefined> {
  return await getIDToken('modelgate').catch(() => undefined);
}

function policyUri([first]: readonly Verdict[], { run }: Place): string {
  const at = first?.policy.commit ?? first?.run.headSha ?? 'HEAD';
  return `${run.serverUrl}/${run.repository.fullName}/blob/${at}/${first?.policy.file ?? ''}`;
}

interface Named {
  readonly name: string;
  readonly evidence: SignedEvidence;
}

interface Handing {
  readonly place: Place;
  readonly policy: string;
  readonly subject: EvidenceSubject;
  readonly level: EvidenceLevel;
  readonly keyless: boolean;
}

/** Evidence is kept with the run, and, where GitHub keeps attestations, there as well. */
async function hand(signed: readonly Named[], { place, policy, subject, level, keyless }: Handing): Promise<void> {
  const folder = path.join(place.temporary, 'evidence', policy);
  await mkdir(folder, { recursive: true });
  for (const { name, evidence } of signed) await writeFile(path.join(folder, name), evidence.text);
  const artifact = artifactName(['modelgate-evidence', policy, `attempt-${place.run.attempt}`]);
  await place.artifacts.upload({ name: artifact, folder, files: signed.map(({ name }) => name), retentionDays });
  const stored = keyless ? await storeAll(signed, place) : 0;
  setOutputs({ level, evidence: folder, artifact, subject: `sha256:${subject.digest.sha256}` });
  const where =
    stored === 0 ? `the artifact ${artifact}` : `the artifact ${artifact} and the repository's attestations`;
  const line = `Evidence (${level}) for ${subject.name}, sha256:${subject.digest.sha256}: ${signed.length} signed statements in ${where}.`;
  log.line(line);
  await writeLine(place, line);
}

async function storeAll(signed: readonly Named[], { client }: Place): Promise<number> {
  if (client === undefined) return 0;
  for (const [index, { evidence }] of signed.entries()) {
    const result = await storeAttestation(client, evidence.text);
    if (result.stored) continue;
    log.notice(`The evidence is an artifact of this run only: ${result.notice}`);
    return index;
  }
  return signed.length;
}
