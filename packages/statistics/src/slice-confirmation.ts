import { requireFiniteColumn, requireInnerProbability } from './argument.ts';
import { benjaminiHochberg } from './multiple-testing.ts';
import { halvesOf } from './slice-confirmation-halves.ts';
import { type HeldOutRows, heldOutTest } from './slice-confirmation-held-out.ts';
import { type SliceLineInput, type SliceSearch, sliceLine } from './slice-line.ts';
import { requireRows, type SliceFeature, type SliceLiteral } from './slice-line-rows.ts';
import type { FoundSlice } from './slice-line-score.ts';

export interface SliceConfirmationInput extends SliceLineInput {
  /** Of the split, as for `Random`. */
  readonly seed: string;
  /** Number of each row's cluster, 0 … G − 1; every cluster has a row. Rows of a cluster depend on each other. */
  readonly clusters?: Uint32Array | undefined;
  /** By what the held-out half is judged, one finite number a row, may be negative; default `errors`. */
  readonly judged?: Float64Array | undefined;
  /** In (0, 1); default .10. */
  readonly falseDiscoveryRate?: number | undefined;
}

export interface SliceConfirmation {
  readonly discoveryRows: number;
  readonly heldOutRows: number;
  /** In the discovery half. */
  readonly search: SliceSearch;
  /** Those of the search, in its order. */
  readonly slices: readonly JudgedSlice[];
}

/** A slice that was found in one half, in the other. */
export interface JudgedSlice extends HeldOutRows {
  readonly literals: readonly SliceLiteral[];
  /** What the discovery half says: too much, for the slice was chosen by it. */
  readonly discovered: FoundSlice;
  readonly outcome: SliceOutcome;
}

export type SliceOutcome =
  | {
      readonly kind: 'tested';
      /** How much larger the mean is than that of the other held-out rows; .2 small, .5 medium, .8 large. Null where nothing varies. */
      readonly effect: number | null;
      /** One-sided p of "the mean in the slice is not larger". */
      readonly p: number;
      /** By Benjamini and Hochberg, over all slices that were found. */
      readonly adjustedP: number;
      /** `adjustedP` is below the false discovery rate. */
      readonly confirmed: boolean;
    }
  | {
      readonly kind: 'not-tested';
      /** Fewer than ten held-out rows, or clusters, in the slice or outside of it. Counts as a p of 1. */
      readonly reason: 'too-few-rows' | 'too-few-clusters';
      readonly adjustedP: 1;
      readonly confirmed: false;
    };

/**
 * Slices found in one half of the rows, each tested in the other half: there its mean is compared with that of all other
 * rows. What was chosen as the worst of thousands looks bad by chance, so only rows that took no part in the choice can
 * say how bad it is.
 *
 * Slices overlap. Benjamini and Hochberg's rate holds for positively dependent tests, as those of overlapping slices are.
 *
 * @param input as for `sliceLine`; `leastRows` is a number of rows of the discovery half
 * @throws RangeError as `sliceLine`, and when there are fewer than two rows, or clusters
 * Source: data splitting: Cox (1975), Biometrika 62, 441–444; Benjamini and Hochberg (1995), Journal of the Royal
 * Statistical Society B 57, 289–300.
 */
export function confirmSlices(input: SliceConfirmationInput): SliceConfirmation {
  const { errors, features, seed, clusters, judged = errors, falseDiscoveryRate = 0.1, ...search } = input;
  requireInnerProbability('falseDiscoveryRate', falseDiscoveryRate);
  if (judged.length !== errors.length) {
    throw new RangeError(`judged must be as long as errors, got ${judged.length} and ${errors.length}`);
  }
  requireFiniteColumn('judged', judged);
  requireRows(errors, features);
  const { discovery, heldOut } = halvesOf(errors.length, clusters, seed);
  const found = sliceLine({ ...search, errors: pick(errors, discovery), features: pickAll(features, discovery) });
  const held = { values: pick(judged, heldOut), features: pickAll(features, heldOut) };
  const clustersOf = clusters && pick(clusters, heldOut);
  const tests = found.slices.map(({ literals }) =>
    heldOutTest(held.values, rowsIn(literals, held.features, heldOut.length), clustersOf),
  );
  const adjusted = benjaminiHochberg(tests.map(({ test }) => (test.kind === 'tested' ? test.p : 1)));
  const slices = found.slices.flatMap((discovered, i): JudgedSlice[] => {
    const held = tests[i];
    if (held === undefined) return [];
    const { test, ...rows } = held;
    const adjustedP = adjusted[i] ?? 1;
    const outcome: SliceOutcome =
      test.kind === 'tested'
        ? { ...test, adjustedP, confirmed: adjustedP < falseDiscoveryRate }
        : { ...test, adjustedP: 1, confirmed: false };
    return [{ literals: discovered.literals, discovered, ...rows, outcome }];
  });
  return { discoveryRows: discovery.length, heldOutRows: heldOut.length, search: found, slices };
}

function rowsIn(literals: readonly SliceLiteral[], features: readonly SliceFeature[], rows: number): Uint8Array {
  const inside = new Uint8Array(rows).fill(1);
  for (const { feature, code } of literals) {
    const codes = features[feature]?.codes;
    for (let row = 0; row < rows; row++) if (codes?.[row] !== code) inside[row] = 0;
  }
  return inside;
}

function pickAll(features: readonly SliceFeature[], rows: Uint32Array): readonly SliceFeature[] {
  return features.map((feature) => ({ ...feature, codes: pick(feature.codes, rows) }));
}

function pick<Column extends Float64Array | SliceFeature['codes']>(column: Column, rows: Uint32Array): Column;
function pick(column: Float64Array | SliceFeature['codes'], rows: Uint32Array): Float64Array | SliceFeature['codes'] {
  const picked = column.slice(0, rows.length);
  for (let i = 0; i < rows.length; i++) picked[i] = column[rows[i] ?? 0] ?? 0;
  return picked;
}
