import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface CommitSpec {
  readonly name: string;
  /** Names of earlier commits. Default: none (a root). */
  readonly parents?: readonly string[];
  /** Changes against the first parent; `null` deletes, `symlink` makes a symbolic link. */
  readonly files?: { readonly [path: string]: string | Buffer | { readonly symlink: string } | null };
  /** This commit becomes (or moves) the tip of the branch. */
  readonly branch?: string;
  /** Any other full ref, such as `refs/pull/7/merge`. */
  readonly ref?: string;
  readonly message?: string;
}

export interface MadeRepository {
  readonly folder: string;
  /** SHA by commit name. */
  readonly sha: { readonly [name: string]: string };
  remove(): Promise<void>;
}

/**
 * Makes a real bare git repository from a list of commits, by one `git fast-import`. The same list gives the same SHAs.
 *
 * @throws Error with git's own message when the list is not a history (unknown parent, bad ref name)
 */
export async function makeRepository(commits: readonly CommitSpec[]): Promise<MadeRepository> {
  const folder = await mkdtemp(path.join(tmpdir(), 'stand-in-git-'));
  await git(folder, ['init', '--quiet', '--bare', '--initial-branch=main', '.']);
  const marks = path.join(folder, 'stand-in-marks');
  await git(folder, ['fast-import', '--quiet', '--force', `--export-marks=${marks}`], stream(commits));
  const shaOfMark = new Map(
    (await readFile(marks, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  );
  const sha = Object.fromEntries(commits.map((commit, i) => [commit.name, shaOfMark.get(`:${i + 1}`) ?? '']));
  return { folder, sha, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** One minute between commits, from a fixed day, so that SHAs and dates never change. */
const firstCommit = 1_767_225_600;

function stream(commits: readonly CommitSpec[]): Buffer {
  const parts: (string | Buffer)[] = [];
  const data = (content: string | Buffer) => {
    const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content, 'utf8');
    parts.push(`data ${bytes.length}\n`, bytes, '\n');
  };
  const markOf = new Map(commits.map((commit, i) => [commit.name, i + 1]));
  commits.forEach((commit, i) => {
    const parents = (commit.parents ?? []).map((name) => {
      const mark = markOf.get(name);
      if (mark === undefined || mark > i) throw new Error(`commit ${commit.name}: no earlier commit is named ${name}`);
      return mark;
    });
    const person = `A Person <person@example.com> ${firstCommit + 60 * i} +0000`;
    // A ref of its own per commit, so that no commit silently continues another's branch; each root needs the reset.
    const ref = `refs/stand-in/${i + 1}`;
    parts.push(`reset ${ref}\n\ncommit ${ref}\nmark :${i + 1}\nauthor ${person}\ncommitter ${person}\n`);
    data(commit.message ?? commit.name);
    parents.forEach((mark, at) => {
      parts.push(`${at === 0 ? 'from' : 'merge'} :${mark}\n`);
    });
    for (const [name, content] of Object.entries(commit.files ?? {})) {
      if (content === null) {
        parts.push(`D ${quoted(name)}\n`);
      } else {
        const link = typeof content === 'object' && 'symlink' in content ? content.symlink : undefined;
        parts.push(`M ${link === undefined ? '100644' : '120000'} inline ${quoted(name)}\n`);
        data(link ?? (content as string | Buffer));
      }
    }
    for (const target of [commit.branch && `refs/heads/${commit.branch}`, commit.ref]) {
      if (target) parts.push(`reset ${target}\nfrom :${i + 1}\n\n`);
    }
  });
  return Buffer.concat(parts.map((part) => (Buffer.isBuffer(part) ? part : Buffer.from(part, 'utf8'))));
}

function quoted(name: string): string {
  return JSON.stringify(name);
}

/** Runs git away from the user's own configuration, hooks and the variables of a surrounding git command. */
async function git(folder: string, args: readonly string[], input?: Buffer): Promise<void> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' };
  const child = spawn('git', args, { cwd: folder, env, stdio: ['pipe', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString('utf8');
  });
  child.stdin.on('error', () => {}); // git's own exit code and message say more than EPIPE
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`git ${args[0]} failed (${code}): ${complaint.trim()}`);
}
