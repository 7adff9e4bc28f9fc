import { UserError } from '@modelgate/core';
import type { ColumnType } from './column-type.ts';
import type { MatchedFile } from './source-files.ts';
import { identifier, literal } from './sql-text.ts';

/** A column with the SQL that reads it, exactly typed, from its relation. */
export interface RelationColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly storedAs: string;
  readonly sql: string;
  /** In formats whose values are guessed from text: SQL of the text as it is written. */
  readonly written?: string;
  /** In JSON: SQL of the value as JSON. */
  readonly json?: string;
}

/** What stands after FROM, and what is known about it. */
export interface Relation {
  readonly sql: string;
  /** The same of each of its files alone, to find the one that cannot be read. */
  readonly parts: readonly RelationPart[];
  /** The columns that the parts have themselves. */
  readonly raw: readonly string[];
  readonly rows: number;
  readonly columns: readonly RelationColumn[];
}

export interface RelationPart {
  readonly path: string;
  readonly sql: string;
}

/**
 * SQL names do not tell `a` from `A`; the engine would rename the second one without a word.
 *
 * @throws UserError `file-unreadable`
 */
export function refuseSameNames(names: readonly string[], file: MatchedFile): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    const earlier = seen.get(name.toLowerCase());
    if (earlier !== undefined) {
      const twice =
        earlier === name
          ? `two columns named "${name}"`
          : `columns "${earlier}" and "${name}", which differ only by case`;
      throw new UserError('file-unreadable', `${file.path} has ${twice}.`, {
        how: 'Rename one of them.',
        where: { file: file.path },
      });
    }
    seen.set(name.toLowerCase(), name);
  }
}

export function partsOf(
  files: readonly MatchedFile[],
  reader: (files: readonly MatchedFile[]) => string,
): readonly RelationPart[] {
  return files.map((file) => ({ path: file.path, sql: reader([file]) }));
}

/** Option of the engine's readers: how files are packed, by their own names and not by those that links lead to. */
export function compressionOption(files: readonly MatchedFile[]): string {
  const [kind = 'uncompressed', ...others] = new Set(files.map(({ compression }) => compression ?? 'uncompressed'));
  return others.length === 0 ? `, compression = '${kind}'` : '';
}

/** Option of the engine's readers that adds a column with the path of each row's file. */
export function fileOption(fileColumn: string | undefined): string {
  return fileColumn === undefined ? '' : `, filename = ${literal(fileColumn)}`;
}

/** @throws UserError `file-unreadable` when two files of one table do not have the same columns */
export function refuseOtherColumns(
  first: readonly string[],
  file: MatchedFile,
  other: readonly string[],
  otherFile: MatchedFile,
): void {
  const [missing] = first.filter((name) => !other.includes(name));
  const [extra] = other.filter((name) => !first.includes(name));
  const difference =
    missing !== undefined
      ? `"${missing}" is missing`
      : extra !== undefined
        ? `"${extra}" is only there`
        : first.some((name, index) => name !== other[index])
          ? 'they are in another order'
          : undefined;
  if (difference === undefined) return;
  throw new UserError('file-unreadable', `${otherFile.path} has other columns than ${file.path}: ${difference}.`, {
    how: 'All files of one table must have the same columns.',
    where: { file: otherFile.path },
  });
}

/**
 * The table with its columns under their own names, each of its type; a query in parentheses.
 *
 * @param wanted which columns, where not all
 */
export function typedRelation(
  { sql, columns }: Relation,
  wanted: (column: RelationColumn) => boolean = () => true,
): string {
  const typed = columns.filter(wanted).map((column) => `${column.sql} AS ${identifier(column.name)}`);
  return `(SELECT ${typed.length === 0 ? '1' : typed.join(', ')} FROM ${sql})`;
}
