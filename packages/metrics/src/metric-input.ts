import type { RankedQueries } from './ranked-queries.ts';

/** What one model's metric is computed from; a row is an example, of `ranking` a query. */
export type MetricInput =
  /** Labels 1 (positive) or 0, and one score: higher means more likely positive. */
  | { readonly kind: 'score'; readonly labels: Uint8Array; readonly scores: Float64Array }
  /** Labels are positions in `scores`, one column a class. */
  | { readonly kind: 'scores'; readonly labels: Uint16Array; readonly scores: readonly Float64Array[] }
  | { readonly kind: 'number'; readonly labels: Float64Array; readonly predictions: Float64Array }
  /** Right answers of each row, none where the question has none, and the model's text. */
  | {
      readonly kind: 'answer';
      readonly answers: readonly (readonly string[])[];
      readonly predictions: readonly string[];
    }
  | { readonly kind: 'ranking'; readonly queries: RankedQueries };

export type InputKind = MetricInput['kind'];
export type InputOf<Kind extends InputKind> = Extract<MetricInput, { readonly kind: Kind }>;

/** @throws RangeError when the input is of another kind: a mistake of the caller */
export function inputOf<Kind extends InputKind>(input: MetricInput, kind: Kind): InputOf<Kind> {
  if (isOf(input, kind)) return input;
  throw new RangeError(`this metric is computed from an input of kind ${kind}, got ${input.kind}`);
}

function isOf<Kind extends InputKind>(input: MetricInput, kind: Kind): input is InputOf<Kind> {
  return input.kind === kind;
}
