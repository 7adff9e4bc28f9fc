import { Random, streamSeed } from '@modelgate/statistics';
import { beforeAll, expect, test } from 'vitest';
import { measureDrift } from '../src/drift-measurement.ts';
import type { DataMeasurement } from '../src/measurement.ts';
import type { Profile } from '../src/profile.ts';
import { parseProfile, writeProfile } from '../src/profile-text.ts';
import { profileTable } from '../src/profiler.ts';
import { foundById, type TableRow, tableOf, worldOf } from './contract-world.ts';
import { type Opened, opened } from './opened.ts';

const seed = '00000000000000a7';

let session: Opened;
let reference: Profile;
beforeAll(async () => {
  session = await opened();
  reference = await recorded(taxi(1, 3000));
});

/** As a file gives it back. */
async function recorded(rows: readonly TableRow[]): Promise<Profile> {
  const world = worldOf(session, 'columns: { amount: {} }', { source: await tableOf(session, rows) });
  const profile = await profileTable(world, { commit: 'c'.repeat(40), tool: '0.1.0' });
  return parseProfile(writeProfile(profile), 'taxi.profile.json');
}

async function measuredOf(rows: readonly TableRow[], rules: string, against = reference) {
  return measureDrift(worldOf(session, rules, { source: await tableOf(session, rows) }), against);
}

function taxi(stream: number, rows: number, shift: { amount?: number; pay?: number; nulls?: number } = {}) {
  const random = new Random(streamSeed(seed, stream));
  const { amount = 1, pay = 0.7, nulls = 0.05 } = shift;
  return Array.from({ length: rows }, (): TableRow => {
    const normal = Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
    return {
      amount: Math.exp(2.5 + 0.6 * normal) * amount,
      pax: 1 + Math.floor(random.uniform() ** 3 * 6),
      pay: random.uniform() < pay ? 'card' : 'cash',
      tip: random.uniform() < nulls ? null : random.uniform() < 0.5,
      day: `2024-01-${10 + Math.floor(random.uniform() * 20)}`,
    };
  });
}

const statuses = (all: readonly DataMeasurement[]) =>
  Object.fromEntries(
    all.map(({ id, found }) => [
      id,
      found.kind === 'drift' ? found.drift.status : found.kind === 'fact' ? found.holds : found.kind,
    ]),
  );

test('without a section the defaults hold; what moved is told by how much', async () => {
  const all = await measuredOf(taxi(2, 3000, { amount: 1.5, nulls: 0.2 }), 'columns: { amount: {} }');
  expect(statuses(all)).toEqual({
    'drift.amount': 'drifted',
    'drift.pax': 'not-drifted',
    'drift.pay': 'not-drifted',
    'drift.tip': 'not-drifted',
    'drift.tip.nulls': 'drifted',
    'drift.not-compared': true,
  });
  const found = foundById(all);
  const words = (id: string) => {
    const one = found[id];
    return one?.kind === 'drift' ? one.drift.words : one?.kind === 'fact' ? one.words : undefined;
  };
  expect(words('drift.amount')).toMatch(
    /^moved by 0\.\d+ standard deviations \(wasserstein, 95 % 0\.\d+ to 0\.\d+\); 0\.1 is tolerated$/,
  );
  expect(words('drift.tip.nulls')).toMatch(
    /^is missing in [\d.]+ % of rows, was in [\d.]+ %, a change of [\d.]+ points \(95 % [\d.]+ to [\d.]+\); 2 points are tolerated$/,
  );
  expect(words('drift.not-compared')).toBe('values not compared with the profile: `day` (dates move on)');
  expect(all.map(({ path, column, level }) => [path, column, level]).slice(0, 2)).toEqual([
    [['columns', 'amount'], 'amount', 'fail'],
    [[], 'pax', 'fail'],
  ]);
});

test('five hundred rows are told to be too few to decide, not to have drifted', async () => {
  const small = await recorded(taxi(3, 500));
  const all = await measuredOf(taxi(4, 500), 'drift: { categorical: { jensen-shannon-distance: 0.05 } }', small);
  expect(Object.values(statuses(all))).not.toContain('drifted');
  const pay = foundById(all)['drift.pay'];
  expect(pay?.kind === 'drift' && pay.drift.words).toMatch(
    /^moved by [\d.]+ \(jensen-shannon-distance, 95 % 0 to 0\.\d+\); 0\.05 is tolerated, and 500 and 500 rows cannot tell on which side it lies; about [\d,]+ in each table would, were it as far as this$/,
  );
});

test('the section decides: comparators, floors, dates, columns that are left alone, level', async () => {
  const rules = `drift:
  numeric: { kolmogorov-smirnov: 0.02 }
  dates: { wasserstein: 0.2 }
  columns: { pay: { cramers-v: 0.05 }, tip: false }
  level: warn
  why: ask the taxis`;
  const all = await measuredOf(taxi(5, 3000, { amount: 1.5, pay: 0.5, nulls: 0.5 }), rules);
  expect(statuses(all)).toMatchObject({
    'drift.amount': 'drifted',
    'drift.pay': 'drifted',
    'drift.day': 'not-drifted',
  });
  expect(Object.keys(statuses(all))).not.toContain('drift.tip.nulls');
  expect(all.map(({ id, path, level, why }) => [id, path, level, why])).toContainEqual([
    'drift.pay',
    ['drift', 'columns', 'pay'],
    'warn',
    'ask the taxis',
  ]);
  const comparators = all.map(({ found }) => (found.kind === 'drift' ? found.drift.measured?.comparator : undefined));
  expect(comparators).toEqual(['kolmogorov-smirnov', 'wasserstein', 'kolmogorov-smirnov', 'cramers-v']);
});

