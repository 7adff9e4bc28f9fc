import type { ColumnContract } from '@modelgate/core';
import type { Dialect } from './dialect.ts';
import { count } from './number-words.ts';
import { kindWords, type ReadColumn } from './read-column.ts';
import { named } from './source-column.ts';
import { patternOf } from './text-format.ts';
import { integerSql, literalFor, numberSql, type Scalar, utcOf } from './value-literal.ts';

/** A rule that looks at one value at a time. */
export type ValueRule =
  | { readonly breaks: string; readonly broken: string }
  | { readonly unfit: string; readonly reason?: 'contract-invalid' };

type Range = NonNullable<ColumnContract['range']>;

/** The value lies between the ends, NaN nowhere: engines disagree about where it sorts. */
export function rangeRule(column: ReadColumn, range: Range, dialect: Dialect): ValueRule {
  const beyond = endConditions(column, range, dialect);
  if (beyond === undefined) {
    const ends = typeof (range.min ?? range.above ?? range.max ?? range.below) === 'number' ? 'numbers' : 'dates';
    return { unfit: `\`range\` is of ${ends}, and ${named(column.name)} holds ${kindWords[column.kind]}` };
  }
  const conditions = column.kind === 'floating' ? [...beyond, dialect.nan(column.sql)] : beyond;
  return { breaks: `${named(column.name)} is ${outsideWords(range)}`, broken: conditions.join(' OR ') };
}

function endConditions({ kind, sql, single }: ReadColumn, range: Range, dialect: Dialect): string[] | undefined {
  const ends = [
    [range.min, '<'],
    [range.above, '<='],
    [range.max, '>'],
    [range.below, '>='],
  ] as const;
  const conditions = ends.flatMap(([end, sign]) => {
    if (end === undefined) return [];
    if (typeof end === 'number') {
      if (kind === 'integer') return [`${sql} ${wholeEnd(end, sign)}`];
      if (kind === 'decimal' || kind === 'floating') return [`${sql} ${sign} ${numberSql(end, kind, single)}`];
      return kind === 'none' ? ['FALSE'] : [undefined];
    }
    const utc = utcOf(end);
    if (utc === undefined) return [undefined];
    if (kind === 'date') return [`CAST(${sql} AS TIMESTAMP) ${sign} TIMESTAMP '${utc}'`];
    if (kind === 'timestamp') return [`${sql} ${sign} TIMESTAMP '${utc}'`];
    if (kind === 'instant') return [`${sql} ${sign} ${dialect.instant(utc)}`];
    return kind === 'none' ? ['FALSE'] : [undefined];
  });
  const fitting = conditions.filter((one) => one !== undefined);
  return fitting.length === conditions.length ? fitting : undefined;
}

/** An integer is beyond 2.5 when it is beyond 2 or 3: no column of integers has to become one of decimals for it. */
function wholeEnd(end: number, sign: '<' | '<=' | '>' | '>='): string {
  const whole = sign === '<' || sign === '>=' ? Math.ceil(end) : Math.floor(end);
  return `${sign} ${integerSql(BigInt(whole))}`;
}

function outsideWords({ min, above, max, below }: Range): string {
  const shown = (end: string | number) =>
    typeof end === 'number' ? end.toLocaleString('en-US', { maximumFractionDigits: 12 }) : end;
  const [low, high] = [min ?? above, max ?? below];
  if (low !== undefined && high !== undefined)
    return `outside ${shown(low)}${above === undefined ? '' : ' (excluded)'} to ${shown(high)}${below === undefined ? '' : ' (excluded)'}`;
  if (min !== undefined) return `below ${shown(min)}`;
  if (above !== undefined) return `not above ${shown(above)}`;
  if (max !== undefined) return `above ${shown(max)}`;
  return `not below ${shown(below ?? 0)}`;
}

/** @param from where the values come from, when they are not written out */
export function setRule(
  column: ReadColumn,
  rule: 'in' | 'not-in',
  values: readonly Scalar[],
  dialect: Dialect,
  from?: string,
): ValueRule {
  const { kind, name } = column;
  if (kind === 'list' || kind === 'binary' || kind === 'other')
    return { unfit: `\`${rule}\` is of single values, and ${named(name)} holds ${kindWords[kind]}` };
  const inexact = values.find(
    (value) => typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value),
  );
  if (inexact !== undefined && kind === 'integer')
    return {
      reason: 'contract-invalid',
      unfit: `\`${rule}\` of ${named(name)} holds an integer beyond 2^53, which YAML does not keep exactly: write it in quotes`,
    };
  const among = amongValues(column, values, dialect);
  const of = from ?? `the ${count(values.length)} ${rule === 'in' ? 'allowed' : 'forbidden'} values`;
  const [single] = values.length === 1 && from === undefined ? [true] : [];
  return rule === 'in'
    ? {
        breaks: single
          ? `${named(name)} is not the one allowed value`
          : from === undefined
            ? `${named(name)} is none of ${of}`
            : `${named(name)} is not in ${of}`,
        broken: among === undefined ? `${column.sql} IS NOT NULL` : `NOT (${among})`,
      }
    : {
        breaks: single
          ? `${named(name)} is the forbidden value`
          : from === undefined
            ? `${named(name)} is one of ${of}`
            : `${named(name)} is in ${of}`,
        broken: among ?? 'FALSE',
      };
}

