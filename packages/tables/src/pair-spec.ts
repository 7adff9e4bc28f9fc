import type { Source } from './source.ts';

/** What a column is used as. `class`: boolean, integer or text; `number`: finite; `probability`: a number in [0, 1]. */
export type Role = 'class' | 'number' | 'probability';

export interface OutputColumn {
  readonly column: string;
  readonly role: Role;
}

/** One model's outputs, a row an example. */
export interface Outputs {
  readonly source: Source;
  readonly key: string;
  /** Compared with the examples' labels; where there are no examples it is the label. */
  readonly label?: string | undefined;
  /** By a name of the caller's, the same for candidate and champion. */
  readonly columns: Readonly<Record<string, OutputColumn>>;
}

/** The golden table. */
export interface Examples {
  readonly source: Source;
  readonly key: string;
  readonly label?: string | undefined;
}

export interface PairSpec {
  readonly examples?: Examples | undefined;
  readonly candidate: Outputs;
  readonly champion?: Outputs | undefined;
  /** Whether messages may show up to five keys; they can be private, so the default is counts only. */
  readonly showKeys?: boolean;
  /** `intersect` drops the examples that only one side has; candidate and examples must agree all the same. */
  readonly championKeys?: 'same' | 'intersect';
}

export type Side = 'candidate' | 'champion';
