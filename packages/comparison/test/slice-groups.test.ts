import type { CheckResult, GateOutcome, SliceResult } from '@modelgate/core';
import { expect, it } from 'vitest';
import { type Files, workspace } from './workspace.ts';

// What a gate of groups measures in a group is what an evaluation measures on tables that hold the rows of this group only.

type Row = Readonly<Record<string, unknown>>;
type Table = readonly Row[];

/** Rows are told apart by their key: `id`, or of rankings `query`. */
interface Case {
  readonly name: string;
  readonly key: string;
  readonly format: 'csv' | 'jsonl';
  /** What the evaluation says beside its checks. */
  readonly gate: string;
  /** What is measured, with a limit of its own value. */
  readonly checks: Readonly<
    Record<string, { readonly spec: string; readonly value: string; readonly margin?: string }>
  >;
  readonly golden: Table;
  readonly out: Table;
  readonly old: Table;
}

/** Numbers in [0, 1), the same in every run (mulberry32). */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const next = numbersFrom(20261122);
const digits = (value: number) => Math.round(value * 1e4) / 1e4;
const pick = <Of>(all: readonly Of[]): Of => {
  const one = all[Math.floor(next() * all.length)];
  if (one === undefined) throw new Error('nothing to pick');
  return one;
};
const times = <Of>(count: number, of: (index: number) => Of): Of[] => Array.from({ length: count }, (_, at) => of(at));

const groups = ['a', 'b', null] as const;
const rows = 170;
/** Beside what a task needs: group, weight and cluster of each example. Clusters lie across groups. */
const design = (): Row => ({
  g: pick([...groups, 'a', 'b']),
  w: pick([1, 2, 2.5]),
  c: `u${pick(times(40, (at) => at))}`,
});
/** With weights, with clusters, with both, with neither. */
const designs = ['', ', weight: w', ', cluster: c', ', weight: w, cluster: c'] as const;
const margin = 'max-regression: 90pt';
const files = `champion: { from: file, table: old.csv }\n`;

function binary(asked: string): Case {
  const golden = times(rows, (at) => ({ id: at + 1, y: pick([0, 0, 1]), ...design() }));
  const side = () =>
    golden.map(({ id, y }) => {
      const s = digits(0.02 + 0.96 * Math.min(1, Math.max(0, 0.35 * y + 0.2 + 0.5 * (next() - 0.3))));
      return { id, p: s > 0.5 ? 1 : 0, s };
    });
  return {
    name: `classes and scores of a binary task${asked}`,
    key: 'id',
    format: 'csv',
    gate: `task: binary\npositive: 1\nexamples: { table: golden.csv, key: id, label: y${asked} }\ncandidate: { table: out.csv, prediction: p, score: s }\n${files}`,
    checks: {
      accuracy: { spec: 'metric: accuracy', value: 'at-least: 0.1', margin },
      f1: { spec: 'metric: f1', value: 'at-least: 0.1', margin: 'max-regression: 90%' },
      recall: { spec: 'metric: recall', value: 'at-least: 0.1', margin },
      precision: { spec: 'metric: precision', value: 'at-least: 0.1', margin },
      mcc: { spec: 'metric: matthews_corrcoef', value: 'at-least: 0.1', margin: 'max-regression: 0.9' },
      auc: { spec: 'metric: roc_auc', value: 'at-least: 0.1', margin },
      ap: { spec: 'metric: average_precision', value: 'at-least: 0.1', margin },
      log: { spec: 'metric: log_loss', value: 'at-most: 2', margin: 'max-regression: 0.9' },
      brier: { spec: 'metric: brier_score_loss', value: 'at-most: 0.9', margin },
      ece: { spec: 'metric: expected_calibration_error', value: 'at-most: 0.9', margin },
    },
    golden,
    out: side(),
    old: side(),
  };
}

