import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '@modelgate/core';
import {
  ArchiveError,
  type ArtifactFile,
  type ArtifactLimits,
  defaultLimits,
  mebibytes,
  tooLarge,
  unpack,
} from './archive.ts';
import { plainLine } from './log-text.ts';
import type { Environment } from './run.ts';

export interface StoredArtifact {
  readonly id: number;
  readonly name: string;
  /** As stored, that is packed. */
  readonly bytes: number;
  readonly createdAt?: string;
}

export interface Upload {
  /** Unique in the run: artifacts are never overwritten. */
  readonly name: string;
  readonly folder: string;
  /** Relative to `folder`. */
  readonly files: readonly string[];
  /** One file as it is, so that a browser opens it; its own name must be the artifact's. */
  readonly alone?: boolean;
  readonly retentionDays?: number;
}

/** The artifacts of this run. */
export interface ArtifactStore {
  upload(artifact: Upload): Promise<{ readonly id?: number; readonly name: string; readonly bytes: number }>;
  list(): Promise<readonly StoredArtifact[]>;
  /** @throws ArchiveError when it is above a limit or damaged */
  read(artifact: StoredArtifact, limits?: ArtifactLimits): Promise<readonly ArtifactFile[]>;
}

export interface ArtifactPlaces {
  /** A folder for what is being downloaded. */
  readonly temporary: string;
  /** Takes one line for the step's log; default is stdout, where the artifact client writes too. */
  readonly print?: (line: string) => void;
}

/** The run's store where there is one, else a folder: a local run, or a server without the artifact service. */
export function artifactStore(env: Environment, at: ArtifactPlaces & { readonly folder: string }): ArtifactStore {
  const hosted = env['ACTIONS_RUNTIME_TOKEN'] && env['ACTIONS_RESULTS_URL'];
  return hosted ? runArtifacts(at) : folderArtifacts(at.folder);
}

/**
 * The artifact service of the run. Its client, which is heavy, is loaded by the first use; it reads
 * `ACTIONS_RUNTIME_TOKEN` and `ACTIONS_RESULTS_URL` itself, and repeats what fails up to five times.
 *
 * It also writes a dozen lines to stdout for each artifact, which it has no switch for. They go into a group of the log,
 * and no name that could make one of them a command gets as far. `stop-commands` would not do: with it the client's own
 * `add-mask` of a signed address is printed instead of obeyed.
 */
