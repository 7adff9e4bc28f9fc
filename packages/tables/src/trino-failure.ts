import { UserError } from '@modelgate/core';
import * as z from 'zod';

/** What Trino says of a query that failed. Source: Trino's documentation, "Trino client REST API", QueryError. */
export const queryErrorSchema = z.object({
  message: z.string().default(''),
  errorName: z.string().default('UNKNOWN'),
  errorType: z.string().default('INTERNAL_ERROR'),
  errorLocation: z.object({ lineNumber: z.int(), columnNumber: z.int() }).optional(),
});

type QueryError = z.infer<typeof queryErrorSchema>;

/** A query that Trino refused or gave up. The message names only the kind: Trino's own words quote cells of the data. */
export class TrinoFailure extends Error {
  /** Such as `DIVISION_BY_ZERO`. */
  readonly errorName: string;
  readonly errorType: string;
  readonly queryId: string;
  /** In the statement as it was sent, 1-based. */
  readonly location: { readonly line: number; readonly column: number } | undefined;
  /** Trino's own words. Not for people: they may hold values of cells. */
  readonly detail: string;

  constructor(error: QueryError, queryId: string) {
    super(`Trino failed with ${error.errorName} (query ${queryId})`);
    this.name = 'TrinoFailure';
    this.errorName = error.errorName;
    this.errorType = error.errorType;
    this.queryId = queryId;
    this.location =
      error.errorLocation === undefined
        ? undefined
        : { line: error.errorLocation.lineNumber, column: error.errorLocation.columnNumber };
    this.detail = error.message;
    Object.defineProperty(this, 'detail', { enumerable: false });
  }

  /** Whether the query was too large for the memory that it may use: smaller parts of it may not be. */
  get tooLarge(): boolean {
    return /^(EXCEEDED_(LOCAL|GLOBAL)_MEMORY_LIMIT|CLUSTER_OUT_OF_MEMORY)$/.test(this.errorName);
  }

  /** Whether the statement itself is at fault, not the cluster. */
  get ofStatement(): boolean {
    return this.errorType === 'USER_ERROR' && this.errorName !== 'PERMISSION_DENIED' && !this.ended;
  }

  /** Whether somebody ended the query. */
  get ended(): boolean {
    return /^(ADMINISTRATIVELY_|USER_CANCELED|ABANDONED_QUERY)/.test(this.errorName);
  }
}

/**
 * What Trino says while it reads a statement, before any row: names, types and grammar. With a place in the statement
 * none of these is about a value.
 */
const toldNames: ReadonlySet<string> = new Set([
  'SYNTAX_ERROR',
  'COLUMN_NOT_FOUND',
  'FUNCTION_NOT_FOUND',
  'TABLE_NOT_FOUND',
  'SCHEMA_NOT_FOUND',
  'CATALOG_NOT_FOUND',
  'MISSING_CATALOG_NAME',
  'MISSING_SCHEMA_NAME',
  'MISSING_COLUMN_NAME',
  'TYPE_MISMATCH',
  'TYPE_NOT_FOUND',
  'AMBIGUOUS_NAME',
  'EXPRESSION_NOT_AGGREGATE',
  'EXPRESSION_NOT_SCALAR',
  'EXPRESSION_NOT_IN_DISTINCT',
  'NESTED_AGGREGATION',
  'NESTED_WINDOW',
  'DUPLICATE_COLUMN_NAME',
  'INVALID_ARGUMENTS',
]);

/**
 * The failure in words for people.
 *
 * @param before lines of our own in front of a person's SQL
 */
export function failureWords(failure: TrinoFailure, before = 0): UserError {
  const { errorName, queryId } = failure;
  if (failure.ofStatement) return statementWords(failure, before);
  const query = `query ${queryId}`;
  if (errorName === 'PERMISSION_DENIED')
    return unavailable(failure, `Trino does not let this user read the table (${query}).`, 'Grant SELECT to the user.');
  if (failure.ended)
    return unavailable(failure, `The query was ended by somebody on Trino's side: ${errorName} (${query}).`);
  if (failure.tooLarge)
    return unavailable(
      failure,
      `The query needs more memory than Trino gives it: ${errorName} (${query}).`,
      'Raise query.max-memory-per-node or query.max-memory of the cluster, or check a smaller table or partition.',
    );
  if (failure.errorType === 'INSUFFICIENT_RESOURCES')
    return unavailable(
      failure,
      `Trino gave up the query: ${errorName} (${query}).`,
      'The limit of that name is set in the cluster.',
    );
  return unavailable(
    failure,
    `Trino failed on the query: ${errorName} (${query}).`,
    'What happened stands in its log and web interface, under the id of the query.',
  );
}

function statementWords(failure: TrinoFailure, before: number): UserError {
  const { errorName, location } = failure;
  if (location === undefined || !toldNames.has(errorName)) {
    const words =
      errorName === 'DIVISION_BY_ZERO' ? 'The SQL divides by zero' : `The SQL fails on a value of the table`;
    return new UserError('policy-invalid', `${words} (${errorName}).`, {
      how: 'Where a value may not be readable, write TRY_CAST(… AS …), TRY(…), or NULLIF(…, 0) below a division.',
      cause: failure,
    });
  }
  // Trino repeats the place in its words, and adds what it would have taken: dozens of words
  const said = failure.detail.replace(/^line \d+:\d+: /, '').replace(/\. Expecting:[\s\S]*$/, '');
  const line = location.line - before;
  const at = line < 1 ? '' : `, line ${line}, column ${location.column}`;
  const kind = errorName === 'SYNTAX_ERROR' ? 'cannot be read' : 'is not taken';
  return new UserError('policy-invalid', `The SQL ${kind} by Trino: ${said}${at}.`, {
    how: 'Check grammar, names of columns and functions; Trino knows others than DuckDB.',
    cause: failure,
  });
}

function unavailable(cause: TrinoFailure, message: string, how?: string): UserError {
  return new UserError('query-failed', message, { cause, ...(how === undefined ? {} : { how }) });
}
