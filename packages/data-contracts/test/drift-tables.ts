import type { Random } from '@modelgate/statistics';
import { leastNamedRows, type Profile, type ProfileColumn, profileSchemaId } from '../src/profile.ts';

/** Six columns of independent rows: two measured, in ascending order, and four of which the counts say everything. */
export interface Taxi {
  readonly rows: number;
  readonly amount: Float64Array;
  readonly temp: Float64Array;
  readonly counts: Readonly<Record<'pax' | 'zone' | 'pay' | 'tip', readonly number[]>>;
}

/** In thousands; zones are 265, their shares as Zipf has them. */
const weights = {
  pax: [700, 150, 50, 40, 30, 30],
  zone: Array.from({ length: 265 }, (_, i) => Math.round(1e6 / (i + 3))),
  pay: [700, 250, 40, 10],
  tip: [700, 300],
};

/** `shift` changes amount and temperature by a factor and by standard deviations. */
export function taxiRows(random: Random, rows: number, shift: { amount?: number; temp?: number } = {}): Taxi {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  const drawn = (cells: readonly number[]) => {
    const into = new Float64Array(cells.length);
    const total = cells.reduce((sum, weight) => sum + weight, 0);
    random.multinomial(cells, total, rows, into);
    return Array.from(into);
  };
  return {
    rows,
    amount: new Float64Array(rows).map(() => Math.exp(2.5 + 0.6 * normal()) * (shift.amount ?? 1)).sort(),
    temp: new Float64Array(rows).map(() => 12 + 8 * (normal() + (shift.temp ?? 0))).sort(),
    counts: {
      pax: drawn(weights.pax),
      zone: drawn(weights.zone),
      pay: drawn(weights.pay),
      tip: drawn(weights.tip),
    },
  };
}

/** A profile from rows, over the bins and values of the reference where there is one. */
export function profileOf(table: Taxi, reference?: Profile): Profile {
  const known = (name: string) => reference?.columns.find((column) => column.name === name);
  const pax = new Float64Array(table.rows);
  let from = 0;
  for (const [i, count] of table.counts.pax.entries()) {
    pax.fill(i + 1, from, from + count);
    from += count;
  }
  return profileWith(table.rows, [
    numbers('amount', table.amount, known('amount')),
    numbers('temp', table.temp, known('temp')),
    numbers('pax', pax, known('pax')),
    categories('zone', table.counts.zone, known('zone')),
    categories('pay', table.counts.pay, known('pay')),
    categories('tip', table.counts.tip, known('tip')),
  ]);
}

export function profileWith(rows: number, columns: readonly ProfileColumn[]): Profile {
  return {
    schema: profileSchemaId,
    tool: '0.1.0',
    commit: 'c'.repeat(40),
    sha256: 'd'.repeat(64),
    rows,
    columns: [...columns],
  };
}

/** Of ascending values; by itself in 20 bins at its quantiles, fewer where values repeat. */
function numbers(name: string, sorted: Float64Array, reference: ProfileColumn | undefined): ProfileColumn {
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const own = [...new Set(Array.from({ length: 19 }, (_, i) => at((i + 1) / 20)))];
  const edges = reference !== undefined && 'spread' in reference ? (reference.bins?.edges ?? []) : own;
  const counts = new Array<number>(edges.length + 1).fill(0);
  let bin = 0;
  for (const value of sorted) {
    while (bin < edges.length && value > (edges[bin] ?? 0)) bin++;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const variance = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (sorted.length - 1);
  const spread = { mean, stddev: Math.sqrt(variance), min: at(0), max: at(1) };
  return { name, type: 'double', nulls: 0, spread, bins: { edges: [...edges], counts } };
}

function categories(name: string, counts: readonly number[], reference: ProfileColumn | undefined): ProfileColumn {
  const asked = new Set(
    reference !== undefined && 'listedFrom' in reference ? reference.values.map(([value]) => value) : [],
  );
  const values = counts
    .map((count, i): [string, number] => [`v${i}`, count])
    .filter(([value, count]) => asked.has(value) || count >= leastNamedRows);
  const all = counts.reduce((sum, count) => sum + count, 0);
  const rest = all - values.reduce((sum, [, count]) => sum + count, 0);
  return { name, type: 'string', nulls: 0, listedFrom: leastNamedRows, values, rest };
}
