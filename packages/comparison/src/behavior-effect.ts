import { UserError } from '@modelgate/core';
import type { RowDesign } from '@modelgate/statistics';
import type { ClassSet, RowsColumn } from '@modelgate/tables';
import type { PlannedBound } from './bound-plan.ts';
import type { Measured } from './effect.ts';
import type { RowsOf } from './fetched-rows.ts';
import { classesOf, numbersOf, textsOf } from './metric-input.ts';
import type { BehaviorQuantity } from './quantity-plan.ts';
import { rateEffects } from './rate-effect.ts';
import type { ResamplingPlan } from './resampling.ts';
import { reducedDesign, withCountedRows } from './sided-rows.ts';

/** Names under which the examples' columns of behavioural tests are joined. */
export const behaviorColumns = { test: 'test', case: 'case', original: 'original', expected: 'expected' } as const;

/** What a test looks at where a model has it. */
export function behaviorOutputs({ behavior }: BehaviorQuantity): readonly string[] {
  switch (behavior) {
    case 'minimum-functionality':
      return ['prediction'];
    case 'invariance':
      return ['prediction', 'score'];
    case 'directional':
      return ['score'];
  }
}

export interface BehaviorRows {
  /** Of `behaviorOutputs` those that the models have. */
  readonly outputs: readonly string[];
  /** Of `behaviorColumns` those that the examples have. */
  readonly examples: readonly string[];
  readonly rowsOf: RowsOf;
}

export interface BehaviorCheck {
  readonly name: string;
  readonly quantity: BehaviorQuantity;
  readonly bounds: readonly PlannedBound[];
}

/**
 * Effects of one behavioural test: the share of its cases that fail, as CheckList counts them. A case is an original and
 * its perturbations, and fails when any of its rows does; its cluster is the template it was made from.
 *
 * Source: Ribeiro, Wu, Guestrin and Singh (2020), ACL 58, 4902–4912.
 * @throws UserError metric-undefined where the examples hold no case of the test
 */
export async function behaviorEffects(
  { outputs, examples: known, rowsOf }: BehaviorRows,
  { name, quantity, bounds }: BehaviorCheck,
  plan: ResamplingPlan,
): Promise<Measured> {
  const { rows, sided, examples, design } = await rowsOf(outputs, known);
  const cases = casesOf(quantity, examples, rows.rows, design);
  const failures = sided((columns) => failuresOf(quantity, cases, sideOf(columns), expectedOf(examples)));
  return withCountedRows(rateEffects(name, { ...failures, design: cases.design }, bounds, plan), cases.design);
}

/** The cases of one test. */
export interface Cases {
  readonly count: number;
  /** Rows of the test and the case of each, 0 … count − 1. */
  readonly rows: Uint32Array;
  readonly caseOf: Uint32Array;
  /** Row of each case's original; undefined where rows are not perturbed. */
  readonly original: Uint32Array | undefined;
  /** Of the cases. */
  readonly design: RowDesign;
}

/** @throws UserError metric-undefined, column-type */
export function casesOf(
  { test, behavior }: Pick<BehaviorQuantity, 'test' | 'behavior'>,
  examples: ReadonlyMap<string, RowsColumn>,
  rows: number,
  design: RowDesign,
): Cases {
  const tests = classesOf(examples.get(behaviorColumns.test));
  const wanted = tests.classes.names.indexOf(test);
  const expected = expectedOf(examples);
  // a row of which nothing is expected tells nothing about functionality
  const asked = (row: number) => behavior !== 'minimum-functionality' || expected?.[row] !== '';
  const own = Uint32Array.from({ length: rows }, (_, row) => row).filter(
    (row) => tests.codes[row] === wanted && asked(row),
  );
  if (own.length === 0) {
    throw new UserError('metric-undefined', `the examples hold no row of test ${JSON.stringify(test)}`, {
      how: `tests of the examples: ${tests.classes.names.slice(0, 20).join(', ')}`,
    });
  }
  const grouped = examples.get(behaviorColumns.case);
  const groups = grouped && numbersOf(grouped);
  const codeOf = new Map<number, number>();
  const caseOf = own.map((row, index) => {
    const group = groups === undefined ? index : (groups[row] ?? 0);
    const code = codeOf.get(group) ?? codeOf.size;
    codeOf.set(group, code);
    return code;
  });
  const count = codeOf.size;
  const original = behavior === 'minimum-functionality' ? undefined : originalsOf(test, own, caseOf, count, examples);
  return { count, rows: own, caseOf, original, design: designOf(test, own, caseOf, count, design) };
}

