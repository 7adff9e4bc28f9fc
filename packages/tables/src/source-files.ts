import { glob, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough, type Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { nearest, UserError } from '@modelgate/core';

/** What files hold. */
export type FileFormat = 'csv' | 'json' | 'parquet';

/** `table`: of an engine that keeps its tables itself. */
export type Format = FileFormat | 'table';

export interface SourceFile {
  /** Relative to the workspace, with `/`. */
  readonly path: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

export type Compression = 'gzip' | 'zstd';

const compressions: Readonly<Record<string, Compression>> = { '.gz': 'gzip', '.zst': 'zstd' };

/** A matched file: where people see it, and where it really lies (symbolic links resolved, inside the workspace). */
export interface MatchedFile {
  readonly path: string;
  readonly real: string;
  /** Such as `.csv` or `.jsonl`, lower case, without `.gz` or `.zst`. */
  readonly extension: string;
  readonly compression: Compression | undefined;
  readonly bytes: number;
}

const formats: Readonly<Record<string, FileFormat>> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.json': 'json',
  '.jsonl': 'json',
  '.ndjson': 'json',
  '.parquet': 'parquet',
  '.pq': 'parquet',
};

/**
 * The files of a path or glob (`*`, `**`, `?`, `[…]`, `{…}`), sorted by path. A file that bears the very name wins over
 * the glob of that name.
 *
 * @throws UserError `file-missing`, or `file-unreadable` when one lies outside the workspace, when extensions are mixed
 *   or not known, `file-empty` when one has no bytes
 */
export async function matchFiles(workspace: string, asked: string): Promise<readonly MatchedFile[]> {
  const pattern = path.relative(workspace, path.resolve(workspace, asked));
  if (pattern.startsWith('..') || path.isAbsolute(pattern)) throw outside(asked);
  const names = (await isFile(path.join(workspace, pattern))) ? [pattern] : await globbed(workspace, pattern);
  const files = (await Promise.all(names.map((name) => matched(workspace, name)))).filter((file) => file !== undefined);
  if (files.length === 0) throw await missing(workspace, asked, pattern);
  const extensions = [...new Set(files.map((file) => file.extension))].sort();
  if (extensions.length > 1) {
    throw new UserError('file-unreadable', `${asked} matches files of several formats: ${extensions.join(', ')}.`, {
      how: 'Name one extension in the glob.',
    });
  }
  for (const file of files) {
    if (file.bytes === 0) throw new UserError('file-empty', `${file.path} is empty.`, { where: { file: file.path } });
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** @throws UserError `file-unreadable` for an extension that is not known */
export function formatOf(file: MatchedFile): FileFormat {
  const format = formats[file.extension];
  if (format !== undefined) return format;
  const known = Object.keys(formats).join(', ');
  throw new UserError('file-unreadable', `${file.path} has no known extension.`, {
    how: `Tables are read from ${known}; text formats also with .gz or .zst.`,
    where: { file: file.path },
  });
}

/** A stream that turns the bytes of the file into those of its content. */
export function unpacking(file: MatchedFile): Transform {
  if (file.compression === 'gzip') return createGunzip();
  return file.compression === 'zstd' ? createZstdDecompress() : new PassThrough();
}

async function globbed(workspace: string, pattern: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const name of glob(pattern.replaceAll('\\', '/'), { cwd: workspace })) names.push(name);
  return names;
}

async function matched(workspace: string, name: string): Promise<MatchedFile | undefined> {
  const shown = name.split(path.sep).join('/');
  const real = await realpath(path.join(workspace, name)).catch(() => undefined);
  if (real === undefined) return undefined;
  if (!real.startsWith(workspace.endsWith(path.sep) ? workspace : workspace + path.sep)) throw outside(shown);
  const status = await stat(real);
  if (!status.isFile()) return undefined;
  const last = path.extname(name);
  const compression = compressions[last.toLowerCase()];
  const extension = path.extname(compression === undefined ? name : name.slice(0, -last.length)).toLowerCase();
  return { path: shown, real, extension, compression, bytes: status.size };
}

function outside(name: string): UserError {
  return new UserError('file-unreadable', `${name} leads outside the workspace.`, {
    how: 'Tables are read from inside the checkout only; copy the file there.',
  });
}

async function missing(workspace: string, asked: string, pattern: string): Promise<UserError> {
  const folder = path.dirname(pattern).split(path.sep).join('/');
  if (/[*?[{]/.test(folder)) return new UserError('file-missing', `${asked} matches no file.`);
  const names = await readdir(path.join(workspace, folder)).catch(() => undefined);
  const prefix = folder === '.' ? '' : `${folder}/`;
  if (names === undefined) {
    return new UserError('file-missing', `${asked} matches no file: there is no folder ${folder}.`, {
      how: 'Did the step that writes it run, and in this job?',
    });
  }
  const near = nearest(path.basename(pattern), names);
  const how =
    near === undefined ? 'Did the step that writes it run, and in this job?' : `Did you mean ${prefix}${near}?`;
  return new UserError('file-missing', `${asked} matches no file.`, { how });
}

async function isFile(name: string): Promise<boolean> {
  return (await stat(name).catch(() => undefined))?.isFile() ?? false;
}
