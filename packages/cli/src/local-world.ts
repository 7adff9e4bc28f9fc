import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type GateWorld, readText, runPolicyCommand, workspaceText } from '@modelgate/action';
import { type ContentStore, FolderStore, noLooks, type RecordedStore, registriesOf } from '@modelgate/baselines';
import { UserError } from '@modelgate/core';

export interface LocalOptions {
  readonly folder: string;
  readonly temporary: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly champions: string;
  readonly base?: string;
  readonly 'engine-path'?: string;
  readonly registry?: string;
}

/** The world of a gate in a checkout, without GitHub: git for what is committed, a folder for what a run recorded. */
export function localWorld(options: LocalOptions): GateWorld {
  const { folder, temporary, env, registry } = options;
  const preplaced = options['engine-path'];
  return {
    workspace: folder,
    temporary,
    now: new Date(),
    onBaseBranch: false,
    champions: {
      recorded: downloadedStore(path.resolve(folder, options.champions), options.champions),
      contents: gitStore(folder, options.base),
      registries: registriesOf(env, { now: () => new Date() }),
    },
    looks: noLooks('The command line does not see the runs in which others looked at them.'),
    engine: {
      workspace: folder,
      temporary,
      toolCache: toolCache(env),
      ...(preplaced === undefined ? {} : { preplaced: path.resolve(folder, preplaced) }),
      ...(registry === undefined ? {} : { registry }),
    },
    rules: localRules(folder, options.base),
    environment: env,
    readText: (file) => readText(folder, file, temporary),
    // on one's own machine nobody is kept from trying other examples
    sameAsBase: async () => 'unknown',
    run: (command) =>
      runPolicyCommand(command, { workspace: folder, env, log: (line) => process.stderr.write(`${line}\n`) }),
  };
}

/** Where the engine is kept between runs. */
export function toolCache(env: LocalOptions['env']): string {
  return path.join(env['XDG_CACHE_HOME'] || path.join(os.homedir(), '.cache'), 'modelgate', 'tools');
}

/** What the checkout has; told as a change only where somebody says what it is a change of. */
function localRules(folder: string, base: string | undefined): GateWorld['rules'] {
  const read = (file: string) => workspaceText(folder, file);
  if (base === undefined) return { read };
  const contents = gitStore(folder, base);
  return {
    read,
    change: async (file) => {
      const before = await contents.read(file, await contents.baseCommit());
      return { before: before && new TextDecoder().decode(before), after: await read(file) };
    },
  };
}

/** Recorded champions live in artifacts of a run; here they are found where they were downloaded to. */
function downloadedStore(root: string, shown: string): RecordedStore {
  const folders = new FolderStore(root);
  return {
    find: async (name) => {
      if (await stat(path.join(root, name)).catch(() => undefined)) return await folders.find(name);
      return {
        kind: 'unreadable',
        message: `the recorded champion ${name} is an artifact of a run on the base branch, and not in ${shown}`,
        how: `download it: gh run download <run id> --name ${name} --dir ${path.posix.join(shown, name)} (a comment of the gate links the run)`,
      };
    },
    download: (found, folder) => folders.download(found, folder),
  };
}

function gitStore(folder: string, wanted: string | undefined): ContentStore {
  return {
    baseCommit: async () => {
      const refs = wanted === undefined ? ['origin/HEAD', 'origin/main', 'main', 'master'] : [wanted];
      for (const ref of refs) {
        const found = await git(folder, ['merge-base', ref, 'HEAD']);
        if (found !== undefined) return found.toString('utf8').trim();
      }
      throw new UserError('baseline-unreadable', `git knows no merge base of HEAD and ${refs.join(' or ')}`, {
        how: 'name the base with --base, or fetch it',
      });
    },
    read: (file, commit) => git(folder, ['show', `${commit}:./${file}`]),
  };
}

/** The commit that the checkout stands on; zeros where git knows none. */
export async function headCommit(folder: string): Promise<string> {
  const found = await git(folder, ['rev-parse', 'HEAD']);
  return found?.toString('utf8').trim() ?? '0'.repeat(40);
}

/** What git prints, or undefined when it refuses. Arguments never pass through a shell. */
async function git(folder: string, args: readonly string[]): Promise<Buffer | undefined> {
  try {
    const { stdout } = await promisify(execFile)('git', [...args], {
      cwd: folder,
      encoding: 'buffer',
      maxBuffer: 256 * 2 ** 20,
    });
    return stdout;
  } catch {
    return undefined;
  }
}
