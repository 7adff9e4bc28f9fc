import type { Attester } from '@modelgate/core';
import {
  type EvidenceDecision,
  type Expectations,
  keylessSigner,
  type Signer,
  type SigstoreInstance,
  signStatement,
  verifyEvidence,
} from '@modelgate/evidence';
import {
  defaultToken,
  type JobOptions,
  makeRepository,
  type StandIn,
  startStandIn,
  tokens,
} from '../../github-stand-in/index.ts';
import { type Cosign, startCosign } from './cosign.ts';
import { attester, expectationsOf, gates, repository, statementOf } from './evidence-samples.ts';
import { type Sigstore, startSigstore } from './sigstore.ts';

export interface Signing {
  readonly job?: JobOptions;
  /** What the verdict says instead of the truth. */
  readonly lie?: Partial<Attester>;
  readonly instance?: SigstoreInstance;
}

/** A GitHub whose jobs get identities, a Sigstore that believes it, and cosign. */
export interface KeylessWorld {
  readonly standIn: StandIn;
  readonly cosign: Cosign;
  readonly sigstore: Sigstore;
  /** The tip of main; pull request 7 is there too. */
  readonly main: string;
  /** Another Sigstore, which anybody may run: it believes the same tokens. */
  stranger(): Promise<Sigstore>;
  /** The id token that a job asks for, `later` milliseconds from now by GitHub's clock. */
  idToken(job: JobOptions, audience?: string, later?: number): Promise<string>;
  signerOf(token: string, instance?: SigstoreInstance): Signer;
  /** A job signs its verdict: text of the bundle. */
  evidence(signing?: Signing): Promise<string>;
  decide(text: string, more?: Partial<Expectations>, root?: string): Promise<EvidenceDecision>;
  stop(): Promise<void>;
}

/** A job of gates.yml, called by a push to main, unless said otherwise. */
export const jobOf = (more: Partial<JobOptions> = {}): JobOptions => ({
  event: 'push',
  oidc: true,
  jobWorkflow: gates,
  ...more,
});

export async function startKeylessWorld(): Promise<KeylessWorld> {
  const made = await makeRepository([
    { name: 'main', branch: 'main', files: { 'modelgate.yml': 'version: 1\n' } },
    { name: 'head', parents: ['main'], branch: 'better', files: { 'modelgate.yml': 'version: 1\nname: x\n' } },
  ]);
  const { main = '', head = '' } = made.sha;
  let offset = 0;
  const standIn = await startStandIn({
    repository: { ...repository, git: made.folder },
    pulls: [{ number: 7, head: { ref: 'better', sha: head }, base: { ref: 'main', sha: main } }],
    tokens: { [defaultToken]: tokens.attest },
    now: () => new Date(Date.now() + offset),
  });
  const cosign = startCosign();
  const running: Sigstore[] = [];
  const start = async () => {
    const sigstore = await startSigstore(standIn.resultsUrl, cosign);
    running.push(sigstore);
    return sigstore;
  };
  const stop = async () => {
    for (const sigstore of running) await sigstore.stop();
    cosign.remove();
    await standIn.close();
    await made.remove();
  };
  const sigstore = await start().catch(async (error: unknown) => {
    await stop();
    throw error;
  });

  const idToken: KeylessWorld['idToken'] = async (job, audience = 'sigstore', later = 0) => {
    const { env } = standIn.job(job);
    offset = later;
    try {
      return await askFor(env, audience);
    } finally {
      offset = 0;
    }
  };
  const signerOf: KeylessWorld['signerOf'] = (token, instance = { fulcioUrl: sigstore.url, tsaUrl: sigstore.url }) =>
    keylessSigner({ instance, identityToken: async () => token });
  return {
    ...{ standIn, cosign, sigstore, main, idToken, signerOf, stop },
    stranger: start,
    async evidence({ job = jobOf(), lie = {}, instance } = {}) {
      const token = await idToken(job);
      return (await signStatement(statementOf({ ...tells(token), ...lie }), signerOf(token, instance))).text;
    },
    decide(text, more = {}, root = sigstore.root) {
      const trust = { kind: 'root', json: root, issuer: standIn.resultsUrl } as const;
      const file = { name: 'quality.json', bytes: new TextEncoder().encode(text) };
      return verifyEvidence([file], expectationsOf(trust, more));
    },
  };
}

/** As @actions/core does it. */
async function askFor(env: Readonly<Record<string, string>>, audience: string): Promise<string> {
  const url = `${env['ACTIONS_ID_TOKEN_REQUEST_URL']}&audience=${audience}`;
  const headers = { authorization: `Bearer ${env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}` };
  return ((await (await fetch(url, { headers })).json()) as { readonly value: string }).value;
}

/** What a runner tells a job of itself, by the claims of its id token. */
export function tells(token: string): Attester {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  return {
    ...attester,
    repository: claims.repository,
    repositoryId: Number(claims.repository_id),
    ref: claims.ref,
    refProtected: claims.ref_protected === 'true',
    event: claims.event_name,
    commit: claims.sha,
    workflow: claims.workflow_ref,
    signer: claims.job_workflow_ref,
    signerCommit: claims.job_workflow_sha,
    runId: Number(claims.run_id),
    attempt: Number(claims.run_attempt),
    runnerEnvironment: claims.runner_environment,
    at: new Date().toISOString(),
  };
}
