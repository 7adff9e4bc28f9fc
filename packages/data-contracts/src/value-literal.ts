import type { Dialect } from './dialect.ts';
import type { ReadColumn } from './read-column.ts';

export type Scalar = string | number | boolean;

/**
 * A value that a contract (or another table) names as SQL that compares with a column exactly. `1` and `'1'` are the
 * same where a column holds numbers, and so where it holds text: YAML and CSV tell them apart by accident.
 *
 * @returns undefined for a value that the column cannot hold: nothing equals it
 */
export function literalFor({ kind, single }: ReadColumn, value: Scalar, dialect: Dialect): string | undefined {
  switch (kind) {
    case 'text':
      return dialect.text(String(value));
    case 'boolean': {
      const word = String(value).toLowerCase();
      return word === 'true' || word === 'false' ? word.toUpperCase() : undefined;
    }
    case 'integer': {
      const digits = wholeDigits(value);
      return digits === undefined ? undefined : integerSql(BigInt(digits));
    }
    case 'decimal':
    case 'floating': {
      const text = String(value).trim();
      if (typeof value === 'boolean' || !decimalNumber.test(text)) return undefined;
      return numberSql(typeof value === 'string' && kind === 'decimal' ? text : Number(text), kind, single);
    }
    case 'date':
      return typeof value === 'string' && isoDate.test(value) ? `DATE '${value}'` : undefined;
    case 'time':
      return typeof value === 'string' && clock.test(value) ? `CAST('${value}' AS TIME)` : undefined;
    case 'timestamp':
    case 'instant': {
      const utc = typeof value === 'string' ? utcOf(value) : undefined;
      return utc === undefined ? undefined : kind === 'instant' ? dialect.instant(utc) : `TIMESTAMP '${utc}'`;
    }
    default:
      return undefined;
  }
}

const isoDate = /^\d{4}-\d{2}-\d{2}$/;
const clock = /^\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/;
const decimalNumber = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

function wholeDigits(value: Scalar): string | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value).toString() : undefined;
  return typeof value === 'string'
    ? /^\s*([-+]?)0*(\d+)\s*$/.exec(value)?.slice(1).join('').replace('+', '')
    : undefined;
}

/** Beyond 64 bits as a DOUBLE: not every engine reads longer digits. */
export function integerSql(value: bigint): string {
  return BigInt.asIntN(64, value) === value ? String(value) : Number(value).toExponential();
}

/** With an exponent it is a DOUBLE in both engines, rounded once; without, a decimal number, compared exactly. */
export function numberSql(value: number | string, kind: 'decimal' | 'floating', single: boolean): string {
  if (kind === 'floating') {
    const double = Number(value).toExponential();
    return single ? `CAST(${double} AS REAL)` : double;
  }
  const text = String(value);
  return /e/i.test(text) ? Number(text).toExponential() : text;
}

const dateTime = /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2})(:\d{2})?(\.\d{1,9})?([Zz]|[-+]\d{2}:?\d{2})?)?$/;

/** `2026-01-31T14:00:00+02:00` as `2026-01-31 12:00:00`; without an offset it is UTC. undefined: no date and time. */
export function utcOf(text: string): string | undefined {
  const [, day, minutes = '00:00', seconds = ':00', fraction = '', offset = 'Z'] = dateTime.exec(text) ?? [];
  if (day === undefined) return undefined;
  const zone = /^[Zz]$/.test(offset) ? 'Z' : offset.replace(/(\d{2}):?(\d{2})$/, '$1:$2');
  const instant = new Date(`${day}T${minutes}${seconds}${zone}`);
  return Number.isNaN(instant.getTime())
    ? undefined
    : `${instant.toISOString().slice(0, 19).replace('T', ' ')}${fraction}`;
}
