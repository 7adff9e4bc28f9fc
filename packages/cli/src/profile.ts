import { version } from '@modelgate/action';
import { UserError } from '@modelgate/core';
import { profileText } from '@modelgate/data-contracts';
import type { Shell } from './command.ts';
import { headCommit } from './local-world.ts';
import { type EngineArguments, put, withTables } from './own-tables.ts';

export interface ProfileOptions extends EngineArguments {
  readonly table: string | undefined;
  readonly out?: string;
  readonly force: boolean;
}

/** Looks at a table as a whole: what later ones are held against once it is committed. @returns the exit code */
export async function profile(options: ProfileOptions, shell: Shell): Promise<number> {
  const { table } = options;
  if (table === undefined)
    throw new UserError('policy-invalid', 'profile is told no table', {
      how: 'modelgate profile data/train/*.parquet --out contracts/train.profile.json',
    });
  const commit = await headCommit(shell.folder);
  const text = await withTables(options, shell, (engine) => profileText(engine, table, { commit, tool: version }));
  await put(text, options, shell);
  return 0;
}
