import { UserError } from '@modelgate/core';
import {
  type CategoryColumn,
  type NumberColumn,
  type Profile,
  type ProfileColumn,
  profileSchema,
  valuesOf,
} from './profile.ts';

const how =
  'profiles are written by Modelgate: take the proposed one from a run’s artifact rather than editing it by hand';

/**
 * Reads a profile.
 *
 * @param text the file's text
 * @param file the name that messages show
 * @throws UserError file-unreadable, with every contradiction at once and the line of the first
 */
export function parseProfile(text: string, file: string): Profile {
  const raw = jsonOf(text, file);
  const parsed = profileSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map(({ path, message }) => {
    const name = path[0] === 'columns' ? nameAt(raw, path[1]) : undefined;
    const keys = path.slice(name === undefined ? 0 : 2).join('.');
    const where = name === undefined ? `\`${keys}\`` : `${keys === '' ? '' : `\`${keys}\` of `}column \`${name}\``;
    return { line: name === undefined ? undefined : lineOf(text, name), words: `${where}: ${message}` };
  });
  const line = places.find((place) => place.line !== undefined)?.line;
  throw new UserError('file-unreadable', `${file} is no profile: ${places.map(({ words }) => words).join('; ')}`, {
    how,
    where: { file, ...(line === undefined ? {} : { line }) },
    cause: parsed.error,
  });
}

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    const line = /line (\d+)/.exec(words)?.[1];
    throw new UserError('file-unreadable', `${file} is no JSON: ${words}`, {
      how,
      where: { file, ...(line === undefined ? {} : { line: Number(line) }) },
      cause,
    });
  }
}

function nameAt(raw: unknown, index: PropertyKey | undefined): string | undefined {
  if (typeof raw !== 'object' || raw === null || !('columns' in raw) || !Array.isArray(raw.columns)) return undefined;
  const one: unknown = raw.columns[Number(index)];
  return typeof one === 'object' && one !== null && 'name' in one && typeof one.name === 'string'
    ? one.name
    : undefined;
}

function lineOf(text: string, name: string): number | undefined {
  const at = text.indexOf(`"name": ${JSON.stringify(name)}`);
  return at === -1 ? undefined : text.slice(0, at).split('\n').length;
}

/**
 * The text of a profile: keys, columns and values in order of their code units, a line for each fact and each value, so
 * that a diff shows what changed. The same profile gives the same bytes; reading and writing again changes nothing.
 * Means and deviations have the digits that so many rows justify; edges stay exact, for they say what was counted.
 */
export function writeProfile(profile: Profile): string {
  const { columns, ...head } = profile;
  const facts = sortedEntries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  const written = columns
    .map((one) => honest(one, profile.rows))
    .sort((a, b) => order(a.name, b.name))
    .map(columnText);
  const block = written.length === 0 ? '  "columns": []' : `  "columns": [\n${written.join(',\n')}\n  ]`;
  return `{\n${[block, ...facts].join(',\n')}\n}\n`;
}

function columnText({ name, ...facts }: ProfileColumn): string {
  const lines = sortedEntries(facts).map(([key, value]) =>
    key === 'values' && Array.isArray(value) && value.length > 0
      ? `      "values": [\n${value.map((pair) => `        ${inline(pair)}`).join(',\n')}\n      ]`
      : `      ${JSON.stringify(key)}: ${inline(value)}`,
  );
  return `    {\n${[`      "name": ${JSON.stringify(name)}`, ...lines].join(',\n')}\n    }`;
}

/** JSON on a line of its own, with keys in order and a space behind commas. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{ ${sortedEntries(value)
    .map(([key, one]) => `${JSON.stringify(key)}: ${inline(one)}`)
    .join(', ')} }`;
}

function sortedEntries(of: object): readonly (readonly [string, unknown])[] {
  return Object.entries(of)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => order(a, b));
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function honest(column: ProfileColumn, rows: number): ProfileColumn {
  switch (column.type) {
    case 'string':
    case 'boolean':
      return withoutRare(column);
    case 'integer':
    case 'decimal':
    case 'double':
      return rounded(column, valuesOf(column, rows));
    default:
      return column;
  }
}

function withoutRare(column: CategoryColumn): CategoryColumn {
  const values = column.values.filter(([, rows]) => rows >= column.listedFrom).sort(([a], [b]) => order(a, b));
  const rare = column.values.reduce((sum, [, rows]) => sum + (rows < column.listedFrom ? rows : 0), 0);
  return { ...column, values, rest: column.rest + rare };
}

/**
 * To two digits of the standard error: σ/√(2n) of the deviation, which is relative and so depends on n alone, σ/√n of the
 * mean, with the deviation as it is written, so that a second writing rounds at the same digit.
 */
function rounded(column: NumberColumn, values: number): NumberColumn {
  if (column.spread === undefined) return column;
  const { mean, ...spread } = column.spread;
  const stddev = Number(spread.stddev.toPrecision(clamped(Math.ceil(Math.log10(Math.sqrt(2 * values))) + 2, 2, 15)));
  if (stddev === 0) return column;
  const decimals = clamped(1 - Math.floor(Math.log10(stddev / Math.sqrt(values))), 0, 100);
  const spreadAsWritten = { ...spread, mean: Number(mean.toFixed(decimals)) + 0, stddev };
  return { ...column, spread: spreadAsWritten };
}

function clamped(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
