import type { Row, Source } from '@modelgate/tables';
import * as z from 'zod';
import type { ContractWorld, RuleIdentity } from './measurement.ts';

const rowSchema = z.record(z.string(), z.union([z.int().min(0), z.null().transform(() => 0)]));

/** The one row of counts that a query of ours gives; NULL, the sum of nothing, is 0. */
export async function countsOf(
  { engine }: ContractWorld,
  sql: string,
  tables: Readonly<Record<string, Source>>,
): Promise<(name: string) => number> {
  const [row]: readonly Row[] = await engine.ask({ sql, tables, most: 1 });
  const counts = rowSchema.parse(row);
  return (name) => {
    const count = counts[name];
    if (count === undefined) throw new Error(`a query of counts gave no ${name}`);
    return count;
  };
}

/** All documents, of which `this` may be a sample: who is not in a sample is not gone. */
export function wholeCorpus(world: ContractWorld): Promise<Source> {
  const { source } = world;
  return source.sampledFrom === undefined ? Promise.resolve(source) : world.table(source.path);
}

/** A rule of the corpus with the level and the words that the contract gives it. */
export function ruleOf(
  id: string,
  section: string,
  said: { readonly level?: RuleIdentity['level']; readonly why?: string | undefined } | undefined,
  column?: string,
): RuleIdentity {
  const { level = 'fail', why } = said ?? {};
  return {
    ...{ id, path: ['corpus', section], level },
    ...(column === undefined ? {} : { column }),
    ...(why === undefined ? {} : { why }),
  };
}