function multiclass(asked: string): Case {
  const golden = times(rows, (at) => ({ id: at + 1, y: pick(['cat', 'dog', 'eel']), ...design() }));
  const side = () =>
    golden.map(({ id, y }) => {
      const p = next() < 0.7 ? y : pick(['cat', 'dog', 'eel']);
      return { id, p, p_cat: digits(next()), p_dog: digits(next()), p_eel: digits(next()) };
    });
  return {
    name: `several classes${asked}`,
    key: 'id',
    format: 'csv',
    gate: `task: multiclass\nexamples: { table: golden.csv, key: id, label: y${asked} }\ncandidate: { table: out.csv, prediction: p, scores: "p_{class}" }\n${files}`,
    checks: {
      accuracy: { spec: 'metric: accuracy', value: 'at-least: 0.1', margin },
      f1: { spec: 'metric: f1_macro', value: 'at-least: 0.1', margin },
      ovr: { spec: 'metric: roc_auc_ovr', value: 'at-least: 0.1', margin },
      top2: { spec: 'metric: top_k_accuracy@2', value: 'at-least: 0.1', margin },
    },
    golden,
    out: side(),
    old: side(),
  };
}

function regression(asked: string): Case {
  const golden = times(rows, (at) => ({ id: at + 1, y: digits(10 * next()), ...design() }));
  const side = () => golden.map(({ id, y }) => ({ id, p: digits(y + 4 * (next() - 0.5)) }));
  return {
    name: `numbers${asked}`,
    key: 'id',
    format: 'csv',
    gate: `task: regression\nexamples: { table: golden.csv, key: id, label: y${asked} }\ncandidate: { table: out.csv, prediction: p }\n${files}`,
    checks: {
      mae: { spec: 'metric: mean_absolute_error', value: 'at-most: 9', margin: 'max-regression: 90%' },
      rmse: { spec: 'metric: root_mean_squared_error', value: 'at-most: 9', margin: 'max-regression: 0.9' },
      r2: { spec: 'metric: r2', value: 'at-least: 0.1', margin: 'max-regression: 0.9' },
      median: { spec: 'metric: median_absolute_error', value: 'at-most: 9', margin: 'max-regression: 0.9' },
    },
    golden,
    out: side(),
    old: side(),
  };
}

function answers(): Case {
  const words = ['the red fox', 'red fox', 'a dog', 'Rome', 'Paris'];
  const golden = times(rows, (at) => ({ id: at + 1, y: [pick(words), pick(words)], ...design() }));
  const side = () => golden.map(({ id, y }) => ({ id, p: next() < 0.5 ? (y[0] ?? '') : pick(words) }));
  return {
    name: 'answers',
    key: 'id',
    format: 'jsonl',
    gate: `task: answers\nexamples: { table: golden.jsonl, key: id, label: y }\ncandidate: { table: out.jsonl, prediction: p }\nchampion: { from: file, table: old.jsonl }\n`,
    checks: {
      exact: { spec: 'metric: exact_match', value: 'at-least: 0.1', margin },
      f1: { spec: 'metric: token_f1', value: 'at-least: 0.1', margin },
    },
    golden,
    out: side(),
    old: side(),
  };
}

function ranking(asked: string): Case {
  const queries = times(90, (at) => ({ query: at + 1, ...design() }));
  const golden = queries.flatMap((one) =>
    times(5, (at) => ({ ...one, d: `d${at}`, y: at === 0 ? 2 : pick([0, 0, 1, 2]) })),
  );
  const side = () =>
    queries
      .flatMap(({ query }) => times(6, (at) => ({ query, d: `d${at}`, s: digits(next()) })))
      .filter(() => next() > 0.1);
  return {
    name: `rankings${asked}`,
    key: 'query',
    format: 'csv',
    gate: `task: ranking\nexamples: { table: golden.csv, key: query, document: d, label: y${asked} }\ncandidate: { table: out.csv, document: d, score: s }\n${files}`,
    checks: {
      ndcg: { spec: 'metric: ndcg@3', value: 'at-least: 0.1', margin },
      mrr: { spec: 'metric: mrr', value: 'at-least: 0.1', margin },
      recall: { spec: 'metric: recall@2', value: 'at-least: 0.1', margin },
    },
    golden,
    out: side(),
    old: side(),
  };
}

