import { UserError } from '@modelgate/core';
import * as z from 'zod';
import { bitsOf, inParts, textKind, typeOfTexts } from './column-type.ts';
import { type CsvDialect, csvDialect } from './csv-dialect.ts';
import { longestLine } from './long-line.ts';
import {
  compressionOption,
  fileOption,
  partsOf,
  type Relation,
  type RelationColumn,
  refuseOtherColumns,
  refuseSameNames,
} from './relation.ts';
import { count } from './rows.ts';
import { EngineFailure, type Session } from './session.ts';
import type { MatchedFile } from './source-files.ts';
import { identifier, list, literal, plainPath } from './sql-text.ts';

/**
 * CSV and TSV (RFC 4180, UTF-8, with header; also with a byte order mark, `;`, tab or `|`, packed with gzip or zstd). Everything is read
 * as text first and typed by every row, so that no id passes through a double on its way.
 *
 * @throws UserError `file-unreadable`, `file-empty`
 */
export async function csvRelation(
  session: Session,
  files: readonly MatchedFile[],
  fileColumn?: string,
): Promise<Relation> {
  const dialect = await commonDialect(files);
  const types = dialect.names.map((name) => `${literal(name)}: 'VARCHAR'`).join(', ');
  const options = `auto_detect = false, header = true, delim = ${literal(dialect.delimiter)}, quote = '"', escape = '"', hive_partitioning = false, max_line_size = ${longestLine.csv}${compressionOption(files)}`;
  const reader = (some: readonly MatchedFile[]) =>
    `read_csv(${list(some.map((file) => plainPath(file.real)))}, ${options}, columns = {${types}}${fileOption(fileColumn)})`;
  const sql = reader(files);
  const columns: RelationColumn[] = [];
  let rows = 0;
  try {
    for (const names of inParts(dialect.names)) {
      const kinds = names.map((name, index) => `CAST(${textKind(identifier(name))} AS USMALLINT) AS k${index}`);
      const found = await session.row(
        `SELECT count(*) AS rows, ${bitsOf(names.map((_, index) => `k${index}`))} AS bits
         FROM (SELECT ${kinds.join(', ')} FROM ${sql})`,
        z.object({ rows: count, bits: z.array(z.int()) }),
      );
      rows = found.rows;
      for (const [index, name] of names.entries()) {
        const type = typeOfTexts(found.bits[index] ?? 0);
        const written = identifier(name);
        columns.push({ name, ...type, sql: `CAST(${written} AS ${type.storedAs})`, written });
      }
    }
    return { sql, parts: partsOf(files, reader), raw: dialect.names, rows, columns };
  } catch (error) {
    throw error instanceof EngineFailure ? defect(error, files) : error;
  }
}

async function commonDialect(files: readonly MatchedFile[]): Promise<CsvDialect> {
  let common: { readonly dialect: CsvDialect; readonly file: MatchedFile } | undefined;
  for (const file of files) {
    const dialect = await csvDialect(file);
    refuseSameNames(dialect.names, file);
    if (common === undefined) {
      common = { dialect, file };
      continue;
    }
    refuseOtherColumns(common.dialect.names, common.file, dialect.names, file);
    if (common.dialect.delimiter !== dialect.delimiter) {
      throw new UserError('file-unreadable', `${file.path} has another delimiter than ${common.file.path}.`);
    }
  }
  if (common === undefined) throw new Error('a table of no files');
  return common.dialect;
}

/** From the engine's text only the line, the kind of defect and the two numbers: the rest quotes the row. */
function defect(failure: EngineFailure, files: readonly MatchedFile[]): UserError {
  const { detail } = failure;
  const named = /^ {2}file = (.*)$/m.exec(detail)?.[1];
  const file = files.find(({ real }) => plainPath(real) === named || real === named) ?? files[0];
  const path = file?.path ?? 'the table';
  const line = Number(/CSV Error on Line: (\d+)/.exec(detail)?.[1] ?? Number.NaN);
  const fieldCounts = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(detail);
  const what =
    fieldCounts !== null
      ? `has ${fieldCounts[2]} fields, the header has ${fieldCounts[1]}`
      : /unicode|utf-8/i.test(detail)
        ? 'is not UTF-8'
        : /unterminated quote|quote should be followed/i.test(detail)
          ? 'has a quote that is not closed'
          : /Maximum line size/i.test(detail)
            ? `is longer than the ${longestLine.csv >> 20} MiB that are read of one line`
            : 'is not valid CSV';
  const where = Number.isNaN(line) ? path : `${path}, line ${line}`;
  return new UserError('file-unreadable', `${where} ${what}.`, {
    how:
      what === 'is not UTF-8'
        ? 'Write the file as UTF-8.'
        : what.startsWith('is longer')
          ? 'Is a line break lost, or a quote not closed? Longer texts are read from JSON lines or Parquet.'
          : 'Write the file with a CSV library, which quotes what needs quoting.',
    where: { file: path, ...(Number.isNaN(line) ? {} : { line }) },
    cause: failure,
  });
}
