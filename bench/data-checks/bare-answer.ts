import * as z from 'zod';
import type { Check, Outcome } from './checks.ts';
import { freshDays } from './trips.ts';

const number = z.coerce.number();
const answer = z.object({
  numbers: z.object({
    row_count: number,
    id_null: number,
    id_unique: number,
    zone_null: number,
    zone_range: number,
    zone_ref: number,
    pay_null: number,
    pay_set: number,
    code_pattern: number,
    code_length: number,
    amount_null: number,
    amount_range: number,
    amount_mean: number,
    amount_stddev: number,
    amount_quantiles: z.tuple([number, number]),
    temp_range: number,
    temp_mean: number,
    temp_stddev: number,
    pax_null: number,
    pax_range: number,
    newest: number,
    flagged_share: number,
    email_pattern: number,
  }),
  columns: z.array(z.tuple([z.string(), z.string()])),
  versions: z.string(),
});

const columns = [
  ['id', 'BIGINT'],
  ['zone_id', 'INTEGER'],
  ['pay', 'VARCHAR'],
  ['code', 'VARCHAR'],
  ['amount', 'DOUBLE'],
  ['temp', 'DOUBLE'],
  ['pax', 'INTEGER'],
  ['ts', 'TIMESTAMP'],
  ['flagged', 'BOOLEAN'],
  ['email', 'VARCHAR'],
];

/** Judges the numbers of the hand-written query, which is too little work to be measured. */
export function bareOutcome(log: string): Outcome {
  const { numbers, columns: read, versions } = answer.parse(JSON.parse(log));
  const { row_count: rows, amount_quantiles: quantiles } = numbers;
  const none = (failing: number) => (failing === 0 ? undefined : failing);
  const share = (failing: number, most: number) => (failing <= most * rows ? undefined : failing);
  const between = (value: number, low: number, high: number) => (value >= low && value <= high ? undefined : null);
  const judged: Record<Check, number | null | undefined> = {
    columns: JSON.stringify(read) === JSON.stringify(columns) ? undefined : null,
    row_count: between(rows, 90_000, 110_000_000),
    id_null: none(numbers.id_null),
    id_unique: none(numbers.id_unique),
    zone_null: none(numbers.zone_null),
    zone_range: none(numbers.zone_range),
    zone_ref: none(numbers.zone_ref),
    pay_null: none(numbers.pay_null),
    pay_set: none(numbers.pay_set),
    code_pattern: none(numbers.code_pattern),
    code_length: none(numbers.code_length),
    amount_null: none(numbers.amount_null),
    amount_range: share(numbers.amount_range, 0.001),
    amount_mean: between(numbers.amount_mean, 12, 14.5),
    amount_stddev: between(numbers.amount_stddev, 5, 12),
    amount_p50: between(quantiles[0], 10.5, 11.5),
    amount_p99: between(quantiles[1], 40, 48),
    temp_range: none(numbers.temp_range),
    temp_mean: between(numbers.temp_mean, 17.5, 18.5),
    temp_stddev: between(numbers.temp_stddev, 6.5, 7.5),
    pax_null: share(numbers.pax_null, 0.05),
    pax_range: none(numbers.pax_range),
    freshness: between(Date.now() / 1000 - numbers.newest, 0, freshDays * 86_400),
    flagged_share: between(numbers.flagged_share, 0.18, 0.22),
    email_pattern: none(numbers.email_pattern),
  };
  const failed = Object.entries(judged).filter((one): one is [Check, number | null] => one[1] !== undefined);
  return { asked: Object.keys(judged), failed: Object.fromEntries(failed), errors: [], versions };
}
