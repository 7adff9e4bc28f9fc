import type { CertificateClaims } from './certificate-claims.ts';
import type { EvidenceIdentity } from './decision.ts';

/**
 * An identity by certificate. What does not have the form of GitHub's claims is left whole or out, and fits nothing.
 * For a job both the subject and the build signer are its workflow; where they differ, the subject stays whole.
 */
export function certificateIdentity(claims: CertificateClaims, serverUrl: string): EvidenceIdentity {
  const { runId, attempt } = runOf(claims, serverUrl);
  const { subject, signer } = claims;
  return {
    vouchedBy: 'certificate',
    repository: withoutServer(claims.repository, serverUrl),
    repositoryId: wholeNumber(claims.repositoryId),
    ref: claims.ref,
    event: claims.event,
    commit: claims.commit,
    workflow: withoutServer(claims.workflow, serverUrl),
    signer: signer === subject ? withoutServer(signer, serverUrl) : subject,
    signerCommit: claims.signerCommit,
    runId,
    attempt,
    runnerEnvironment: claims.runnerEnvironment,
  };
}

/** `https://github.com/octo/flights` is `octo/flights`; of another server it stays whole, of none it is nothing. */
function withoutServer(uri: string | undefined, serverUrl: string): string | undefined {
  const server = `${serverUrl.replace(/\/+$/, '')}/`;
  if (uri?.toLowerCase().startsWith(server.toLowerCase())) return uri.slice(server.length);
  return uri?.includes('://') ? uri : undefined;
}

function runOf({ run, repository }: CertificateClaims, serverUrl: string): { runId?: number; attempt?: number } {
  const path = withoutServer(run, serverUrl);
  const [, runId, attempt] = /\/actions\/runs\/(\d{1,15})\/attempts\/(\d{1,6})$/.exec(path ?? '') ?? [];
  const own = run?.startsWith(`${repository}/actions/runs/`);
  return own === true && runId !== undefined ? { runId: Number(runId), attempt: Number(attempt) } : {};
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,15}$/.test(text) ? Number(text) : undefined;
}
