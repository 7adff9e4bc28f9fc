import { faultEvery, type Kind } from './trips.ts';

/**
 * The 25 checks, and what each finds in the faulty table: so many rows of every thousand, or `fails` without a count,
 * or nothing. Duplicates are counted in three ways, so a side says which is its own.
 */
export const checks = {
  columns: 'holds',
  row_count: 'holds',
  id_null: 1,
  id_unique: 'duplicates',
  zone_null: 1,
  zone_range: 1,
  zone_ref: 2,
  pay_null: 1,
  pay_set: 1,
  code_pattern: 2,
  code_length: 1,
  amount_null: 1,
  amount_range: 2,
  amount_mean: 'fails',
  amount_stddev: 'fails',
  amount_p50: 'holds',
  amount_p99: 'holds',
  temp_range: 1,
  temp_mean: 'holds',
  temp_stddev: 'holds',
  pax_null: 100,
  pax_range: 1,
  freshness: 'fails',
  flagged_share: 'holds',
  email_pattern: 1,
} as const;
export type Check = keyof typeof checks;

/** Of every thousand rows: the two that share their id, one of them, or both and the one without an id. */
export const duplicates = { rows: 2, surplus: 1, 'rows and missing': 3 } as const;

/** What a side says that it did. */
export interface Outcome {
  /** Checks that were evaluated. */
  readonly asked: readonly string[];
  /** Those that failed, with the number of rows where the side tells one. */
  readonly failed: Readonly<Record<string, number | null>>;
  readonly errors: readonly string[];
  readonly versions: string;
}

/** How a side counts. */
export interface Counting {
  readonly duplicates: keyof typeof duplicates;
  /** Checks that it only answers for the whole column. */
  readonly uncounted?: readonly Check[];
}

/** Where an outcome is not what the table was made for: every check evaluated, none in error, and the same rows found. */
export function mistakes(outcome: Outcome, kind: Kind, rows: number, counting: Counting): readonly string[] {
  const names = Object.keys(checks);
  const asked = outcome.asked.filter((name) => names.includes(name));
  const [missing, failed] = [
    names.filter((name) => !asked.includes(name)),
    kind === 'clean' ? {} : found(rows, counting),
  ];
  const problems = [
    ...outcome.errors,
    ...(missing.length > 0 ? [`not evaluated: ${missing.join(', ')}`] : []),
    ...(asked.length === new Set(asked).size ? [] : ['a check was evaluated twice']),
  ];
  for (const name of new Set([...Object.keys(failed), ...Object.keys(outcome.failed)])) {
    const [expected, actual] = [failed[name], outcome.failed[name]];
    if (expected !== actual) problems.push(`${name}: ${words(actual)}, expected ${words(expected)}`);
  }
  return problems;
}

function found(rows: number, counting: Counting): Readonly<Record<string, number | null>> {
  return Object.fromEntries(
    Object.entries(checks).flatMap(([name, fault]): [string, number | null][] => {
      if (fault === 'holds') return [];
      if (fault === 'fails' || counting.uncounted?.includes(name as Check)) return [[name, null]];
      const every = fault === 'duplicates' ? duplicates[counting.duplicates] : fault;
      return [[name, (rows / faultEvery) * every]];
    }),
  );
}

function words(failing: number | null | undefined): string {
  if (failing === undefined) return 'holds';
  return failing === null ? 'fails' : `fails in ${failing} rows`;
}
