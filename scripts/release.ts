import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { overBudget, staleFiles } from './build.ts';
import { bundle } from './bundle.ts';
import { selfUses, usesFiles, writeOutSelfUses } from './self-uses.ts';
import { versionProblems, workspaces } from './workspaces.ts';

export interface ReleaseOptions {
  /** Absolute path of a clean checkout of the commit to release. */
  readonly root: string;
  /** Where the tags go: an address or path that git can push to. */
  readonly remote: string;
  /** `owner/name`, for the commit that Enterprise Server uses. */
  readonly repository: string;
}

export interface ReleasePlan {
  readonly version: string;
  readonly commit: string;
  /** The section of CHANGELOG.md. */
  readonly notes: string;
}

/** Why a release may not be made now; every reason at once. */
export class ReleaseRefused extends Error {
  readonly reasons: readonly string[];
  constructor(reasons: readonly string[]) {
    super(`No release; nothing was pushed:\n${reasons.map((reason) => `  - ${reason}`).join('\n')}`);
    this.name = 'ReleaseRefused';
    this.reasons = reasons;
  }
}

/**
 * Looks whether the checked-out commit can be released, without changing anything anywhere.
 *
 * @throws ReleaseRefused with all reasons: dirty tree, not the remote's main, tag exists, versions differ, changelog or dist stale
 */
export async function planRelease({ root, remote }: ReleaseOptions): Promise<ReleasePlan> {
  const git = gitIn(root);
  const commit = git('rev-parse', 'HEAD');
  const all = workspaces(root);
  const version = all[0]?.version ?? '';
  const notes = changelogSection(readFileSync(path.join(root, 'CHANGELOG.md'), 'utf8'), version);
  const refs = remoteRefs(git, remote);
  const reasons = [
    ...dirtyTree(git),
    ...notMain(commit, refs.get('refs/heads/main')),
    ...tagsThere(version, refs),
    ...versionProblems(all),
    ...(notes === undefined ? [`CHANGELOG.md has no section "## [${version}] - <date>" with something in it`] : []),
    ...nestedSelfUses(root),
    ...(await distProblems(root)),
  ];
  if (reasons.length > 0) throw new ReleaseRefused(reasons);
  return { version, commit, notes: notes ?? '' };
}

/**
 * Pushes the release's tags in one atomic push: `vX.Y.Z` (new), `vX.Y.Z-ghes` (new) and `vX` (moved). Either all of them arrive or none.
 * The tags are plain, not annotated: a full SHA that a user pins is then the commit itself.
 */
export function pushRelease({ root, remote, repository }: ReleaseOptions, { version, commit }: ReleasePlan): void {
  const git = gitIn(root);
  const major = `v${version.split('.')[0]}`;
  const majorNow = remoteRefs(git, remote).get(`refs/tags/${major}`) ?? '';
  const ghes = enterpriseCommit(root, repository, commit, version);
  git(
    'push',
    '--atomic',
    // Empty means "must not exist": two releases at once cannot overwrite each other.
    `--force-with-lease=refs/tags/${major}:${majorNow}`,
    remote,
    `${commit}:refs/tags/v${version}`,
    `${ghes}:refs/tags/v${version}-ghes`,
    `${commit}:refs/tags/${major}`,
  );
}

