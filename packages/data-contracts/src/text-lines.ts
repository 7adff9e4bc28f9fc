import { createReadStream } from 'node:fs';
import { glob, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '@modelgate/core';

/** A text file, line by line. */
export interface TextFile {
  /** From the root of the workspace, with `/`. */
  readonly file: string;
  readonly lines: AsyncIterable<string>;
}

/** Characters from which on a line is given in pieces: what is looked for is short, and memory is not. */
const longestLine = 1 << 20;
/** What two pieces share, so that nothing is cut in two unseen. */
const overlap = 256;

/**
 * The files of a path or glob, sorted, each read once and only as it is asked for. Bytes that are no UTF-8 come as
 * replacement characters; a line of more than a million characters comes in pieces that overlap.
 *
 * @throws UserError file-missing, and file-unreadable for what leads out of the workspace
 */
export async function* linesOf(workspace: string, pattern: string): AsyncGenerator<TextFile> {
  const root = await realpath(workspace);
  const wanted = path.relative(root, path.resolve(root, pattern));
  if (wanted.startsWith('..') || path.isAbsolute(wanted)) throw outside(pattern);
  const names: string[] = [];
  for await (const name of glob(wanted.replaceAll('\\', '/'), { cwd: root })) names.push(name);
  let found = 0;
  for (const name of names.toSorted()) {
    const real = await realpath(path.join(root, name));
    if (!real.startsWith(root + path.sep)) throw outside(name);
    if (!(await stat(real)).isFile()) continue;
    found += 1;
    yield { file: name.split(path.sep).join('/'), lines: readLines(real) };
  }
  if (found > 0) return;
  throw new UserError('file-missing', `${pattern} matches no file`, {
    how: 'Did the step that writes it run, and in this job?',
  });
}

async function* readLines(file: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 18 })) {
    rest += String(chunk);
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length < longestLine) continue;
    yield rest;
    rest = rest.slice(-overlap);
  }
  if (rest !== '') yield rest.replace(/\r$/, '');
}

function outside(name: string): UserError {
  return new UserError('file-unreadable', `${name} leads outside the workspace`, {
    how: 'files are read from inside the checkout only; copy it there',
  });
}
