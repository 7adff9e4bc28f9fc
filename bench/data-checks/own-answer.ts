import * as z from 'zod';
import { type Verdict, verdictSchema } from '../../packages/core/src/index.ts';
import type { Check, Outcome } from './checks.ts';

/** Ids of the contract's rules. `columns` is many: one a column and its type, extra ones, and the order. */
const rules: Readonly<Record<Exclude<Check, 'columns'>, string>> = {
  row_count: 'rows',
  id_null: 'columns.id.nullable',
  id_unique: 'columns.id.unique',
  zone_null: 'columns.zone_id.nullable',
  zone_range: 'columns.zone_id.range',
  zone_ref: 'columns.zone_id.in',
  pay_null: 'columns.pay.nullable',
  pay_set: 'columns.pay.in',
  code_pattern: 'columns.code.pattern',
  code_length: 'columns.code.length',
  amount_null: 'columns.amount.nullable',
  amount_range: 'columns.amount.range',
  amount_mean: 'checks.amount-mean',
  amount_stddev: 'checks.amount-stddev',
  amount_p50: 'checks.amount-p50',
  amount_p99: 'checks.amount-p99',
  temp_range: 'columns.temp.range',
  temp_mean: 'checks.temp-mean',
  temp_stddev: 'checks.temp-stddev',
  pax_null: 'columns.pax.nulls',
  pax_range: 'columns.pax.range',
  freshness: 'freshness',
  flagged_share: 'checks.flagged-share',
  email_pattern: 'columns.email.pattern',
};

/** What Modelgate adds to the 25 by itself: no NaN or infinity where the contract says double. */
const added = ['columns.amount.finite', 'columns.temp.finite'];

/** Of the verdict that `check --json` prints. */
export function ownOutcome(log: string, version: string): Outcome {
  const [verdict] = z.array(verdictSchema).length(1).parse(JSON.parse(log));
  if (verdict === undefined || verdict.problem !== undefined)
    return { asked: [], failed: {}, errors: [verdict?.problem?.message ?? 'no verdict'], versions: version };
  const names = new Map(Object.entries(rules).map(([check, id]) => [id, check]));
  const structure = verdict.checks.filter(({ id }) => !names.has(id) && !added.includes(id));
  const asked: string[] = structure.length === 12 ? ['columns'] : [];
  const failed: Record<string, number | null> = {};
  const errors: string[] = [];
  for (const check of verdict.checks) {
    const name = names.get(check.id) ?? (added.includes(check.id) ? check.id : 'columns');
    if (check.status !== 'pass' && check.status !== 'fail')
      errors.push(`${check.id}: ${check.status} (${check.reason})`);
    else if (name !== 'columns') asked.push(name);
    if (check.status === 'fail') failed[name] = failing(check);
  }
  return { asked, failed, errors, versions: version };
}

function failing({ data }: Verdict['checks'][number]): number | null {
  return data?.kind === 'counted' ? (data.failing ?? null) : null;
}
