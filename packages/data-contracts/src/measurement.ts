import { type DataContract, type Level, type Reason, type Tolerance, UserError } from '@modelgate/core';
import type { DataEngine, Source } from '@modelgate/tables';
import type { Dialect } from './dialect.ts';
import type { ColumnDrift } from './drift.ts';
import type { ContractSituation } from './structure.ts';
import type { TextFile } from './text-lines.ts';

/** What is counted; in words with an s at its end for several. */
export type Unit =
  | 'row'
  | 'value'
  | 'key'
  | 'document'
  | 'chunk'
  | 'question'
  | 'line'
  | 'class'
  | 'group'
  | 'pair'
  | 'file';

export interface NumberLimits {
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** So many of what was looked at break the rule. */
export interface Counted {
  readonly kind: 'counted';
  /** Reads on with "in 2.1 % of rows (7,052 of 336,776); 1 % allowed": "`tailnum` does not match". No value of a cell. */
  readonly breaks: string;
  readonly failing: number;
  /** What the rule looked at, ≥ failing. */
  readonly of: number;
  readonly unit: Unit;
  readonly allowed: Tolerance;
  /** "12 keys occur more than once" */
  readonly extra?: string;
  /** Whether the share among a sample's rows says something of the whole, or only that the defect is there at all. */
  readonly sampleShows: 'share' | 'presence';
  /** Counted on all rows, although the table itself is a sample: of another table, or of all of it. */
  readonly whole?: true;
  /** Counts below this are told as "fewer than". */
  readonly suppressBelow?: number;
}

/** One number of the table against limits. */
export interface Measured {
  readonly kind: 'number';
  /** "mean of `dep_delay`" */
  readonly what: string;
  /** undefined: there is none, for no row was looked at or it is not finite. */
  readonly value: number | undefined;
  readonly limits: NumberLimits;
  readonly warn?: NumberLimits;
  readonly unit?: string;
  readonly rows?: number;
  readonly approximate?: true;
  /** Of the value, where rows of a sample can say it. */
  readonly standardError?: number;
}

/** A yes or no about the table itself, whatever its rows hold. */
export interface Fact {
  readonly kind: 'fact';
  readonly holds: boolean;
  /** The whole sentence. */
  readonly words: string;
  readonly how?: string;
}

export interface Drifted {
  readonly kind: 'drift';
  readonly drift: ColumnDrift;
  /** Of the profile, and of this table. */
  readonly rows: readonly [number, number];
}

/** Could not be measured, which is never a pass. */
export interface Unmeasured {
  readonly kind: 'unmeasured';
  readonly reason: Reason;
  readonly words: string;
  readonly how?: string;
}

export type Found = Counted | Measured | Fact | Drifted | Unmeasured;

/** One rule of a contract, measured and not judged. */
export interface DataMeasurement {
  /** Stable: `columns.tailnum.pattern`, `keys.year+month`, `checks.mean-delay`, `splits.ids`, `drift.carrier`. */
  readonly id: string;
  /** Where it stands in the contract, so that people are shown its line. */
  readonly path: readonly (string | number)[];
  readonly column?: string;
  readonly level: Level;
  readonly why?: string;
  readonly found: Found;
}

/** What measuring a contract needs of the world. */
export interface ContractWorld {
  readonly engine: DataEngine;
  readonly dialect: Dialect;
  /** The table that the contract is about: `this`. */
  readonly source: Source;
  readonly contract: DataContract;
  /** A table by the contract's name for it or by its path; described once. @throws UserError */
  table(name: string): Promise<Source>;
  /** Of the workspace. @throws UserError */
  readText(path: string): Promise<string>;
  /** Text files of the workspace, by path or glob, line by line. @throws UserError */
  lines(pattern: string): AsyncIterable<TextFile>;
  readonly now: Date;
  /** At least 16 hexadecimal digits. */
  readonly seed: string;
  readonly situation: ContractSituation;
}

/** The rule that a measurement is of, as far as it is known before it is measured. */
export type RuleIdentity = Omit<DataMeasurement, 'found'>;

/** Measures one rule; what a person can mend is said in its place, so that the other rules keep their answers. */
export async function measured(rule: RuleIdentity, work: () => Promise<Found> | Found): Promise<DataMeasurement> {
  try {
    return { ...rule, found: await work() };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { reason, message, how } = error;
    return { ...rule, found: { kind: 'unmeasured', reason, words: message, ...(how === undefined ? {} : { how }) } };
  }
}
