import { UserError } from '@modelgate/core';
import * as z from 'zod';

/** The process's environment, handed in. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Which run of which workflow this is, as the runner's variables say. */
export interface Run {
  readonly repository: {
    readonly owner: string;
    readonly name: string;
    readonly fullName: string;
    readonly id?: number;
  };
  readonly runId: number;
  readonly attempt: number;
  readonly job: string;
  /** The workflow's display name. */
  readonly workflow: string;
  /** `.github/workflows/gate.yml`; of a reusable workflow's job the caller's, as the API has it too. */
  readonly workflowPath: string;
  readonly apiUrl: string;
  readonly serverUrl: string;
  /** Where a person sees this run. */
  readonly url: string;
}

const wholeNumber = z.coerce.number().int().positive();
const variables = z.object({
  GITHUB_REPOSITORY: z.string().regex(/^[^/\s]+\/[^/\s]+$/, 'expected owner/name'),
  GITHUB_REPOSITORY_ID: wholeNumber.optional(),
  GITHUB_RUN_ID: wholeNumber,
  GITHUB_RUN_ATTEMPT: wholeNumber.default(1),
  GITHUB_JOB: z.string().default(''),
  GITHUB_WORKFLOW: z.string().default(''),
  GITHUB_WORKFLOW_REF: z.string().default(''),
  GITHUB_API_URL: z.url().default('https://api.github.com'),
  GITHUB_SERVER_URL: z.url().default('https://github.com'),
});

/** @throws UserError when a variable that every runner sets is missing or malformed */
export function readRun(env: Environment): Run {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const result = variables.safeParse(set);
  if (!result.success) {
    const issue = result.error.issues[0];
    const name = String(issue?.path[0] ?? 'GITHUB_REPOSITORY');
    const value = set[name];
    const what = value === undefined ? 'is not set' : `is "${value}": ${issue?.message ?? 'not usable'}`;
    throw new UserError('event-unreadable', `${name} ${what}.`, {
      how: 'This runs as a step of a GitHub Actions workflow; the runner sets this variable. Do not override it with `env:`.',
    });
  }
  const { data } = result;
  const [owner = '', name = ''] = data.GITHUB_REPOSITORY.split('/');
  const serverUrl = data.GITHUB_SERVER_URL.replace(/\/+$/, '');
  return {
    repository: {
      owner,
      name,
      fullName: data.GITHUB_REPOSITORY,
      ...(data.GITHUB_REPOSITORY_ID === undefined ? {} : { id: data.GITHUB_REPOSITORY_ID }),
    },
    runId: data.GITHUB_RUN_ID,
    attempt: data.GITHUB_RUN_ATTEMPT,
    job: data.GITHUB_JOB,
    workflow: data.GITHUB_WORKFLOW,
    workflowPath: pathOfReference(data.GITHUB_WORKFLOW_REF),
    apiUrl: data.GITHUB_API_URL.replace(/\/+$/, ''),
    serverUrl,
    url: `${serverUrl}/${data.GITHUB_REPOSITORY}/actions/runs/${data.GITHUB_RUN_ID}`,
  };
}

/** `octo/repo/.github/workflows/gate.yml@refs/heads/main` without repository and ref. */
function pathOfReference(reference: string): string {
  return reference.replace(/^[^/]+\/[^/]+\//, '').replace(/@.*$/, '');
}
