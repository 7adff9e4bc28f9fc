import { afterEach } from 'vitest';
import { makeRepository, type Scenario, type StandIn, startStandIn } from '../../../test/github-stand-in/index.ts';
import { type Client, type ClientOptions, createClient } from '../src/index.ts';

export const repository = { owner: 'acme', name: 'flights' };

/** The history that these tests run over: main, a pull request's head, a commit that main never got. */
export const history = await makeRepository([
  {
    name: 'old',
    branch: 'main',
    files: {
      'modelgate.yml': 'version: 1\n',
      'data/big.bin': Buffer.alloc(2 ** 20 + 1, 7),
      'data/pointer.parquet': 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n',
    },
  },
  { name: 'base', parents: ['old'], branch: 'main', files: { 'other.txt': 'x\n' } },
  { name: 'head', parents: ['old'], branch: 'better', files: { 'modelgate.yml': 'version: 1\nname: x\n' } },
]);

export function sha(name: 'old' | 'base' | 'head'): string {
  const found = history.sha[name];
  if (found === undefined) throw new Error(`no commit ${name}`);
  return found;
}

const running = new Set<StandIn>();
afterEach(async () => {
  for (const one of running) {
    running.delete(one);
    await one.close();
  }
});

/** A GitHub of one repository with one pull request, 7, ended after the test; it fails the test on contract violations. */
export async function startGitHub(scenario: Partial<Scenario> = {}): Promise<StandIn> {
  const standIn = await startStandIn({
    repository: { fullName: 'acme/flights', id: 4242, git: history.folder, defaultBranch: 'main' },
    pulls: [{ number: 7, head: { ref: 'better', sha: sha('head') }, base: { ref: 'main', sha: sha('base') } }],
    ...scenario,
  });
  running.add(standIn);
  return standIn;
}

/** A client whose waits pass at once, in the order they would have ended. */
export function clientOf(apiUrl: string, options: Partial<ClientOptions> = {}): Client & { readonly slept: number[] } {
  const slept: number[] = [];
  const client = createClient({
    token: 'ghs_standin',
    apiUrl,
    repository,
    clock: () => 0,
    sleep: async (milliseconds) => {
      slept.push(milliseconds);
      await new Promise((resolve) => setImmediate(resolve));
    },
    random: () => 0.5,
    log: () => {},
    ...options,
  });
  return { ...client, slept };
}
