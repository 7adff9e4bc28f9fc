import { type BaselineIdentity, hoursOf } from '@modelgate/core';

const hour = 3_600_000;
const day = 24 * hour;

/** Said in every report while there is still time to do something about it. */
export function expiryNotice(identity: BaselineIdentity, now: Date): string | undefined {
  if (identity.expiresAt === undefined) return undefined;
  const left = Math.floor((new Date(identity.expiresAt).getTime() - now.getTime()) / day);
  if (left > 14) return undefined;
  const when = left < 1 ? 'within a day' : left === 1 ? 'in 1 day' : `in ${left} days`;
  return `The champion's record expires ${when} (${identity.expiresAt.slice(0, 10)}): a green run on the default branch renews it.`;
}

/**
 * Said when the champion's results are older than the policy wants: the world that it was measured in may have changed.
 *
 * @param staleAfter as `stale-after` of the policy has it; undefined: 90d
 */
export function staleNotice(identity: BaselineIdentity, staleAfter: string | undefined, now: Date): string | undefined {
  if (identity.recordedAt === undefined) {
    // a limit that somebody wrote must not do nothing without a word
    if (staleAfter === undefined) return undefined;
    return `How old the champion's results in ${identity.name} are cannot be told, so \`stale-after: ${staleAfter}\` was not judged.`;
  }
  const limit = hoursOf(staleAfter ?? '90d') * hour;
  const age = now.getTime() - new Date(identity.recordedAt).getTime();
  if (age <= limit) return undefined;
  const shown = limit < 2 * day ? `${Math.floor(age / hour)} hours` : `${Math.floor(age / day)} days`;
  return `The champion is old: its results are of ${identity.recordedAt.slice(0, 10)}, ${shown} ago (allowed are ${staleAfter ?? '90d'}). ${wayToRenew[identity.from]}`;
}

const wayToRenew: Readonly<Record<BaselineIdentity['from'], string>> = {
  recorded: 'A green run on the default branch renews it.',
  git: 'Score the model in use anew and commit its results.',
  file: 'Score the model in use anew.',
  mlflow: 'Score the model in use anew, in a run of its own, or let its alias point to a newer version.',
  s3: 'Score the model in use anew and record it there.',
  rescore: 'Score the model in use anew.',
};

/**
 * Said when the registry knows of other examples than those that are used. Of champions without a manifest only, whose
 * digest is somebody's note; of a recorded one other examples are an error.
 */
export function examplesNotice(
  identity: BaselineIdentity,
  examples: { readonly name: string; readonly sha256: string },
): string | undefined {
  const said = identity.examplesDigest;
  // MLflow's own client computes short digests in a way of its own, which say nothing about a file
  if (said === undefined || !/^[0-9a-f]{32,64}$/.test(said) || examples.sha256.startsWith(said)) return undefined;
  return `${identity.registry ?? 'The registry'} says that the champion answered examples with sha-256 ${short(said)}; ${examples.name} has ${short(examples.sha256)}. If the difference is more than the order or format of rows, record the champion anew.`;
}

function short(digest: string): string {
  return `${digest.slice(0, 12)}…`;
}
