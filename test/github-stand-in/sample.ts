import { Octokit } from '@octokit/rest';
import type { MadeRepository, Scenario, StandIn } from './index.ts';
import { startStandIn } from './index.ts';

/** What the stand-in's own tests share: pull request 7 of this repository, 8 of a fork whose branch is called main, issue 3. */

export const repo = { owner: 'acme', repo: 'flights' };

export function startSample(history: MadeRepository, more: Partial<Scenario> = {}): Promise<StandIn> {
  const { sha, folder } = history;
  const base = { ref: 'main', sha: sha['main'] ?? '' };
  const head = sha['head'] ?? '';
  const fork = { id: 9, fullName: 'mallory/flights' };
  return startStandIn({
    repository: { fullName: 'acme/flights', git: folder },
    pulls: [
      { number: 7, head: { ref: 'better', sha: head }, base, mergeSha: sha['merge'] ?? '' },
      { number: 8, head: { ref: 'main', sha: head, repository: fork }, base, author: 'mallory' },
    ],
    issues: [3],
    ...more,
  });
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export function client(standIn: StandIn, token?: string): Octokit {
  return new Octokit({ baseUrl: standIn.url, log: silent, ...(token === undefined ? {} : { auth: token }) });
}

/** What a caller sees of a refusal: the status, the most telling message, the headers. */
export async function refused(
  promise: Promise<unknown>,
): Promise<{ readonly status: number; readonly message: string; readonly headers: object }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error && 'status' in error && 'response' in error) {
      const { headers, data } = error.response as {
        readonly headers: object;
        readonly data: { readonly message?: string; readonly errors?: readonly { readonly message: string }[] };
      };
      return { status: Number(error.status), message: data.errors?.[0]?.message ?? data.message ?? '', headers };
    }
    throw error;
  }
  throw new Error('it was not refused');
}
