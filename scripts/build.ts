import { globSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Bundle, bundle, startBytes } from './bundle.ts';

/** Bytes. A runner downloads the whole repository for each job, and every gate pays for its start. */
const budgets = {
  dist: 4_100_000,
  start: {
    'dist/eval-gate/main.mjs': 1_000_000,
    'dist/slice-gate/main.mjs': 1_000_000,
    'dist/validate-schema/main.mjs': 1_000_000,
  },
};

/** Writes a bundle to `dist`, and nothing else stays there. */
export async function write(root: string, { files }: Bundle): Promise<void> {
  await rm(path.join(root, 'dist'), { recursive: true, force: true });
  for (const [name, contents] of files) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), contents);
  }
}

/** How the files in `dist` differ from a fresh build, one line a file; empty when they are equal byte for byte. */
export async function staleFiles(root: string, { files }: Bundle): Promise<readonly string[]> {
  const present = globSync('dist/**/*', { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
  const lines: string[] = [];
  for (const name of [...new Set([...present, ...files.keys()])].toSorted()) {
    const fresh = files.get(name);
    if (fresh === undefined) lines.push(`${name}: no build makes it`);
    else if (!present.includes(name)) lines.push(`${name}: missing`);
    else if (!(await readFile(path.join(root, name))).equals(fresh)) lines.push(`${name}: differs`);
  }
  return lines;
}

/** What of a bundle is larger than it may be, one line each. */
export function overBudget({ files, metafile }: Bundle): readonly string[] {
  const lines: string[] = [];
  const total = totalBytes(files);
  if (total > budgets.dist) lines.push(`dist has ${megabytes(total)}, allowed are ${megabytes(budgets.dist)}`);
  for (const [entry, limit] of Object.entries(budgets.start)) {
    const bytes = startBytes(metafile, entry);
    if (bytes > limit)
      lines.push(
        `${entry} loads ${megabytes(bytes)} at start, allowed are ${megabytes(limit)}; import what is rarely needed with await import()`,
      );
  }
  return lines;
}

function sizeTable({ files, metafile }: Bundle): string {
  const entries = Object.entries(metafile.outputs).flatMap(([name, { entryPoint }]) =>
    entryPoint === undefined || name.includes('/chunks/')
      ? []
      : [`${name}  ${megabytes(startBytes(metafile, name))} at start`],
  );
  return [...entries, `dist  ${megabytes(totalBytes(files))} in ${files.size} files`].join('\n');
}

function totalBytes(files: Bundle['files']): number {
  return [...files.values()].reduce((sum, contents) => sum + contents.byteLength, 0);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(3)} MB`;
}

if (import.meta.main) {
  const { check } = parseArgs({ options: { check: { type: 'boolean', default: false } } }).values;
  const root = path.dirname(import.meta.dirname);
  const fresh = await bundle(root);
  const problems = [...overBudget(fresh), ...(check ? await staleFiles(root, fresh) : [])];
  if (!check) await write(root, fresh);
  console.log(sizeTable(fresh));
  if (problems.length > 0) {
    console.error(`\n${problems.join('\n')}`);
    if (check) console.error('\nRun "npm run build" and commit dist.');
    process.exitCode = 1;
  }
}