const operations: Case['checks'] = {
  mean: { spec: 'column: ms, statistic: mean, better: lower', value: 'at-most: 999', margin: 'max-regression: 90%' },
  median: { spec: 'column: ms, statistic: median, better: lower', value: 'at-most: 999', margin: 'max-regression: 50' },
  p95: { spec: 'column: ms, statistic: p95, better: lower', value: 'at-most: 999', margin: 'max-regression: 90%' },
  rate: { spec: 'column: ok, statistic: rate, better: higher', value: 'at-least: 0.1', margin },
  ratio: {
    spec: 'column: tokens, statistic: ratio, per: s, better: higher',
    value: 'at-least: 0.1',
    margin: 'max-regression: 90%',
  },
};

function columns(asked: string): Case {
  const golden = times(rows, (at) => ({ id: at + 1, ...design() }));
  const side = () =>
    golden.map(({ id }) => ({
      id,
      ms: digits(20 + 80 * next() ** 3),
      ok: next() > 0.2 ? 1 : 0,
      tokens: pick([50, 60, 70]),
      s: pick([1, 2]),
    }));
  return {
    name: `columns${asked}`,
    key: 'id',
    format: 'csv',
    gate: `examples: { table: golden.csv, key: id${asked} }\ncandidate: { table: out.csv }\n${files}`,
    checks: operations,
    golden,
    out: side(),
    old: side(),
  };
}

function repeats(asked: string): Case {
  const golden = times(100, (at) => ({ id: at + 1, y: pick([0, 1]), ...design() }));
  const side = () =>
    golden.flatMap(({ id, y }) =>
      times(pick([1, 2, 3]), () => ({
        id,
        p: next() < 0.75 ? y : 1 - y,
        ms: digits(20 + 80 * next()),
        tokens: pick([50, 60]),
        s: pick([1, 2]),
        ok: next() > 0.2 ? 1 : 0,
      })),
    );
  const { median: _, p95: __, ...means } = operations;
  return {
    name: `several runs an example${asked}`,
    key: 'id',
    format: 'csv',
    gate: `task: binary\npositive: 1\nexamples: { table: golden.csv, key: id, label: y${asked} }\ncandidate: { table: out.csv, prediction: p, repeats: true }\n${files}`,
    checks: {
      accuracy: { spec: 'metric: accuracy', value: 'at-least: 0.1', margin },
      f1: { spec: 'metric: f1', value: 'at-least: 0.1', margin },
      ...means,
    },
    golden,
    out: side(),
    old: side(),
  };
}

function filesOf({ format, golden, out, old }: Pick<Case, 'format' | 'golden' | 'out' | 'old'>): Files {
  const write = (table: Table) => {
    if (format === 'jsonl') return `${table.map((row) => JSON.stringify(row)).join('\n')}\n`;
    const names = Object.keys(table[0] ?? {});
    return `${[names, ...table.map((row) => names.map((name) => row[name] ?? ''))].map((cells) => cells.join(',')).join('\n')}\n`;
  };
  return Object.fromEntries(Object.entries({ golden, out, old }).map(([name, of]) => [`${name}.${format}`, write(of)]));
}

function ofGroup(one: Case, group: string | null): Case {
  const kept = one.golden.filter(({ g }) => g === group);
  const keys = new Set(kept.map((row) => row[one.key]));
  const own = (table: Table) => table.filter((row) => keys.has(row[one.key]));
  return { ...one, golden: kept, out: own(one.out), old: own(one.old) };
}

