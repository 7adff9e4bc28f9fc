import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type DownloadOptions, downloadLibraries, unavailable } from './engine-download.ts';
import type { EnginePin } from './engine-platform.ts';

export interface EngineFilesOptions extends DownloadOptions {
  /** The runner's tool cache; the engine lies in `<toolCache>/modelgate-duckdb/<version>/<arch>`. */
  readonly toolCache: string;
  /** Where the engine goes when the tool cache cannot be written. */
  readonly temporary: string;
  readonly preplaced?: string | undefined;
}

export interface EngineFiles {
  readonly folder: string;
  readonly origin: 'preplaced' | 'cache' | 'download';
}

/**
 * The folder with the engine's libraries, each verified against its pinned sha-256 in this very call: a pre-placed copy
 * if one is named (then nothing is fetched), else the tool cache, else the package registry.
 *
 * The cache follows the runner's layout (@actions/tool-cache): the folder counts only with its `<arch>.complete` mark,
 * which is written last, so that a half-written copy is seen and replaced.
 *
 * @throws UserError `engine-unavailable`
 */
export async function engineFiles(pin: EnginePin, options: EngineFilesOptions): Promise<EngineFiles> {
  if (options.preplaced) {
    const problem = await mismatch(options.preplaced, pin);
    if (problem !== undefined) throw unavailable(pin, `the copy in ${options.preplaced} is not it: ${problem}`);
    return { folder: path.resolve(options.preplaced), origin: 'preplaced' };
  }
  const folder = cacheFolder(options.toolCache, pin);
  const problem = await cacheProblem(folder, pin);
  if (problem === undefined) return { folder, origin: 'cache' };
  if (problem !== 'absent') options.log(`The engine in the tool cache is replaced: ${problem}`);
  const libraries = await downloadLibraries(pin, options);
  return { folder: await store(folder, libraries, pin, options), origin: 'download' };
}

function cacheFolder(root: string, pin: EnginePin): string {
  // The tool cache's last level is the architecture; glibc and musl builds may share one cache on a volume.
  return path.join(root, 'modelgate-duckdb', pin.version, pin.platform.replace(/^[^-]+-/, ''));
}

async function cacheProblem(folder: string, pin: EnginePin): Promise<string | undefined> {
  if ((await stat(folder).catch(() => undefined)) === undefined) return 'absent';
  const complete = await stat(`${folder}.complete`).catch(() => undefined);
  return complete === undefined ? 'its copy was not finished' : mismatch(folder, pin);
}

/** What keeps this folder from being the pinned engine, or undefined. */
async function mismatch(folder: string, pin: EnginePin): Promise<string | undefined> {
  for (const library of pin.libraries) {
    const found = await sha256(path.join(folder, library.name));
    if (found === undefined) return `${library.name} cannot be read`;
    if (found !== library.sha256) return `${library.name} has sha-256 ${found}, expected ${library.sha256}`;
  }
  return undefined;
}

/** Read piece by piece into the same memory: a stream takes new memory for each, a fifth of the time of all this. */
async function sha256(file: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await using opened = await open(file);
    const piece = Buffer.allocUnsafe(1 << 20);
    for (;;) {
      const { bytesRead } = await opened.read(piece, 0, piece.length);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(piece.subarray(0, bytesRead));
    }
  } catch {
    return undefined;
  }
}

async function store(
  folder: string,
  libraries: ReadonlyMap<string, Uint8Array>,
  pin: EnginePin,
  options: EngineFilesOptions,
): Promise<string> {
  try {
    return await place(folder, libraries, pin);
  } catch (error) {
    options.log(`The tool cache ${options.toolCache} cannot be written (${code(error)}); this run keeps its own copy.`);
  }
  try {
    return await place(cacheFolder(options.temporary, pin), libraries, pin);
  } catch (error) {
    throw unavailable(
      pin,
      `neither ${options.toolCache} nor ${options.temporary} can be written (${code(error)})`,
      error,
    );
  }
}

/** Written beside its place and moved there in one step: another job on this machine may be doing the same. */
async function place(folder: string, libraries: ReadonlyMap<string, Uint8Array>, pin: EnginePin): Promise<string> {
  const fresh = `${folder}.${randomUUID()}`;
  try {
    await mkdir(fresh, { recursive: true });
    for (const [name, content] of libraries) await writeFile(path.join(fresh, name), content, { mode: 0o755 });
    const problem = await mismatch(fresh, pin);
    if (problem !== undefined) throw new Error(problem);
    await replace(fresh, folder, pin);
    await writeFile(`${folder}.complete`, '');
    return folder;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function replace(fresh: string, folder: string, pin: EnginePin): Promise<void> {
  await rm(`${folder}.complete`, { force: true });
  await rm(folder, { recursive: true, force: true });
  try {
    await rename(fresh, folder);
  } catch (error) {
    // The other job was faster; its copy is as good if it is the pinned one.
    if ((await mismatch(folder, pin)) !== undefined) throw error;
  }
}

function code(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : String(error);
}
