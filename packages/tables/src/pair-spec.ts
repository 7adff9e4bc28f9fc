import type { Source } from './source.ts';

/**
 * What a column is used as.
 * - `class`: boolean, integer or text
 * - `number`: finite
 * - `probability`: a number in [0, 1]
 * - `flag`: boolean, or a number that is 0 or 1
 * - `text`: a text. A CSV column counts as text as it is written, also where every cell reads as a number
 * - `texts`: a text, or a list of texts. Null and the empty list: none
 * - `name`: a boolean, an integer or a text, as a text; null: the empty text
 * - `group`: any single value; rows with an equal one have the same number
 *
 * Null is an error in all but `texts` and `name`.
 */
export type Role = 'class' | 'number' | 'probability' | 'flag' | 'text' | 'texts' | 'name' | 'group';

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
  /** For `pairRepeats` only: there may be several rows a key. */
  readonly repeat?: true | undefined;
}

/** The golden table. */
export interface Examples {
  readonly source: Source;
  readonly key: string;
  readonly label?: string | undefined;
  /** What labels are used as, also those that the outputs hold; default `class`. */
  readonly labelRole?: Role | undefined;
  /** Column of the rows' weights: finite, at least 0, not all 0. */
  readonly weight?: string | undefined;
  /** Column of any scalar type; rows with an equal value depend on each other. */
  readonly cluster?: string | undefined;
  /**
   * Further columns, by a name of the caller's. Each column of role `class` has a set of classes of its own: it is
   * compared with no prediction.
   */
  readonly columns?: Readonly<Record<string, OutputColumn>> | undefined;
}

export interface PairSpec {
  readonly examples?: Examples | undefined;
  readonly candidate: Outputs;
  readonly champion?: Outputs | undefined;
  /** What labels are used as where there are no examples; default `class`. */
  readonly labelRole?: Role | undefined;
  /** Whether messages may show up to five keys; they can be private, so the default is counts only. */
  readonly showKeys?: boolean;
  /** `intersect` drops the examples that only one side has; candidate and examples must agree all the same. */
  readonly championKeys?: 'same' | 'intersect';
}

/** Rows of one table without a key, such as the requests of a load test. */
export interface SingleSpec {
  readonly source: Source;
  /** For messages: whose rows these are. */
  readonly side: Side;
  readonly label?: string | undefined;
  /** Default `class`. */
  readonly labelRole?: Role | undefined;
  readonly weight?: string | undefined;
  readonly cluster?: string | undefined;
  readonly columns: Readonly<Record<string, OutputColumn>>;
}

/** Relevance judgements: a row a query and document, no pair twice. */
export interface Judgements {
  readonly source: Source;
  /** Column of the query. */
  readonly key: string;
  readonly document: string;
  /** Column of the grade: a finite number, at least 0; 0 is not relevant. */
  readonly label: string;
  /** Of the query: the same on all its rows. */
  readonly weight?: string | undefined;
  /** Of the query: the same on all its rows. */
  readonly cluster?: string | undefined;
  /** Columns of numbers, by a name of the caller's; of the query: the same on all its rows. */
  readonly columns?: Readonly<Record<string, { readonly column: string; readonly words: string }>> | undefined;
}

/**
 * What one model retrieved: a row a query and document, no pair twice. A query for which nothing was retrieved has one
 * row, whose document is null. Higher scores come first; of ranks 1 is the best.
 */
export type Retrieved = {
  readonly source: Source;
  /** Column of the query. */
  readonly key: string;
  readonly document: string;
} & ({ readonly score: string; readonly rank?: undefined } | { readonly rank: string; readonly score?: undefined });

export interface RankingSpec {
  readonly examples: Judgements;
  readonly candidate: Retrieved;
  readonly champion?: Retrieved | undefined;
  readonly showKeys?: boolean;
  /** As in PairSpec, of queries. */
  readonly championKeys?: 'same' | 'intersect';
}

export type Side = 'candidate' | 'champion';
