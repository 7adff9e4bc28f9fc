import type { CheckResult, Verdict } from '@modelgate/core';

/** A check of a data gate, with what was found. */
export type DataCheck = CheckResult & { readonly data: NonNullable<CheckResult['data']> };

/** Whether a check is a rule of a data contract: it has counts and a sentence, and neither champion nor candidate. */
export function isDataCheck(check: CheckResult): check is DataCheck {
  return check.data !== undefined && check.bounds.length === 0;
}

/** Whether a gate is told in rules: a data gate, however little of it could be measured. */
export function isDataGate({ gate, checks }: Verdict): boolean {
  return gate.kind === 'data' && checks.every((check) => check.bounds.length === 0);
}

/** What a gate's readers call its checks. */
export function checksNoun(verdict: Verdict): 'rule' | 'check' {
  return isDataGate(verdict) ? 'rule' : 'check';
}

/** Where a rule belongs, and what it is called there. */
export interface RuleName {
  /** A column, or for rules that belong to none the section of the contract. */
  readonly of: string;
  readonly isColumn: boolean;
  readonly rule: string;
}

/** The name of a rule by its id: `columns.tailnum.pattern`, `drift.carrier`, `keys.year+month`, `rows`. */
export function ruleName({ id }: Pick<CheckResult, 'id'>): RuleName {
  const [section = '', ...more] = id.split('.');
  const rest = more.join('.');
  if (rest === '') return { of: 'table', isColumn: false, rule: id };
  // a column's name may hold dots, a rule's does not
  const end = rest.lastIndexOf('.');
  if (section === 'columns' && end > 0) return { of: rest.slice(0, end), isColumn: true, rule: rest.slice(end + 1) };
  if (section === 'columns') return { of: rest, isColumn: true, rule: 'column' };
  return { of: section, isColumn: false, rule: rest };
}

/** The column that a drift check is about. */
export function driftColumn({ id, data }: CheckResult): string {
  const column = id.replace(/^drift\./, '');
  return data?.kind === 'drift' && data.of === 'nulls' ? column.replace(/\.nulls$/, '') : column;
}
