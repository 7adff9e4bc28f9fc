import { nearest, type Reason, UserError } from '@modelgate/core';
import * as z from 'zod';
import type { ColumnType } from './column-type.ts';
import { type ColumnUse, fitsUse, needOf } from './column-use.ts';
import type { Relation, RelationColumn } from './relation.ts';
import { count } from './rows.ts';
import { EngineFailure, type Session } from './session.ts';
import { keyChecks, useChecks, type ValueCheck } from './value-check.ts';

/** A table as one party of a comparison, with the columns that it must have. */
export interface Party {
  /** Such as `candidate table out/predictions.csv`. */
  readonly words: string;
  readonly file: string;
  readonly relation: Relation;
  /** Undefined where rows need none. */
  readonly key: string | undefined;
  /** Labels, weights, clusters, outputs. */
  readonly wanted: readonly WantedColumn[];
}

export interface WantedColumn {
  readonly column: string;
  readonly use: ColumnUse;
  /** In place of the checks that the use has by itself. */
  readonly checks?: ((column: RelationColumn, use: ColumnUse) => readonly ValueCheck[]) | undefined;
}

interface Problem {
  readonly reason: Reason;
  readonly text: string;
}

/**
 * Finds everything that keeps one table from being used, in one pass over the columns in question: columns that are
 * missing or of a wrong type, then nulls, NaN and infinities, probabilities outside [0, 1], keys and classes that lost
 * digits.
 *
 * @throws UserError with the reason of the first problem and a line for each
 */
export async function checkTable(session: Session, party: Party): Promise<void> {
  const structural = structuralProblems(party);
  if (structural.length > 0) throw refused(party, structural);
  const checks = valueChecks(party);
  const found = await counted(session, party, checks);
  const problems: Problem[] = [];
  for (const [index, check] of checks.entries()) {
    const n = found[index] ?? 0;
    if (n > 0) problems.push({ reason: check.reason, text: check.text(n, await firstRow(session, party, check.sql)) });
  }
  if (problems.length > 0) throw refused(party, problems);
}

/** The first time that the values themselves are read, so that damage inside a file shows here. */
async function counted(session: Session, party: Party, checks: readonly ValueCheck[]): Promise<readonly number[]> {
  const counts = checks.map((check) => `coalesce(count_if(${check.sql}), 0)`).join(', ');
  try {
    const found = await session.row(
      `SELECT [${counts}] AS counts FROM ${party.relation.sql}`,
      z.object({ counts: z.array(count) }),
    );
    return found.counts;
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    throw new UserError('file-unreadable', `The ${party.words} cannot be read: its data are damaged.`, {
      how: 'Did the step that writes it end well, and was the file uploaded whole?',
      where: { file: party.file },
      cause: error,
    });
  }
}

/** @throws UserError `column-missing`, a line for each column that is not there */
export function refuseMissingColumns(party: Omit<Party, 'wanted'> & { readonly columns: readonly string[] }): void {
  const problems = party.columns
    .filter((name) => !party.relation.columns.some((known) => known.name === name))
    .map((name): Problem => ({ reason: 'column-missing', text: missing(name, party.relation) }));
  if (problems.length > 0) throw refused(party, problems);
}

/** @throws Error for a column that checkTable has not let through */
export function columnOf(relation: Relation, name: string): RelationColumn {
  const column = relation.columns.find((known) => known.name === name);
  if (column === undefined) throw new Error('a column was used before it was checked');
  return column;
}

function structuralProblems({ relation, key, wanted }: Party): readonly Problem[] {
  const problems: Problem[] = [];
  const find = (name: string, check: (column: RelationColumn) => string | undefined) => {
    const column = relation.columns.find((known) => known.name === name);
    if (column === undefined) {
      problems.push({ reason: 'column-missing', text: missing(name, relation) });
      return;
    }
    const wrong = check(column);
    if (wrong !== undefined) problems.push({ reason: 'column-type', text: `column "${name}" ${wrong}` });
  };
  if (key !== undefined) {
    find(key, ({ type }) =>
      type === 'other' || type === 'mixed' ? `holds ${typeWords[type]}; a key is a number or a text` : undefined,
    );
  }
  for (const { column, use } of wanted) find(column, (found) => wrongType(found, use));
  return problems;
}

function missing(name: string, relation: Relation): string {
  const names = relation.columns.map((column) => column.name);
  const near = nearest(name, names);
  const shown = names
    .slice(0, 20)
    .map((known) => `"${known}"`)
    .join(', ');
  const rest = names.length > 20 ? ` and ${names.length - 20} more` : '';
  return `there is no column "${name}"; ${near === undefined ? `there are ${shown}${rest}` : `did you mean "${near}"?`}`;
}

const typeWords: Readonly<Record<ColumnType, string>> = {
  boolean: 'booleans',
  integer: 'integers',
  number: 'numbers',
  text: 'text',
  time: 'dates or times',
  other: 'lists, structures or bytes',
  mixed: 'values of several types',
  empty: 'nothing but nulls',
};

function wrongType(column: RelationColumn, use: ColumnUse): string | undefined {
  return fitsUse(column, use) ? undefined : `holds ${typeWords[column.type]}; ${needOf(use)}`;
}

function valueChecks({ relation, key, wanted }: Party): readonly ValueCheck[] {
  const keys = key === undefined ? [] : keyChecks(columnOf(relation, key));
  return [
    ...keys,
    ...wanted.flatMap(({ column, use, checks }) => (checks ?? useChecks)(columnOf(relation, column), use)),
  ];
}

/** Rows count from 1 over all files of the table in their order, without header lines. */
async function firstRow(session: Session, party: Party, condition: string): Promise<number> {
  const { row } = await session.row(
    `SELECT min(position) AS row FROM (SELECT row_number() OVER () AS position, ${condition} AS hit FROM ${party.relation.sql}) WHERE hit`,
    z.object({ row: count }),
  );
  return row;
}

function refused(party: Pick<Party, 'words' | 'file'>, problems: readonly Problem[]): UserError {
  const [head, ...others] = problems;
  if (head === undefined) throw new Error('a table was refused without a problem');
  const where = { file: party.file };
  if (others.length === 0) {
    const sentence = `The ${party.words}: ${head.text}${head.text.endsWith('?') ? '' : '.'}`;
    return new UserError(head.reason, sentence, { where });
  }
  const lines = problems.map(({ text }) => `- ${text}`).join('\n');
  return new UserError(head.reason, `The ${party.words} has ${problems.length} problems:\n${lines}`, { where });
}
