import { UserError } from '@modelgate/core';
import * as z from 'zod';
import { columnTypeOf } from './column-type.ts';
import { fileOption, partsOf, type Relation, refuseOtherColumns, refuseSameNames } from './relation.ts';
import { fetchFailure } from './remote-store.ts';
import { count } from './rows.ts';
import { EngineFailure, type Session } from './session.ts';
import type { MatchedFile } from './source-files.ts';
import { identifier, list, plainPath } from './sql-text.ts';

interface ParquetColumn {
  readonly name: string;
  readonly storedAs: string;
}

/**
 * Parquet, columns matched by name across the files of a table.
 *
 * @throws UserError `file-unreadable`
 */
export async function parquetRelation(
  session: Session,
  files: readonly MatchedFile[],
  fileColumn?: string,
): Promise<Relation> {
  let first: { readonly file: MatchedFile; readonly columns: readonly ParquetColumn[] } | undefined;
  for (const file of files) {
    const columns = await columnsOf(session, file);
    if (first === undefined) first = { file, columns };
    else refuseOtherSchema(first.columns, first.file, columns, file);
  }
  const reader = (some: readonly MatchedFile[]) =>
    `read_parquet(${list(some.map((file) => plainPath(file.real)))}, hive_partitioning = false${fileOption(fileColumn)})`;
  const sql = reader(files);
  const { rows } = await session.row(`SELECT count(*) AS rows FROM ${sql}`, z.object({ rows: count }));
  const columns = (first?.columns ?? []).map(({ name, storedAs }) => ({
    name,
    storedAs,
    type: columnTypeOf(storedAs),
    sql: identifier(name),
  }));
  return { sql, parts: partsOf(files, reader), raw: columns.map(({ name }) => name), rows, columns };
}

async function columnsOf(session: Session, file: MatchedFile): Promise<readonly ParquetColumn[]> {
  const path = list([plainPath(file.real)]);
  try {
    const described = await session.rows(
      `DESCRIBE SELECT * FROM read_parquet(${path}, hive_partitioning = false)`,
      z.object({ column_name: z.string(), column_type: z.string() }),
    );
    const schema = await session.rows(
      `SELECT name, num_children FROM parquet_schema(${path})`,
      z.object({ name: z.string(), num_children: count.nullable() }),
    );
    refuseSameNames(topNames(schema), file);
    return described.map((column) => ({ name: column.column_name, storedAs: column.column_type }));
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    throw unreadable(file, error);
  }
}

function unreadable(file: MatchedFile, failure: EngineFailure): UserError {
  const unfetched = fetchFailure(file.path, failure);
  if (unfetched !== undefined) return unfetched;
  if (/encrypt/i.test(failure.detail)) {
    return new UserError('file-unreadable', `${file.path} is encrypted, and no key is known here.`, {
      how: 'Give the check a decrypted copy: write one in the step before it.',
      where: { file: file.path },
      cause: failure,
    });
  }
  const cut = /magic bytes|too small|footer|end of file/i.test(failure.detail);
  return new UserError(
    'file-unreadable',
    `${file.path} is not a whole Parquet file${cut ? ': its end is missing' : ''}.`,
    {
      how: 'Did the step that writes it end well, and was the file uploaded whole?',
      where: { file: file.path },
      cause: failure,
    },
  );
}

/** The schema lists the tree depth first, from a root that has the columns as children. */
function topNames(
  schema: readonly { readonly name: string; readonly num_children: number | null }[],
): readonly string[] {
  const names: string[] = [];
  const skip = (index: number): number => {
    let next = index + 1;
    for (let child = 0; child < (schema[index]?.num_children ?? 0); child++) next = skip(next);
    return next;
  };
  for (let index = 1; index < schema.length; index = skip(index)) names.push(schema[index]?.name ?? '');
  return names;
}

function refuseOtherSchema(
  first: readonly ParquetColumn[],
  file: MatchedFile,
  other: readonly ParquetColumn[],
  otherFile: MatchedFile,
): void {
  const names = (columns: readonly ParquetColumn[]) => columns.map(({ name }) => name).sort();
  refuseOtherColumns(names(first), file, names(other), otherFile);
  for (const column of first) {
    const storedAs = other.find(({ name }) => name === column.name)?.storedAs;
    if (storedAs !== undefined && storedAs !== column.storedAs) {
      throw new UserError(
        'file-unreadable',
        `${otherFile.path} has other columns than ${file.path}: "${column.name}" is ${storedAs} there, not ${column.storedAs}.`,
        { how: 'All files of one table must have the same columns.', where: { file: otherFile.path } },
      );
    }
  }
}
