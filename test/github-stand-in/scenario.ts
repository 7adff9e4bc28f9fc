/** What a test says about the repository, its pull requests, runs and tokens before the stand-in starts. */

export type Access = 'none' | 'read' | 'write';

/** Names as in a workflow's `permissions:`. `metadata` is always readable, as on GitHub. */
export type Permission = 'actions' | 'attestations' | 'checks' | 'contents' | 'issues' | 'pull-requests';

export interface TokenSpec {
  /** `workflow` is GITHUB_TOKEN, `app` an installation token of another App, `user` a person's token. */
  readonly kind: 'workflow' | 'app' | 'user';
  /** Author of what this token writes. Default: `github-actions[bot]`, `modelgate-app[bot]`, `octocat`. */
  readonly login?: string;
  readonly permissions: { readonly [P in Permission]?: Access };
  /** `false`: the token belongs to some other repository; a private one is then 404. Default true. */
  readonly seesRepository?: boolean;
}

export interface RepositoryRef {
  readonly id: number;
  readonly fullName: string;
}

export interface RepositorySpec {
  readonly fullName: string;
  /** A real git repository (bare or not): contents, compare, merge bases and ancestors are read from it. */
  readonly git: string;
  /** Default 4242. */
  readonly id?: number;
  readonly private?: boolean;
  /** Default `main`. */
  readonly defaultBranch?: string;
  /** Default: the default branch. */
  readonly protectedBranches?: readonly string[];
  /** `false`: issue comments on issues answer 410. Default true. */
  readonly hasIssues?: boolean;
  /** Whether the owner's plan has attestations. Default: when public; GitHub Enterprise Cloud has them for private ones. */
  readonly attestations?: boolean;
  /** The owner is a person, not an organization. Default false. */
  readonly ownedByUser?: boolean;
}

export interface PullSpec {
  readonly number: number;
  /** `repository` names the fork; absent: this repository. */
  readonly head: { readonly ref: string; readonly sha: string; readonly repository?: RepositoryRef };
  readonly base: { readonly ref: string; readonly sha: string };
  /** Default `octocat`; a name ending in `[bot]` is a bot. */
  readonly author?: string;
  readonly title?: string;
  readonly state?: 'open' | 'closed';
  readonly draft?: boolean;
  /** A locked conversation: comments answer 403. */
  readonly locked?: boolean;
  /** The test merge commit, `github.sha` of a pull_request event. Default: the head. */
  readonly mergeSha?: string;
}

export interface RunSpec {
  readonly id: number;
  readonly event: string;
  readonly headSha: string;
  readonly headBranch: string;
  /** The fork the run's head is from; absent: this repository. */
  readonly headRepository?: RepositoryRef;
  /** Default `completed`. */
  readonly status?: 'queued' | 'in_progress' | 'completed';
  /** Default `success` when completed. */
  readonly conclusion?: 'success' | 'failure' | 'cancelled' | 'skipped' | 'timed_out' | 'action_required' | null;
  /** Default `.github/workflows/gate.yml`. */
  readonly path?: string;
  /** Default `gate`. */
  readonly name?: string;
  /** Default 5. */
  readonly workflowId?: number;
  readonly attempt?: number;
  readonly createdAt?: string;
  readonly actor?: string;
  readonly title?: string;
}

export interface ArtifactSpec {
  readonly runId: number;
  readonly name: string;
  /** Members of a zip; or `data`, the artifact's own bytes. */
  readonly files?: { readonly [path: string]: string | Buffer };
  readonly data?: Buffer;
  readonly mimeType?: string;
  readonly expired?: boolean;
  readonly createdAt?: string;
  readonly expiresAt?: string;
}

/** How long a new comment is missing from lists, as GitHub's replicas do at times. */
export type Lag = { readonly requests: number } | { readonly milliseconds: number };

export interface Scenario {
  readonly repository: RepositorySpec;
  readonly pulls?: readonly PullSpec[];
  /** Numbers of plain issues (not pull requests). */
  readonly issues?: readonly number[];
  readonly runs?: readonly RunSpec[];
  readonly artifacts?: readonly ArtifactSpec[];
  readonly tokens?: { readonly [token: string]: TokenSpec };
  readonly rateLimit?: { readonly limit: number; readonly remaining: number };
  readonly commentLag?: Lag;
  /** Check every request and reply against GitHub's OpenAPI description. Default true. */
  readonly contract?: boolean;
  readonly now?: () => Date;
}

export const defaultToken = 'ghs_standin';

/** What a workflow's `permissions:` block gives in the cases that matter here. */
export const tokens = {
  /** `{ contents: read, actions: read, pull-requests: write, checks: write }`, as Modelgate's README asks for. */
  gate: {
    kind: 'workflow',
    permissions: { contents: 'read', actions: 'read', 'pull-requests': 'write', checks: 'write' },
  },
  /** What a pull request from a fork or from Dependabot gets under the same block. */
  readOnly: {
    kind: 'workflow',
    permissions: { contents: 'read', actions: 'read', 'pull-requests': 'read', checks: 'read', issues: 'read' },
  },
  /** Of the attesting job: `{ id-token: write, attestations: write, contents: read }`. */
  attest: { kind: 'workflow', permissions: { contents: 'read', attestations: 'write' } },
  none: { kind: 'workflow', permissions: {} },
  all: {
    kind: 'workflow',
    permissions: {
      ...{ contents: 'write', actions: 'write', 'pull-requests': 'write', checks: 'write', issues: 'write' },
      attestations: 'write',
    },
  },
} as const satisfies { readonly [name: string]: TokenSpec };
