import { type EvidencePolicy, hoursOf } from '@modelgate/core';
import type { Expectations } from './expectations.ts';

/** What a policy file and the place where it stands say about evidence. */
export interface PolicyPlace {
  /** `evidence:` of the policy. */
  readonly evidence: EvidencePolicy;
  /** Name and digest of the policy as it is now. */
  readonly policy: Expectations['policy'];
  readonly repository: Expectations['repository'];
  /** `main`; counts where the policy names no refs. */
  readonly defaultBranch: string;
}

/** What of expectations no policy can say. */
export type Asked = Pick<Expectations, 'trust' | 'subject' | 'gates' | 'now' | 'commit' | 'serverUrl'>;

/** What must be shown so that a later stage takes a model, by the policy of the base. */
export function expectationsOf(
  { evidence, policy, repository, defaultBranch }: PolicyPlace,
  asked: Asked,
): Expectations {
  return {
    ...asked,
    policy,
    repository,
    refs: evidence.refs ?? [`refs/heads/${defaultBranch}`],
    events: evidence.events,
    signer: { workflow: evidence.workflow, commits: evidence.commits },
    maxAgeHours: hoursOf(evidence['max-age']),
    level: evidence.level,
    unsigned: evidence.unsigned,
  };
}

/** Who issues the identities of a GitHub server's jobs. Source: GitHub's pages "OpenID Connect" of both products. */
export function issuerOf(serverUrl: string): string {
  const { origin, hostname } = new URL(serverUrl);
  if (hostname === 'github.com') return 'https://token.actions.githubusercontent.com';
  return hostname.endsWith('.ghe.com') ? `https://token.actions.${hostname}` : `${origin}/_services/token`;
}