/** Each case has one original and at least one perturbation of it. @throws UserError column-type */
function originalsOf(
  test: string,
  rows: Uint32Array,
  caseOf: Uint32Array,
  count: number,
  examples: ReadonlyMap<string, RowsColumn>,
): Uint32Array {
  const flags = numbersOf(examples.get(behaviorColumns.original));
  const originals = new Uint8Array(count);
  const others = new Uint8Array(count);
  const original = new Uint32Array(count);
  for (const [index, row] of rows.entries()) {
    const own = caseOf[index] ?? 0;
    if (flags[row] === 1) {
      originals[own] = Math.min(2, (originals[own] ?? 0) + 1);
      original[own] = row;
    } else others[own] = 1;
  }
  const refuse = (cases: number, what: string) => {
    const [noun, verb] = cases === 1 ? ['case', 'has'] : ['cases', 'have'];
    return new UserError('column-type', `${cases} ${noun} of test ${JSON.stringify(test)} ${verb} ${what}`, {
      how: 'each case has one row that is the original and at least one that is not',
    });
  };
  const without = originals.filter((found) => found === 0).length;
  if (without > 0) throw refuse(without, 'no original');
  const several = originals.filter((found) => found > 1).length;
  if (several > 0) throw refuse(several, 'several originals');
  const alone = others.filter((found) => found === 0).length;
  if (alone > 0) throw refuse(alone, 'no perturbed row beside the original');
  return original;
}

/** Weight and cluster of a case are those of its rows. @throws UserError column-type where these differ */
function designOf(
  test: string,
  rows: Uint32Array,
  caseOf: Uint32Array,
  count: number,
  { weights, clusters }: RowDesign,
): RowDesign {
  const first = new Int32Array(count).fill(-1);
  for (const [index, row] of rows.entries()) {
    const own = caseOf[index] ?? 0;
    const known = first[own] ?? -1;
    if (known < 0) first[own] = row;
    else if (weights?.[known] !== weights?.[row] || clusters?.[known] !== clusters?.[row]) {
      throw new UserError(
        'column-type',
        `rows of one case of test ${JSON.stringify(test)} differ in weight or cluster`,
        {
          how: 'an original and its perturbations belong to one template and weigh alike',
        },
      );
    }
  }
  const numberOf = new Map<number, number>();
  const dense = (cluster: number): number => {
    const number = numberOf.get(cluster) ?? numberOf.size;
    numberOf.set(cluster, number);
    return number;
  };
  return reducedDesign({
    weights: weights && Float64Array.from(first, (row) => weights[row] ?? 0),
    clusters: clusters && Uint32Array.from(first, (row) => dense(clusters[row] ?? 0)),
  });
}

/** What a model said about each row: a class, a score, or both. */
interface Said {
  readonly prediction: { readonly codes: Uint16Array; readonly classes: ClassSet } | undefined;
  readonly score: Float64Array | undefined;
}

function sideOf(columns: ReadonlyMap<string, RowsColumn>): Said {
  const prediction = columns.get('prediction');
  const score = columns.get('score');
  return {
    prediction: prediction && classesOf(prediction),
    score: score && numbersOf(score),
  };
}

function expectedOf(examples: ReadonlyMap<string, RowsColumn>): readonly string[] | undefined {
  const column = examples.get(behaviorColumns.expected);
  return column && textsOf(column);
}

/** 1 for each case in which any row fails. */
export function failuresOf(
  quantity: BehaviorQuantity,
  { count, rows, caseOf, original }: Cases,
  said: Said,
  expected: readonly string[] | undefined,
): Float64Array {
  const failed = new Float64Array(count);
  for (const [index, row] of rows.entries()) {
    const own = caseOf[index] ?? 0;
    const from = original?.[own];
    if (from === row) continue;
    if (fails(quantity, said, row, from, expected?.[row])) failed[own] = 1;
  }
  return failed;
}

/** 0.8 − 0.7 is 0.1 to people, also where the scores were 32-bit numbers (two roundings of at most 2⁻²⁵ each). */
const rounding = 1e-7;

function fails(
  { behavior, tolerance, direction }: BehaviorQuantity,
  { prediction, score }: Said,
  row: number,
  original: number | undefined,
  expected: string | undefined,
): boolean {
  const answer = (at: number) => prediction?.classes.names[prediction.codes[at] ?? 0];
  const moved = (score?.[row] ?? 0) - (score?.[original ?? row] ?? 0);
  switch (behavior) {
    case 'minimum-functionality':
      return answer(row) !== expected;
    case 'invariance':
      // CheckList: the prediction is the same, or the probability moved by no more than the tolerance
      if (prediction !== undefined && answer(row) === answer(original ?? row)) return false;
      return score === undefined || Math.abs(moved) > tolerance + rounding;
    case 'directional':
      return (direction === 'increasing' ? -moved : moved) > tolerance + rounding;
  }
}