/** Bounds that are the same on the same rows; those of resampling have other seeds and numbers of replicates. */
const isAnalytic = (method: string) => !['bca', 'percentile'].includes(method);

function resultsOf(outcome: GateOutcome, id: string): readonly SliceResult[] {
  const finding = checkOf(outcome, id).slices;
  if (finding?.kind !== 'each') throw new Error(`${id} has no groups: ${JSON.stringify(checkOf(outcome, id))}`);
  return finding.slices;
}

function checkOf({ checks, problem }: GateOutcome, id: string): CheckResult {
  if (problem !== undefined) throw new Error(problem.message);
  const found = checks.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no check ${id}`);
  if (found.problem !== undefined) throw new Error(found.problem.message);
  return found;
}

function near(found: number | undefined, expected: number | undefined, what: string) {
  if (expected === undefined || found === undefined) return expect([found, what]).toEqual([expected, what]);
  const far = Math.abs(found - expected) > 1e-12 * Math.max(1, Math.abs(expected));
  expect([far ? found : expected, what]).toEqual([expected, what]);
}

const all: readonly Case[] = [
  ...designs.map(binary),
  ...[designs[0], designs[3]].flatMap((asked) => [multiclass(asked), regression(asked), columns(asked)]),
  answers(),
  ranking(''),
  ranking(', weight: w, cluster: c'),
  repeats(''),
  repeats(', cluster: c'),
];

it.each(all)('$name', async (one) => {
  const { run, slices } = workspace();
  const names = Object.keys(one.checks);
  const asEach = names.flatMap((id) => {
    const { spec, value, margin: allowed = margin } = one.checks[id] ?? { spec: '', value: '' };
    return [`  ${id}-value: { ${spec}, each: { ${value} } }`, `  ${id}-change: { ${spec}, each: { ${allowed} } }`];
  });
  const asked = `by: { g: g }\nmin-rows: 2\nsuppress-below: 0\ncorrection: none\nchecks:\n${asEach.join('\n')}\n`;
  const divided = await slices(
    {
      g: `${one.gate}checks: { first: { ${one.checks[names[0] ?? '']?.spec}, ${one.checks[names[0] ?? '']?.value} } }\n`,
      s: asked,
    },
    filesOf(one),
  );
  let compared = 0;
  // one group each: bootstraps of whole evaluations take their time
  for (const group of [all.indexOf(one) % 2 === 0 ? 'a' : null]) {
    const own = ofGroup(one, group);
    const checks = names.map((id) => {
      const { spec, value, margin: allowed = margin } = one.checks[id] ?? { spec: '', value: '' };
      return `  ${id}: { ${spec}, ${value}, ${allowed} }`;
    });
    const whole = await run(`${one.gate}min-rows: 1\nchecks:\n${checks.join('\n')}\n`, filesOf(own));
    for (const id of names) {
      const expected = checkOf(whole, id);
      for (const [at, kind] of [
        [0, 'value'],
        [1, 'change'],
      ] as const) {
        const what = `${kind} of ${id} in ${group}`;
        const result = resultsOf(divided, `${id}-${kind}`).find(
          ({ name }) => name === (group === null ? 'g is missing' : `g=${group}`),
        );
        if (result === undefined) throw new Error(`${what} is not there`);
        const bound = expected.bounds[at];
        expect([what, result.rows]).toEqual([what, expected.rows]);
        near(result.candidate, expected.candidate, what);
        near(result.champion, expected.champion, what);
        near(result.estimate, bound?.estimate, what);
        expect([what, result.interval?.method]).toEqual([what, bound?.interval?.method]);
        if (bound?.interval === undefined || !isAnalytic(bound.interval.method)) continue;
        near(result.interval?.lower, bound.interval.lower, what);
        near(result.interval?.upper, bound.interval.upper, what);
        compared++;
      }
    }
  }
  expect(compared).toBeGreaterThan(0);
});