export function runArtifacts(at: ArtifactPlaces): ArtifactStore {
  const load = async () => new (await import('@actions/artifact')).DefaultArtifactClient();
  const print = at.print ?? ((line: string) => process.stdout.write(`${line}\n`));
  const grouped = async <T>(title: string, work: () => Promise<T>): Promise<T> => {
    print(`::group::${plainLine(title).replaceAll('%', '%25')}`);
    try {
      return await work();
    } finally {
      print('::endgroup::');
    }
  };
  return {
    upload: async (artifact) => {
      checkAlone(artifact);
      refuseCommands(artifact.name);
      const files = artifact.files.map((file) => path.resolve(artifact.folder, file));
      const client = await load();
      const reply = await grouped(`Upload artifact ${artifact.name}`, () =>
        client.uploadArtifact(artifact.name, files, path.resolve(artifact.folder), {
          ...(artifact.alone ? { skipArchive: true } : {}),
          ...(artifact.retentionDays === undefined ? {} : { retentionDays: artifact.retentionDays }),
        }),
      );
      return { name: artifact.name, bytes: reply.size ?? 0, ...(reply.id === undefined ? {} : { id: reply.id }) };
    },
    list: async () => {
      const client = await load();
      const { artifacts } = await grouped('List artifacts of this run', () => client.listArtifacts());
      return artifacts.map(({ id, name, size, createdAt }) => ({
        id,
        name,
        bytes: size,
        ...(createdAt === undefined ? {} : { createdAt: createdAt.toISOString() }),
      }));
    },
    read: async (artifact, limits = defaultLimits) => {
      refuseCommands(artifact.name);
      refuseLarge(artifact.name, artifact.bytes, limits);
      const client = await load();
      const folder = await mkdtemp(path.join(at.temporary, 'modelgate-artifact-'));
      try {
        await grouped(`Download artifact ${artifact.name}`, () =>
          client.downloadArtifact(artifact.id, { path: folder, skipDecompress: true }),
        );
        const [only] = await readdir(folder);
        if (only === undefined)
          throw new Error(`The artifact "${artifact.name}" was downloaded, but there is no file.`);
        const file = path.join(folder, only);
        refuseLarge(artifact.name, (await stat(file)).size, limits);
        return unpack(artifact.name, await readFile(file), limits);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

/** The same in a folder, one folder an artifact. Ids are positions in the list by name. */
export function folderArtifacts(folder: string): ArtifactStore {
  const names = async () => {
    await mkdir(folder, { recursive: true });
    return (await readdir(folder)).sort();
  };
  return {
    upload: async (artifact) => {
      checkAlone(artifact);
      const target = path.join(folder, artifactName([artifact.name]));
      await rm(target, { recursive: true, force: true });
      let bytes = 0;
      for (const file of artifact.files) {
        const copy = path.join(target, file);
        await mkdir(path.dirname(copy), { recursive: true });
        await copyFile(path.join(artifact.folder, file), copy);
        bytes += (await stat(copy)).size;
      }
      return { name: artifact.name, bytes };
    },
    list: async () => {
      const artifacts = [];
      for (const [index, name] of (await names()).entries()) {
        const files = await filesBelow(path.join(folder, name));
        artifacts.push({ id: index + 1, name, bytes: files.reduce((sum, file) => sum + file.bytes, 0) });
      }
      return artifacts;
    },
    read: async (artifact, limits = defaultLimits) => {
      refuseLarge(artifact.name, artifact.bytes, limits);
      const root = path.join(folder, artifact.name);
      const files = [];
      for (const file of await filesBelow(root)) {
        files.push({ path: file.path, bytes: new Uint8Array(await readFile(path.join(root, file.path))) });
      }
      return files;
    },
  };
}

async function filesBelow(root: string): Promise<readonly { readonly path: string; readonly bytes: number }[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const full = path.join(entry.parentPath, entry.name);
    files.push({ path: path.relative(root, full).replaceAll(path.sep, '/'), bytes: (await stat(full)).size });
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The service names a file that is uploaded alone after itself, so another name would be lost. */
function checkAlone({ alone, files, name }: Upload): void {
  if (!alone) return;
  const only = files.length === 1 ? path.basename(files[0] ?? '') : undefined;
  if (only !== name)
    throw new Error(`A file uploaded alone must be named as its artifact, "${name}"; got ${files.join(', ')}.`);
}

/**
 * Any job of the run can name an artifact, and the client prints names. The runner takes `##[` for a command anywhere in
 * a line, `::` at its start (actions/runner, ActionCommand.cs), and the client decodes `%0A` in a name to a new line.
 * @throws UserError
 */
function refuseCommands(name: string): void {
  if (plainLine(name, name.length) === name && !/%|##\[/.test(name)) return;
  throw new ArchiveError(
    'name',
    `The name of the artifact "${plainLine(name, 80)}" could be read as a command of the log; it was not touched.`,
    {
      why: 'its name could be read as a command of the log',
      how: 'Leave `%`, `##[` and control characters out of the name.',
    },
  );
}

/** @throws UserError */
export function refuseLarge(name: string, bytes: number, limits: ArtifactLimits): void {
  if (bytes > limits.stored) throw tooLarge(name, `${mebibytes(bytes)}, more than ${mebibytes(limits.stored)}`);
}

const lengthAtMost = 200;

/**
 * One name of several parts: joined by `--`, with what artifact names must not hold (and blanks, `%` and `#`, of which commands of
 * the log are made) replaced by `-`. Where anything was replaced or cut, a digest of the original keeps different names
 * different.
 */
export function artifactName(parts: readonly string[]): string {
  const wanted = parts.join('--');
  const plain = plainLine(wanted, wanted.length)
    .replaceAll(/[":<>|*?\\/\s%#]/g, '-')
    .replace(/^\.+/, '-');
  if (plain === wanted && plain.length <= lengthAtMost && plain !== '') return plain;
  const digest = createHash('sha256').update(wanted).digest('hex').slice(0, 8);
  return `${plain.slice(0, lengthAtMost)}-${digest}`;
}

/** Writes an artifact's files below a folder and returns their full paths. */
export async function saveFiles(folder: string, files: readonly ArtifactFile[]): Promise<readonly string[]> {
  const written = [];
  for (const file of files) {
    const target = path.join(folder, file.path);
    if (path.relative(folder, target).startsWith('..')) {
      throw new UserError('file-unreadable', `"${plainLine(file.path, 80)}" leads out of its folder.`);
    }
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, file.bytes);
    written.push(target);
  }
  return written;
}
