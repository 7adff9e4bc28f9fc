import { oneSidedAlpha } from '../../packages/statistics/src/index.ts';

/** How often the bounds of one method are wrong when the truth lies exactly on the limit. */
export interface ErrorRate {
  readonly setting: string;
  readonly rows: number;
  /** Share of samples that prove what is not so. */
  readonly provenWrongly: number;
  /** Share of samples that fail what is just allowed. */
  readonly failedWrongly: number;
  /** Simulated samples; undefined where every sample was enumerated. */
  readonly samples?: number;
  /** What stands in the study's further column. */
  readonly further?: string;
}

export interface Study {
  /** Of its table on the page. */
  readonly name: string;
  /** What is bounded, and by which method. */
  readonly title: readonly [string, string];
  /** Head of a further column. */
  readonly further?: string;
  readonly rates: () => readonly ErrorRate[] | Promise<readonly ErrorRate[]>;
}

/** Of all intervals here: the policy's default. */
export const level = 0.95;
/** What every bound promises: its share of errors when the truth lies on the limit. */
export const stated = oneSidedAlpha(level);

/** For each kind of error the setting in which it is most frequent. */
export function worstOf(rates: readonly ErrorRate[]): readonly ErrorRate[] {
  const worst = (error: 'provenWrongly' | 'failedWrongly') => rates.toSorted((a, b) => b[error] - a[error]).slice(0, 1);
  return [
    ...worst('provenWrongly').map((rate) => ({ ...rate, setting: `most often proven wrongly: ${rate.setting}` })),
    ...worst('failedWrongly').map((rate) => ({ ...rate, setting: `most often failed wrongly: ${rate.setting}` })),
  ];
}
