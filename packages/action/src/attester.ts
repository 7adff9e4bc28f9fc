import { type Attester, type EvidenceLevel, evidenceEvents, UserError } from '@modelgate/core';
import * as z from 'zod';
import type { Place } from './place.ts';

/** What only the runner says about a job of a reusable workflow: no variable has it, the job's own identity token does. */
const claimsSchema = z.object({
  job_workflow_ref: z.string().optional(),
  job_workflow_sha: z.string().optional(),
  repository_visibility: z.string().optional(),
});
export type JobClaims = z.infer<typeof claimsSchema>;

/** Why verdicts of this run inform people and are never signed; undefined where they may be. */
export function advisoryBecause({ env, event }: Place): string | undefined {
  if (!evidenceEvents.some((name) => name === event.name))
    return `the event is ${event.name}; evidence is made on ${evidenceEvents.join(', ')}`;
  const ref = env['GITHUB_REF'] ?? '';
  const ofDefaultBranch = event.defaultBranch !== undefined && ref === `refs/heads/${event.defaultBranch}`;
  if (ofDefaultBranch || env['GITHUB_REF_PROTECTED'] === 'true') return undefined;
  return `${ref === '' ? 'this ref' : ref} is neither the default branch nor protected`;
}

/**
 * Who signs, by the runner's account. Nothing of it comes from a gate or an input.
 *
 * @param claims of this job's OIDC token; none without `id-token: write`
 * @throws UserError event-unreadable when a variable is missing that every runner sets
 */
export function attesterOf(place: Place, level: EvidenceLevel, claims: JobClaims): Attester {
  const { env, run, event } = place;
  const needed = (name: string): string => {
    const value = env[name];
    if (value) return value;
    throw new UserError('event-unreadable', `${name} is not set`, {
      how: 'update the runner; it sets this variable',
    });
  };
  const { job_workflow_ref: signer, job_workflow_sha: signerCommit } = claims;
  const runnerEnvironment = env['RUNNER_ENVIRONMENT'];
  return {
    level,
    repository: run.repository.fullName,
    repositoryId: Number(needed('GITHUB_REPOSITORY_ID')),
    ref: needed('GITHUB_REF'),
    refProtected: env['GITHUB_REF_PROTECTED'] === 'true',
    event: event.name,
    commit: event.headSha,
    workflow: needed('GITHUB_WORKFLOW_REF'),
    ...(signer === undefined ? {} : { signer }),
    ...(signerCommit === undefined ? {} : { signerCommit }),
    runId: run.runId,
    attempt: run.attempt,
    ...(runnerEnvironment ? { runnerEnvironment } : {}),
    at: place.now().toISOString(),
  };
}

/** Read, not verified: the token comes from the runner's own service. */
export function claimsOf(identityToken: string | undefined): JobClaims {
  const payload = identityToken?.split('.')[1];
  if (payload === undefined) return {};
  try {
    return claimsSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  } catch {
    return {};
  }
}
