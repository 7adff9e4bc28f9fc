import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Variables of a surrounding git command (a hook's GIT_DIR, say) would point these reads at another repository. */
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
const options = { maxBuffer: 2 ** 28, env: environment };

export interface GitCommit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: GitPerson;
  readonly committer: GitPerson;
}

export type GitPerson = { readonly name: string; readonly email: string; readonly date: string };

export interface TreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
  readonly size?: number;
}

export interface FileChange {
  readonly path: string;
  readonly previousPath?: string;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed';
  /** Blob of the new side, of the old side for a removed file. */
  readonly sha: string;
  readonly additions: number;
  readonly deletions: number;
}

/** Reads of a real git repository by the `git` program. What does not exist is `undefined`. */
export class GitRepository {
  readonly folder: string;
  constructor(folder: string) {
    this.folder = folder;
  }

  /** SHA of the commit that a branch, tag, SHA or full ref names. */
  async commitSha(ref: string): Promise<string | undefined> {
    for (const name of [ref, `refs/heads/${ref}`, `refs/remotes/origin/${ref}`]) {
      const found = await this.#text('rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async branchSha(branch: string): Promise<string | undefined> {
    return this.#text('rev-parse', '--verify', '--quiet', '--end-of-options', `refs/heads/${branch}^{commit}`);
  }

  async commit(sha: string): Promise<GitCommit | undefined> {
    const format = '%H%n%T%n%P%n%an%n%ae%n%aI%n%cn%n%ce%n%cI%n%B';
    const text = await this.#text('log', '-1', `--format=${format}`, '--end-of-options', sha);
    if (text === undefined) return undefined;
    const [commit = '', tree = '', parents = '', an = '', ae = '', ad = '', cn = '', ce = '', cd = '', ...message] =
      text.split('\n');
    return {
      sha: commit,
      tree,
      parents: parents === '' ? [] : parents.split(' '),
      message: message.join('\n').trimEnd(),
      author: { name: an, email: ae, date: utc(ad) },
      committer: { name: cn, email: ce, date: utc(cd) },
    };
  }

  /** Entries of a tree (SHA, or `commit:folder`), folders first opened when `recursive`. */
  async tree(treeish: string, recursive: boolean): Promise<readonly TreeEntry[] | undefined> {
    const type = await this.#text('cat-file', '-t', treeish);
    if (type !== 'tree' && type !== 'commit') return undefined;
    const flags = recursive ? ['-r', '-t'] : [];
    const listing = await this.#text('ls-tree', '-z', '--long', ...flags, '--end-of-options', treeish);
    return (listing ?? '').split('\0').filter(Boolean).map(treeEntry);
  }

  /** The object at a path of a commit. */
  async entry(commit: string, path: string): Promise<TreeEntry | undefined> {
    const listing = await this.#text('ls-tree', '-z', '--long', '--end-of-options', commit, `:(literal)${path}`);
    const line = listing?.split('\0').find(Boolean);
    return line === undefined ? undefined : treeEntry(line);
  }

  async blob(sha: string): Promise<Buffer | undefined> {
    if ((await this.#text('cat-file', '-t', sha)) !== 'blob') return undefined;
    const args = ['-C', this.folder, 'cat-file', 'blob', sha];
    return (await execute('git', args, { ...options, encoding: 'buffer' })).stdout;
  }

  async mergeBase(base: string, head: string): Promise<string | undefined> {
    return this.#text('merge-base', base, head);
  }

  /** Commits of `head` that `base` lacks, oldest first, as the compare API lists them. */
  async commitsBetween(base: string, head: string): Promise<readonly string[]> {
    const list = await this.#text('rev-list', '--reverse', `${base}..${head}`);
    return list ? list.split('\n') : [];
  }

  async isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    return (await this.#text('merge-base', '--is-ancestor', ancestor, descendant)) !== undefined;
  }

  async changes(base: string, head: string): Promise<readonly FileChange[]> {
    const both = ['--no-abbrev', '-M', '-z', base, head];
    const raw = ((await this.#text('diff-tree', '-r', '--raw', ...both)) ?? '').split('\0').filter(Boolean);
    const counts = lineCounts((await this.#text('diff-tree', '-r', '--numstat', ...both)) ?? '');
    const changes: FileChange[] = [];
    for (let i = 0; i < raw.length; ) {
      const [, , oldSha = '', newSha = '', letter = ''] = (raw[i] ?? '').split(' ');
      const moved = /^[RC]/.test(letter);
      const path = raw[i + (moved ? 2 : 1)] ?? '';
      const status = statusOf[letter.charAt(0)] ?? 'changed';
      const lines = counts.get(path) ?? { additions: 0, deletions: 0 };
      const previous = moved ? { previousPath: raw[i + 1] ?? '' } : {};
      changes.push({ path, ...previous, status, sha: status === 'removed' ? oldSha : newSha, ...lines });
      i += moved ? 3 : 2;
    }
    return changes;
  }

  async #text(...args: readonly string[]): Promise<string | undefined> {
    try {
      const { stdout } = await execute('git', ['-C', this.folder, ...args], options);
      return stdout.endsWith('\n') ? stdout.slice(0, -1) : stdout;
    } catch (error) {
      // A number is git's own "no such object"; anything else (no git, no folder) is a broken set-up and must be heard.
      if (error instanceof Error && 'code' in error && typeof error.code === 'number') return undefined;
      throw error;
    }
  }
}

const statusOf: { readonly [letter: string]: FileChange['status'] } = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  C: 'copied',
};

function treeEntry(line: string): TreeEntry {
  const [meta = '', path = ''] = line.split('\t');
  const [mode = '', type = '', sha = '', size = '-'] = meta.split(/ +/);
  const kind = type === 'tree' || type === 'commit' ? type : 'blob';
  return { path, mode, type: kind, sha, ...(size === '-' ? {} : { size: Number(size) }) };
}

function lineCounts(numstat: string): Map<string, { readonly additions: number; readonly deletions: number }> {
  const counts = new Map<string, { readonly additions: number; readonly deletions: number }>();
  const fields = numstat.split('\0').filter(Boolean);
  for (let i = 0; i < fields.length; i++) {
    const [added = '', removed = '', path = ''] = (fields[i] ?? '').split('\t');
    // A rename has an empty third column, then old and new name as fields of their own; binary files count "-".
    if (path === '') i += 2;
    counts.set(path === '' ? (fields[i] ?? '') : path, {
      additions: Number(added) || 0,
      deletions: Number(removed) || 0,
    });
  }
  return counts;
}

/** GitHub writes dates in UTC without fractions. */
function utc(date: string): string {
  return new Date(date).toISOString().replace('.000Z', 'Z');
}
