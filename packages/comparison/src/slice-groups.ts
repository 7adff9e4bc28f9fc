import { UserError } from '@modelgate/core';
import type { Division } from '@modelgate/tables';
import type { PlannedDivision } from './slice-plan.ts';

/** One group of rows of the examples. */
export interface Group {
  /** Entry of `by`. */
  readonly by: string;
  /** carrier=AS; origin=EWR, dest=LAX; long-haul; carrier is missing. */
  readonly name: string;
  /** Column of the joined table that holds the groups of this division, and this one's index there. */
  readonly division: string;
  readonly index: number;
  /** Of the examples. */
  readonly rows: number;
  /** By column of the examples: what its rows hold; null for nothing. Undefined for bins and conditions. */
  readonly values: Readonly<Record<string, string | null>> | undefined;
}

/** The groups of one entry of `by`. */
export interface Grouping {
  readonly by: string;
  readonly words: string;
  /** Largest first. */
  readonly groups: readonly Group[];
  /** Groups that must be there, and have no row. */
  readonly vanished: readonly string[];
  readonly missing: number;
  readonly leftOut: { readonly groups: number; readonly rows: number };
}

/**
 * The groups that are judged: all that occur, but those beyond the cap.
 *
 * @param required names of groups that a check asks for: never left out
 * @throws UserError `value-missing` where rows without a value are an error
 */
export function groupingOf(
  planned: PlannedDivision,
  { column: division, groups: found, missing: untold }: Division,
  atMost: number,
  required: ReadonlySet<string>,
): Grouping {
  const { by, words, written } = planned;
  const all = found.map((group, index): Group => {
    const { name, values } = nameOf(planned, group.values, index);
    return { by, name, division, index, rows: group.rows, values };
  });
  const isMissing = ({ index }: Group) => found[index]?.values.includes(null) ?? false;
  const without = all.filter(isMissing).reduce((sum, { rows }) => sum + rows, untold);
  if (written.missing === 'error' && without > 0) {
    throw new UserError('value-missing', `${rowsOf(without)} no value by which \`${by}\` could divide them.`, {
      how: 'Fill the column in the examples, or write `missing: group` or `missing: leave-out`.',
    });
  }
  const kept = all.filter((group) => written.missing === 'group' || !isMissing(group));
  const present = kept.filter(({ rows }) => rows > 0);
  const declared = declaredNames(planned, kept);
  const vanished = [...declared, ...[...required].filter((name) => kept.some((group) => group.name === name))].filter(
    (name) => !present.some((group) => group.name === name),
  );
  const bySize = present.toSorted((one, other) => other.rows - one.rows || one.index - other.index);
  const asked = new Set([...declared, ...required]);
  const largest = new Set([
    ...bySize.filter(({ name }) => asked.has(name)),
    ...bySize.filter(({ name }) => !asked.has(name)).slice(0, atMost),
  ]);
  const out = bySize.filter((group) => !largest.has(group));
  return {
    by,
    words,
    groups: bySize.filter((group) => largest.has(group)),
    vanished: [...new Set(vanished)],
    missing: without,
    leftOut: { groups: out.length, rows: out.reduce((sum, { rows }) => sum + rows, 0) },
  };
}

function nameOf(
  { by, spec, bins }: PlannedDivision,
  values: readonly (string | null)[],
  index: number,
): Pick<Group, 'name' | 'values'> {
  switch (spec.kind) {
    case 'where':
      return { name: by, values: undefined };
    case 'bins':
      return { name: bins[index] ?? `${spec.column} is missing`, values: undefined };
    case 'columns': {
      const of = spec.columns.map((column, at) => [column, values[at] ?? null] as const);
      const name = of.map(([column, value]) => (value === null ? `${column} is missing` : `${column}=${value}`));
      return { name: name.join(', '), values: Object.fromEntries(of) };
    }
  }
}

/** Bins, conditions and listed values are there because somebody wrote them down. */
function declaredNames({ by, spec, bins, written }: PlannedDivision, groups: readonly Group[]): readonly string[] {
  if (spec.kind === 'where') return [by];
  if (spec.kind === 'bins') return bins;
  const [column] = spec.columns;
  return (written.values ?? []).map((value) => {
    const same = groups.find(({ values }) => means(values?.[column ?? ''] ?? null, value));
    return same?.name ?? (value === null ? `${column} is missing` : `${column}=${value}`);
  });
}

/** 1 in the policy is 1.0 in a column of decimal numbers. */
function means(text: string | null, value: string | number | boolean | null): boolean {
  if (text === null || value === null) return text === value;
  return text === String(value) || (typeof value === 'number' && text.trim() !== '' && Number(text) === value);
}

function rowsOf(rows: number): string {
  return `${rows.toLocaleString('en')} ${rows === 1 ? 'row of the examples has' : 'rows of the examples have'}`;
}