/** Integers that follow each other are asked as a range, which the engine can often answer without reading a row. */
function amongValues(column: ReadColumn, values: readonly Scalar[], dialect: Dialect): string | undefined {
  const literals = [...new Set(values.flatMap((value) => literalFor(column, value, dialect) ?? []))];
  if (literals.length === 0) return undefined;
  if (column.kind === 'integer' && literals.every((one) => /^-?\d+$/.test(one))) {
    const whole = literals.map(BigInt).sort((a, b) => (a < b ? -1 : 1));
    const [low = 0n, high = 0n] = [whole[0], whole.at(-1)];
    if (whole.length > 1 && high - low === BigInt(whole.length - 1)) return `${column.sql} BETWEEN ${low} AND ${high}`;
  }
  return dialect.among(column.sql, literals);
}

export function patternRule(
  column: ReadColumn,
  rule: 'pattern' | 'not-pattern',
  pattern: string,
  dialect: Dialect,
): ValueRule {
  const unfit = notText(column, rule);
  if (unfit !== undefined) return { unfit };
  const matches = dialect.matches(column.sql, pattern);
  return rule === 'pattern'
    ? { breaks: `${named(column.name)} does not match its pattern`, broken: `NOT ${matches}` }
    : { breaks: `${named(column.name)} matches a forbidden pattern`, broken: matches };
}

const formatWords: Readonly<Record<NonNullable<ColumnContract['format']>, string>> = {
  email: 'e-mail address',
  uri: 'URI',
  uuid: 'UUID',
  ipv4: 'IPv4 address',
  ipv6: 'IPv6 address',
  date: 'date',
  time: 'time',
  'date-time': 'date and time',
  country: 'country code',
  currency: 'currency code',
  language: 'language tag',
};

export function formatRule(
  column: ReadColumn,
  format: NonNullable<ColumnContract['format']>,
  dialect: Dialect,
): ValueRule {
  const unfit = notText(column, 'format');
  if (unfit !== undefined) return { unfit };
  return {
    breaks: `${named(column.name)} is no ${formatWords[format]}`,
    broken: `NOT ${dialect.matches(column.sql, patternOf(format))}`,
  };
}

function notText({ kind, name }: ReadColumn, rule: string): string | undefined {
  if (kind === 'text' || kind === 'none') return undefined;
  return `\`${rule}\` is for text, and ${named(name)} holds ${kindWords[kind]}`;
}

export function lengthRule(
  column: ReadColumn,
  length: NonNullable<ColumnContract['length']>,
  dialect: Dialect,
): ValueRule {
  const { kind, name, sql } = column;
  const measure = lengths[kind];
  if (measure === undefined)
    return { unfit: `\`length\` is of text, bytes and lists, and ${named(name)} holds ${kindWords[kind]}` };
  const { min, max } = length;
  const long = dialect[measure.by](sql);
  const one = min === max && min !== undefined ? [`${long} <> ${min}`] : undefined;
  const conditions = one ?? [
    ...(min === undefined ? [] : [`${long} < ${min}`]),
    ...(max === undefined ? [] : [`${long} > ${max}`]),
  ];
  return { breaks: `${named(name)} has ${lengthWords(length, measure.unit)}`, broken: conditions.join(' OR ') };
}

const lengths: Readonly<
  Partial<Record<ReadColumn['kind'], { readonly by: 'length' | 'elements' | 'bytes'; readonly unit: string }>>
> = {
  text: { by: 'length', unit: 'character' },
  none: { by: 'length', unit: 'character' },
  list: { by: 'elements', unit: 'element' },
  binary: { by: 'bytes', unit: 'byte' },
};

function lengthWords({ min, max }: NonNullable<ColumnContract['length']>, unit: string): string {
  const units = (value: number) => `${count(value)} ${unit}${value === 1 ? '' : 's'}`;
  if (min !== undefined && max !== undefined)
    return min === max ? `not ${units(min)}` : `not ${count(min)} to ${units(max)}`;
  return min !== undefined ? `fewer than ${units(min)}` : `more than ${units(max ?? 0)}`;
}

/** Neither NaN nor infinite. */
export function finiteRule(column: ReadColumn, dialect: Dialect): ValueRule {
  return {
    breaks: `${named(column.name)} is NaN or infinite`,
    broken: column.kind === 'floating' ? `NOT ${dialect.finite(column.sql)}` : 'FALSE',
  };
}
