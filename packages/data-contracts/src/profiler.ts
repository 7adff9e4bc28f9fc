import type { Source } from '@modelgate/tables';
import { leastNamedRows, type Profile, type ProfileColumn, profileSchemaId } from './profile.ts';
import { categoryProfiles } from './profiler-category.ts';
import { type PlannedColumn, type ProfiledTable, plannedColumns } from './profiler-column.ts';
import { firstLook } from './profiler-look.ts';
import { numberProfiles } from './profiler-number.ts';

export interface ProfileSpec {
  /** Counts over its bins and its values, so that `drift` can compare; without it over bins of the table's own. */
  readonly reference?: Profile | undefined;
  /** Fewest rows of a value that the profile names, ≥ 2; default 5. With a reference, its own number holds. */
  readonly listedFrom?: number | undefined;
  /** Default all. */
  readonly columns?: readonly string[] | undefined;
  readonly commit: string;
  /** Version of Modelgate. */
  readonly tool: string;
}

/** In one query: a profile of a wide table reads it in several goes, each its own columns. */
const columnsAtOnce = 60;

/**
 * Looks at a table as a whole. Two passes over it against a reference (counts, moments and bins; values), three without
 * one (then bins follow from quantiles), for each 60 columns.
 *
 * All counts are exact, over the rows of `source`. `distinct` is exact for categories, and for numbers up to 10,000,
 * and an estimate beyond. Bins hold about a twentieth of the values each; where 20 values or fewer occur, one value
 * each. Of more than two million rows the edges are quantiles of a part of the rows, the counts are not.
 *
 * What could point at a person is not told: values in fewer rows than `listedFrom` or longer than 60 characters, and
 * nothing of a column that is personal by its name or its values (`withheld: personal`). Nor are values of a column
 * with more than 100,000 of them (`many-values`), or of which less than a tenth may be named (`rare-values`). The 500
 * most frequent values are listed at most, and `listedFrom` of the column says from where on.
 *
 * @throws UserError of the engine
 */
export async function profileTable(table: ProfiledTable, spec: ProfileSpec): Promise<Profile> {
  const { source } = table;
  const columns: ProfileColumn[] = [];
  const all = await plannedColumns(table, spec);
  for (let from = 0; from < all.length; from += columnsAtOnce) {
    columns.push(...(await profiledColumns(table, all.slice(from, from + columnsAtOnce), spec)));
  }
  return {
    schema: profileSchemaId,
    tool: spec.tool,
    commit: spec.commit,
    sha256: source.digest,
    rows: source.rows,
    ...sampled(source),
    columns,
  };
}

function sampled({ sampledFrom }: Source): { readonly sampledFrom?: number } {
  return sampledFrom === undefined ? {} : { sampledFrom };
}

async function profiledColumns(
  table: ProfiledTable,
  planned: readonly PlannedColumn[],
  { reference, listedFrom = leastNamedRows }: ProfileSpec,
): Promise<readonly ProfileColumn[]> {
  const looks = await firstLook(table, planned, reference === undefined);
  const columns = looks.map(({ column }) => column);
  const ofColumn = new Map(looks.map((look) => [look.column.name, look]));
  const lookOf = (name: string) => {
    const look = ofColumn.get(name);
    if (look === undefined) throw new Error(`${name} was not looked at`);
    return look;
  };
  const profiled = new Map<string, ProfileColumn>();
  const { categories, grouped } = await categoryProfiles(table, columns, { lookOf, listedFrom });
  const numbers = await numberProfiles(table, columns, { lookOf, grouped });
  for (const column of [...categories, ...numbers]) profiled.set(column.name, column);
  return columns.map((column): ProfileColumn => {
    const found = profiled.get(column.name);
    if (found !== undefined) return found;
    if (column.kind !== 'other') throw new Error(`${column.name} was not profiled`);
    return { name: column.name, type: column.type, nulls: table.source.rows - lookOf(column.name).there };
  });
}
