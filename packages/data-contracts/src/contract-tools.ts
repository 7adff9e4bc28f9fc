import { UserError } from '@modelgate/core';
import type { DataEngine } from '@modelgate/tables';
import type { ImportedContract } from './import-contract.ts';

// What the command line does beside judging. Each is loaded by its first use, so that a gate's step starts without it.

/** Proposes a contract from one look at a table. @throws UserError of the engine */
export async function inferredContract(engine: DataEngine, table: string, name: string): Promise<string> {
  const [{ inferContract }, { observeColumns }, { duckdb }] = await Promise.all([
    import('./infer-contract.ts'),
    import('./observe-columns.ts'),
    import('./dialect.ts'),
  ]);
  const source = await engine.describe(table);
  return inferContract(name, await observeColumns({ engine, dialect: duckdb, source }));
}

/** Takes over the contract of another tool. @throws UserError for a tool that is not known, and as `importContract` */
export async function importedContract(
  tool: string | undefined,
  text: string,
  file: string,
): Promise<ImportedContract> {
  const { contractSources, importContract } = await import('./import-contract.ts');
  const source = contractSources.find((one) => one === tool);
  if (source !== undefined) return importContract(source, text, file);
  const what = tool === undefined ? '--from is missing' : `--from ${tool}: contracts of that tool are not known`;
  throw new UserError('policy-invalid', what, { how: `write --from ${contractSources.join(', --from ')}` });
}

/** The text of a table's profile. @throws UserError of the engine */
export async function profileText(
  engine: DataEngine,
  table: string,
  made: { readonly commit: string; readonly tool: string },
): Promise<string> {
  const [{ profileTable }, { writeProfile }, { duckdb }] = await Promise.all([
    import('./profiler.ts'),
    import('./profile-text.ts'),
    import('./dialect.ts'),
  ]);
  return writeProfile(await profileTable({ engine, dialect: duckdb, source: await engine.describe(table) }, made));
}
