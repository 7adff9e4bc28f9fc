import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { contractJsonSchema, policyJsonSchema, verdictJsonSchema } from '../packages/core/src/index.ts';
import { type ActionMetadata, readActionMetadata } from './action-metadata.ts';
import { marginTables } from './margin-tables.ts';
import { between, markdownTable, withComputed } from './markdown-table.ts';

/** Every file, or part of a file, that is made from another one: path -> what the whole file has to be. */
export function generated(root: string): ReadonlyMap<string, string> {
  const files = new Map([
    ['schemas/contract.v1.json', jsonFile(contractJsonSchema())],
    ['schemas/policy.v1.json', jsonFile(policyJsonSchema())],
    ['schemas/verdict.v1.json', jsonFile(verdictJsonSchema())],
  ]);
  for (const action of globSync(['action.yml', 'actions/*/action.yml'], { cwd: root }).toSorted()) {
    const readme = path.posix.join(path.posix.dirname(action.replaceAll(path.sep, '/')), 'README.md');
    const absolute = path.join(root, readme);
    if (!existsSync(absolute)) continue;
    files.set(readme, withTables(readFileSync(absolute, 'utf8'), readActionMetadata(root, action)));
  }
  const margins = 'docs/choosing-a-margin.md';
  const page = current(root, margins);
  if (page !== undefined) files.set(margins, withComputed(page, margins, marginTables()));
  return files;
}

/** Those of the generated files that are not up to date. */
export function staleGenerated(root: string): readonly string[] {
  return [...generated(root)].filter(([file, text]) => current(root, file) !== text).map(([file]) => file);
}

/** A README with the tables of inputs and outputs between their markers; other text stays as it is. */
export function withTables(readme: string, { inputs, outputs }: ActionMetadata): string {
  const inputRows = Object.entries(inputs).map(([name, { description, default: value, required }]) => [
    `\`${name}\``,
    required ? '**required**' : value === undefined || value === '' ? '' : `\`${value}\``,
    description,
  ]);
  const outputRows = Object.entries(outputs).map(([name, { description }]) => [`\`${name}\``, description]);
  return between(
    between(readme, 'inputs', markdownTable(['Input', 'Default', 'What it says'], inputRows)),
    'outputs',
    markdownTable(['Output', 'What it says'], outputRows),
  );
}

function jsonFile(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function current(root: string, file: string): string | undefined {
  const absolute = path.join(root, file);
  return existsSync(absolute) ? readFileSync(absolute, 'utf8') : undefined;
}

if (import.meta.main) {
  const { check } = parseArgs({ options: { check: { type: 'boolean', default: false } } }).values;
  const root = path.dirname(import.meta.dirname);
  const stale = staleGenerated(root);
  if (check && stale.length > 0) {
    console.error(`${stale.map((file) => `${file} is stale`).join('\n')}\n\nRun "npm run generate" and commit.`);
    process.exitCode = 1;
  }
  for (const [file, text] of check ? [] : generated(root)) {
    if (!stale.includes(file)) continue;
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), text);
    console.log(`wrote ${file}`);
  }
}
