import type { LabelContract } from '@modelgate/core';

export type AgreementStatistic = NonNullable<LabelContract['agreement']>['statistic'];

/** What annotators said of the rows that at least two of them labelled (all of them, for the kappas), counted. */
export interface AgreementCounts {
  readonly rows: number;
  /** Labels given. */
  readonly labels: number;
  /** Pairs of annotators who gave one row the same label, each pair once. */
  readonly agreeing: number;
  /** The same, each row's divided by its labels less one. */
  readonly agreeingPerLabel: number;
  /** Over classes: labels of the class, squared. */
  readonly squares: number;
  /** Over classes: labels of the class by the first annotator times those by the last. */
  readonly products: number;
}

/**
 * Agreement beyond that of chance: at most 1, 0 is chance.
 *
 * `krippendorff-alpha`: nominal, any number of annotators, each may have left out rows. Krippendorff (2011), Computing
 * Krippendorff's alpha-reliability. `cohens-kappa`: two annotators with margins of their own. Cohen (1960), Educational
 * and Psychological Measurement 20, 37–46. `fleiss-kappa`: annotators share one margin. Fleiss (1971), Psychological
 * Bulletin 76, 378–382.
 *
 * @param annotators how many there are
 * @returns undefined where no row counts, or chance alone agrees fully: all labels are of one class
 */
export function agreement(
  statistic: AgreementStatistic,
  counts: AgreementCounts,
  annotators: number,
): number | undefined {
  const { rows, labels, agreeing, agreeingPerLabel, squares, products } = counts;
  if (rows === 0) return undefined;
  if (statistic === 'krippendorff-alpha') {
    const differing = labels ** 2 - squares;
    return differing <= 0 ? undefined : 1 - ((labels - 2 * agreeingPerLabel) * (labels - 1)) / differing;
  }
  const observed = agreeing / (rows * ((annotators * (annotators - 1)) / 2));
  const expected = statistic === 'cohens-kappa' ? products / rows ** 2 : squares / labels ** 2;
  return expected >= 1 ? undefined : (observed - expected) / (1 - expected);
}