/** A child of `commit` that differs only in that `uses: $/x` is written out with the commit's full SHA. Same commit, same SHA. */
function enterpriseCommit(root: string, repository: string, commit: string, version: string): string {
  const temporary = mkdtempSync(path.join(tmpdir(), 'modelgate-release-'));
  try {
    const [name, email, date] = gitIn(root)('show', '-s', '--format=%cn%n%ce%n%cI', commit).split('\n');
    const git = gitIn(root, {
      GIT_INDEX_FILE: path.join(temporary, 'index'),
      ...{ GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_AUTHOR_DATE: date },
      ...{ GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email, GIT_COMMITTER_DATE: date },
    });
    git('read-tree', commit);
    for (const file of usesFiles(root)) {
      const text = readFileSync(path.join(root, file), 'utf8');
      const blob = git.withInput(writeOutSelfUses(text, repository, commit), 'hash-object', '-w', '--stdin');
      git('update-index', '--cacheinfo', `100644,${blob},${file}`);
    }
    const message = `v${version} for GitHub Enterprise Server\n\nIt lacks "uses: $/"; the siblings are named by the full SHA of v${version} instead. Nothing else differs.`;
    return git('commit-tree', git('write-tree'), '-p', commit, '-m', message);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function dirtyTree(git: Git): string[] {
  const changed = git('status', '--porcelain').split('\n').filter(Boolean);
  const shown = changed.slice(0, 5).map((line) => line.trim());
  return changed.length === 0 ? [] : [`the tree has ${changed.length} uncommitted changes: ${shown.join(', ')}`];
}

function notMain(commit: string, main: string | undefined): string[] {
  if (main === undefined) return ['the remote has no branch main'];
  return main === commit ? [] : [`HEAD is ${commit.slice(0, 12)}, but main of the remote is ${main.slice(0, 12)}`];
}

function tagsThere(version: string, refs: ReadonlyMap<string, string>): string[] {
  return [`v${version}`, `v${version}-ghes`]
    .filter((tag) => refs.has(`refs/tags/${tag}`))
    .map((tag) => `the tag ${tag} exists; a release never changes, so raise the version`);
}

/** Enterprise Server reads an action that another one names at the first commit, where `$/` is still in it. */
function nestedSelfUses(root: string): string[] {
  return usesFiles(root).flatMap((file) =>
    selfUses(readFileSync(path.join(root, file), 'utf8')).flatMap((target) => {
      const called = [`${target}/action.yml`, target].find(
        (one) => one.endsWith('.yml') && existsSync(path.join(root, one)),
      );
      if (called === undefined) return [`${file} uses $/${target}, which does not exist`];
      const nested = selfUses(readFileSync(path.join(root, called), 'utf8'));
      return nested.length === 0
        ? []
        : [`${file} uses $/${target}, which itself uses $/${nested[0]}; Enterprise Server can follow only one step`];
    }),
  );
}

async function distProblems(root: string): Promise<readonly string[]> {
  const fresh = await bundle(root);
  return [...(await staleFiles(root, fresh)), ...overBudget(fresh)];
}

/** Text below `## [version] - yyyy-mm-dd`, up to the next section. */
export function changelogSection(changelog: string, version: string): string | undefined {
  const sections = changelog.split(/^(?=## )/m);
  const found = sections.find(
    (one) => one.startsWith(`## [${version}] - `) && /^## \[[^\]]+\] - \d{4}-\d\d-\d\d$/m.test(one),
  );
  const body = found?.split('\n').slice(1).join('\n').trim();
  return body === '' ? undefined : body;
}

function remoteRefs(git: Git, remote: string): ReadonlyMap<string, string> {
  const lines = git('ls-remote', remote, 'refs/heads/main', 'refs/tags/*').split('\n').filter(Boolean);
  return new Map(lines.map((line) => [line.slice(41), line.slice(0, 40)]));
}

interface Git {
  (...args: readonly string[]): string;
  readonly withInput: (input: string, ...args: readonly string[]) => string;
}

function gitIn(root: string, variables: Readonly<Record<string, string | undefined>> = {}): Git {
  const run = (input: string | undefined, args: readonly string[]): string =>
    execFileSync('git', args, {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, ...variables },
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      ...(input === undefined ? {} : { input }),
    }).trim();
  return Object.assign((...args: readonly string[]) => run(undefined, args), {
    withInput: (input: string, ...args: readonly string[]) => run(input, args),
  });
}

/** Publishes the release on GitHub for the tag that is already there, and makes sure that nobody can change it any more. */
function publish({ repository }: ReleaseOptions, { version, notes }: ReleasePlan): void {
  const tag = `v${version}`;
  gh(['release', 'create', tag, '--repo', repository, '--verify-tag', '--title', tag, '--notes-file', '-'], notes);
  const immutable = gh(['api', `repos/${repository}/releases/tags/${tag}`, '--jq', '.immutable']).trim();
  if (immutable !== 'true') {
    throw new Error(
      `The release ${tag} is there, but it can be changed. Turn on Settings > Releases > "Enable release immutability", then publish the next version.`,
    );
  }
}

function gh(args: readonly string[], input = ''): string {
  const { status, stdout, stderr, error } = spawnSync('gh', args, { input, encoding: 'utf8' });
  if (status !== 0)
    throw new Error(
      `gh ${args.slice(0, 2).join(' ')} failed; the tags are pushed already. ${error?.message ?? stderr}`,
    );
  return stdout;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'dry-run': { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      remote: { type: 'string' },
      repository: { type: 'string', default: 'modelgate/modelgate' },
    },
  });
  if (values.remote === undefined) throw new Error('--remote is needed: where the tags go.');
  if (values['dry-run'] && !existsSync(values.remote)) {
    throw new Error(`--dry-run pushes to a repository on this machine only, and ${values.remote} is not a folder.`);
  }
  const options = { root: path.dirname(import.meta.dirname), remote: values.remote, repository: values.repository };
  const plan = await planRelease(options);
  if (values.check) return console.log(`v${plan.version} can be released from ${plan.commit}.`);
  pushRelease(options, plan);
  console.log(`Pushed v${plan.version}, v${plan.version}-ghes and v${plan.version.split('.')[0]} for ${plan.commit}.`);
  if (values['dry-run']) return console.log(`Dry run: no GitHub release. Its notes would be:\n\n${plan.notes}`);
  publish(options, plan);
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof ReleaseRefused ? error.message : error);
    process.exitCode = 1;
  }
}
