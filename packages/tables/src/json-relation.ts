import { UserError } from '@modelgate/core';
import * as z from 'zod';
import { bitsOf, type ColumnType, inParts, textKind, typeOfTexts } from './column-type.ts';
import { jsonDefect } from './json-defect.ts';
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

const mostColumns = 10_000;

/** Beside those of the text that a value is written as: what JSON says that it is, and a word that JSON does not know. */
const jsonBits = { boolean: 32, number: 64, string: 128, nested: 256, notFinite: 512 } as const;
const textMask = 31;

/**
 * JSON lines (`.jsonl`, `.ndjson`) or one array of records (`.json`), also packed with
 * gzip or zstd. Numbers keep the digits of the file until their
 * type is known. A column may be missing from a row (null), not from a file.
 *
 * @throws UserError `file-unreadable`, `not-finite` for a bare NaN or infinity
 */
export async function jsonRelation(
  session: Session,
  files: readonly MatchedFile[],
  fileColumn?: string,
): Promise<Relation> {
  try {
    const names = await commonNames(session, files);
    const types = names.map((name) => `${literal(name)}: 'JSON'`).join(', ');
    const reader = (some: readonly MatchedFile[]) =>
      `read_json(${options(some)}, columns = {${types}}${fileOption(fileColumn)})`;
    const sql = reader(files);
    const columns: RelationColumn[] = [];
    let rows = 0;
    for (const part of inParts(names)) {
      const found = await session.row(bitsSql(part, sql), z.object({ rows: count, bits: z.array(z.int()) }));
      if (found.bits.some((bits) => bits >= jsonBits.notFinite)) throw new EngineFailure('a bare NaN');
      rows = found.rows;
      for (const [index, name] of part.entries()) columns.push(column(name, found.bits[index] ?? 0));
    }
    return { sql, parts: partsOf(files, reader), raw: names, rows, columns };
  } catch (error) {
    throw error instanceof EngineFailure ? await defect(error, files) : error;
  }
}

function options(files: readonly MatchedFile[]): string {
  const format = files[0]?.extension === '.json' ? 'array' : 'newline_delimited';
  return `${list(files.map((file) => plainPath(file.real)))}, format = '${format}', maximum_object_size = ${longestLine.json}, hive_partitioning = false${compressionOption(files)}`;
}

/** The names in the order of the first record that has them. */
async function commonNames(session: Session, files: readonly MatchedFile[]): Promise<readonly string[]> {
  let first: { readonly names: readonly string[]; readonly file: MatchedFile } | undefined;
  for (const file of files) {
    const objects = `read_json_objects(${options([file])})`;
    const found = await session.row(
      `SELECT (SELECT count(*) FROM ${objects} WHERE json_type(json) <> 'OBJECT') AS others,
        (SELECT json_keys(json) FROM ${objects} LIMIT 1) AS head,
        (SELECT list(DISTINCT key ORDER BY key) FROM (SELECT unnest(json_keys(json)) AS key FROM ${objects})) AS names`,
      z.object({ others: count, head: nameList, names: nameList }),
    );
    if (found.others > 0) throw new EngineFailure('not an object');
    const names = [...found.head, ...found.names.filter((name) => !found.head.includes(name))];
    refuseSameNames(names, file);
    if (names.length > mostColumns) {
      throw new UserError(
        'file-unreadable',
        `${file.path} has ${names.length} columns; at most ${mostColumns} are read.`,
      );
    }
    if (first === undefined) first = { names, file };
    else refuseOtherColumns([...first.names].sort(), first.file, [...names].sort(), file);
  }
  if (first === undefined || first.names.length === 0) {
    throw new UserError('file-empty', `${first?.file.path ?? 'the table'} holds no rows.`);
  }
  return first.names;
}

const nameList = z
  .array(z.string())
  .nullable()
  .transform((names) => names ?? []);

/**
 * What the engine takes for numbers although JSON does not. No IN: of more than five values the engine makes a join, and
 * of a join for each column more memory than there is.
 */
const bareWord = '-?(?i:nan|inf|infinity)';

/** Type and text of each value once, then what both read as. */
function bitsSql(names: readonly string[], from: string): string {
  const each = (sql: (index: number, name: string) => string) =>
    names.map((name, index) => sql(index, name)).join(', ');
  const values = each((i, name) => `json_type(${identifier(name)}) AS t${i}, ${identifier(name)} ->> '$' AS x${i}`);
  const { boolean, number, string, nested, notFinite } = jsonBits;
  const kinds = each(
    (i) => `CAST(${textKind(`x${i}`)} AS USMALLINT) | CAST(CASE
      WHEN t${i} IN ('BIGINT', 'UBIGINT', 'HUGEINT', 'UHUGEINT') THEN ${number}
      WHEN t${i} = 'DOUBLE' THEN CASE WHEN regexp_full_match(x${i}, '${bareWord}') THEN ${number | notFinite} ELSE ${number} END
      WHEN t${i} = 'VARCHAR' THEN ${string}
      WHEN t${i} = 'BOOLEAN' THEN ${boolean}
      WHEN t${i} IN ('ARRAY', 'OBJECT') THEN ${nested} ELSE 0 END AS USMALLINT) AS k${i}`,
  );
  return `SELECT count(*) AS rows, ${bitsOf(names.map((_, i) => `k${i}`))} AS bits
    FROM (SELECT ${kinds} FROM (SELECT ${values} FROM ${from}))`;
}

function column(name: string, bits: number): RelationColumn {
  const { type, storedAs } = typeOf(bits);
  const text = `(${identifier(name)} ->> '$')`;
  const sql = storedAs === 'VARCHAR' ? text : `CAST(${text} AS ${storedAs})`;
  return { name, type, storedAs, sql, json: identifier(name) };
}

function typeOf(bits: number): { readonly type: ColumnType; readonly storedAs: string } {
  const { boolean, number, string, nested } = jsonBits;
  const kinds = [boolean, number, string, nested].filter((bit) => (bits & bit) !== 0);
  if (kinds.length > 1) return { type: 'mixed', storedAs: 'VARCHAR' };
  if (kinds[0] === nested) return { type: 'other', storedAs: 'VARCHAR' };
  if (kinds[0] === string) return { type: 'text', storedAs: 'VARCHAR' };
  // JSON's numbers know no leading zeros, so what does not read as an integer here is a decimal number.
  const { type, storedAs } = typeOfTexts(bits & textMask);
  return type === 'text' ? { type: 'number', storedAs: 'DOUBLE' } : { type, storedAs };
}

async function defect(failure: EngineFailure, files: readonly MatchedFile[]): Promise<UserError> {
  for (const file of files) {
    const found = await jsonDefect(file);
    if (found === undefined) continue;
    const where = found.line === undefined ? file.path : `${file.path}, line ${found.line}`;
    return new UserError(found.bare ? 'not-finite' : 'file-unreadable', `${where} ${found.what}.`, {
      how: found.bare
        ? 'Find out why the value is not a number; where it is missing on purpose, write null.'
        : 'Write one JSON object a line (.jsonl) or one array of objects (.json).',
      where: { file: file.path, ...(found.line === undefined ? {} : { line: found.line }) },
      cause: failure,
    });
  }
  const why = /duplicate key/.test(failure.detail)
    ? 'a record names one key twice'
    : /maximum_object_size/.test(failure.detail)
      ? `a record is longer than the ${longestLine.json >> 20} MiB that are read of one`
      : 'it is not a table in JSON';
  return new UserError('file-unreadable', `${files[0]?.path ?? 'the table'} cannot be read: ${why}.`, {
    cause: failure,
  });
}