test('rules that nothing can answer are errors, and the others keep their answers', async () => {
  const rows = taxi(6, 1000).map((row, i) => ({ ...row, fresh: i, surname: 'Meier', empty: null }));
  const rules = `drift:
  columns:
    amuont: { wasserstein: 0.1 }
    fresh: { wasserstein: 0.1 }
    pay: { wasserstein: 0.1 }
    gone: false
    surname: { l-infinity: 0.1 }`;
  const named = await recorded(taxi(1, 1000).map((row) => ({ ...row, surname: 'Meier' })));
  const all = await measuredOf(rows, rules, named);
  const wrong = all.flatMap(({ id, found }) => (found.kind === 'unmeasured' ? [[id, found.reason, found.words]] : []));
  expect(wrong).toEqual([
    [
      'drift.amuont',
      'contract-invalid',
      '`drift.columns` names `amuont`, which neither the table nor the profile has; did you mean `amount`?',
    ],
    [
      'drift.fresh',
      'profile-unusable',
      '`drift.columns` names `fresh`, which is not in the profile: there is nothing to compare it with',
    ],
    ['drift.gone', 'contract-invalid', '`drift.columns` names `gone`, which neither the table nor the profile has'],
    [
      'drift.surname',
      'contract-invalid',
      '`drift.columns` has a rule for `surname`, of whose values the profile tells nothing: personal data',
    ],
    [
      'drift.pay',
      'contract-invalid',
      '`pay` is of type string, for which wasserstein has no meaning; write one of jensen-shannon-divergence, jensen-shannon-distance, l-infinity, population-stability-index, cramers-v, chi-square',
    ],
  ]);
  const found = foundById(all);
  expect(found['drift.amount']?.kind).toBe('drift');
  expect(found['drift.new-columns']).toEqual({
    kind: 'fact',
    holds: false,
    words: '`empty` is not in the profile, so no drift of it was measured',
    how: 'take over the proposed profile of a run',
  });
});

test('a column that is gone has drifted, unless it is not expected here', async () => {
  const rows = taxi(7, 200).map(({ tip: _, ...row }) => row);
  expect(statuses(await measuredOf(rows, 'columns: { amount: {} }'))['drift.tip']).toBe('drifted');
  const optional = await measuredOf(rows, 'columns: { tip: { required: false } }');
  expect(Object.keys(statuses(optional))).not.toContain('drift.tip');
});

test('a column of another type and a share of NaN', async () => {
  const before = await recorded(Array.from({ length: 400 }, (_, i) => ({ x: i, y: i })));
  const [csv] = [Array.from({ length: 400 }, (_, i) => `${i === 7 ? 'seven' : i},${i % 4 === 0 ? 'nan' : i}`)];
  session.write('other.csv', `x,y\n${csv.join('\n')}\n`);
  const source = await session.tables.describe('other.csv');
  const all = await measureDrift(worldOf(session, 'columns: { x: {} }', { source }), before);
  expect(foundById(all)['drift.x']).toEqual({
    kind: 'unmeasured',
    reason: 'column-type',
    words: '`x` held integer in the profile and holds string now: these have no distance',
  });
  const nan = foundById(all)['drift.y.not-finite'];
  expect(nan?.kind === 'drift' && nan.drift.words).toMatch(
    /^is NaN or infinite in 25 % of rows, was in 0 %, a change of 25 points \(95 % [\d.]+ to [\d.]+\); 2 points are tolerated$/,
  );
});

test('months of the flights drift as they do', async () => {
  const folder = new URL('../../../examples/flight-delays/eval/', import.meta.url);
  const { readFileSync } = await import('node:fs');
  session.write('golden.parquet', readFileSync(new URL('golden.parquet', folder)));
  const golden = await session.tables.describe('golden.parquet');
  const month = async (at: number) => {
    const sql = `SELECT carrier, origin, distance, delayed FROM this WHERE month = ${at}`;
    return (await session.tables.ask({ sql, tables: { this: golden } })) as readonly TableRow[];
  };
  const september = await recorded(await month(9));
  const drifted = async (at: number) => {
    const all = await measuredOf(await month(at), 'columns: { carrier: {} }', september);
    return all.flatMap(({ found }) =>
      found.kind === 'drift' && found.drift.status === 'drifted' ? [`${found.drift.column} ${found.drift.words}`] : [],
    );
  };
  expect(await drifted(9)).toEqual([]);
  expect(await drifted(10)).toEqual([]);
  const december = await drifted(12);
  expect(december).toHaveLength(1);
  expect(december[0]).toMatch(/^delayed moved by 0\.\d+ standard deviations/);
});
