import path from 'node:path';
import { readText } from '@modelgate/action';
import { UserError } from '@modelgate/core';
import { importedContract, inferredContract } from '@modelgate/data-contracts';
import type { Shell } from './command.ts';
import { type EngineArguments, put, withTables } from './own-tables.ts';

export interface ContractOptions extends EngineArguments {
  /** `infer` or `import`. */
  readonly task: string | undefined;
  /** A table, or the file of another tool. */
  readonly subject: string | undefined;
  readonly from?: string;
  readonly out?: string;
  readonly force: boolean;
}

/** Proposes a contract from a table, or takes over that of another tool. @returns the exit code */
export async function contract(options: ContractOptions, shell: Shell): Promise<number> {
  const { task, subject } = options;
  if ((task !== 'infer' && task !== 'import') || subject === undefined)
    throw new UserError('policy-invalid', 'contract is told neither `infer <table>` nor `import <file>`', {
      how: 'modelgate contract infer data/train/*.parquet, or modelgate contract import suite.json --from great-expectations',
    });
  await put(
    task === 'infer' ? await inferred(subject, options, shell) : await imported(subject, options, shell),
    options,
    shell,
  );
  return 0;
}

async function inferred(table: string, options: ContractOptions, shell: Shell): Promise<string> {
  const name = path.basename(table).replace(/\..*$/, '');
  return await withTables(options, shell, (engine) => inferredContract(engine, table, name));
}

async function imported(file: string, { from }: ContractOptions, shell: Shell): Promise<string> {
  const { contract: text, left } = await importedContract(from, await readText(shell.folder, file), file);
  for (const { what, why, where } of left)
    process.stderr.write(`not taken over: ${where === undefined ? '' : `${where}: `}${what}: ${why}\n`);
  return text;
}
