import type { FoundSlice, SliceFeature, SliceLiteral } from '../src/index.ts';

export interface OracleInput {
  readonly errors: Float64Array;
  readonly features: readonly SliceFeature[];
  readonly alpha: number;
  readonly leastRows: number;
  readonly mostLiterals: number;
}

/** Every slice of a score above 0, best first: counts the rows of all conjunctions, rules out none. */
export function everySlice({ errors, features, alpha, leastRows, mostLiterals }: OracleInput): FoundSlice[] {
  const all = errors.length;
  const meanOfAll = errors.reduce((sum, error) => sum + error, 0) / all;
  const slices = conjunctions(features, mostLiterals).flatMap((literals): FoundSlice[] => {
    const own = errors.filter((_, row) =>
      literals.every(({ feature, code }) => features[feature]?.codes[row] === code),
    );
    if (own.length < leastRows) return [];
    const errorSum = own.reduce((sum, error) => sum + error, 0);
    const meanError = errorSum / own.length;
    const score = alpha * (meanError / meanOfAll - 1) - (1 - alpha) * (all / own.length - 1);
    return [{ literals, score, rows: own.length, errorSum, meanError, maxError: Math.max(...own) }];
  });
  return slices.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score || b.rows - a.rows || byName(a, b));
}

function conjunctions(features: readonly SliceFeature[], most: number): SliceLiteral[][] {
  let found: SliceLiteral[][] = [[]];
  for (const [feature, { size }] of features.entries()) {
    const literals = Array.from({ length: size }, (_, code) => ({ feature, code }));
    found = found.flatMap((before) => [before, ...literals.map((literal) => [...before, literal])]);
    found = found.filter(({ length }) => length <= most);
  }
  return found.filter(({ length }) => length > 0);
}

function byName(a: FoundSlice, b: FoundSlice): number {
  const name = ({ literals }: FoundSlice) =>
    [literals.length, ...literals.flatMap(({ feature, code }) => [feature, code])]
      .map((part) => String(part).padStart(6, '0'))
      .join();
  return name(a) < name(b) ? -1 : 1;
}
