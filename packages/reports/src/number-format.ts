import type { BoundResult, CheckResult, Interval } from '@modelgate/core';

/** How one kind of number is written: what it is multiplied with, and the unit behind it, in words and in tables. */
export interface NumberScale {
  readonly factor: 1 | 100;
  readonly unit: 'points' | 'percent' | 'own' | 'none';
  readonly own: string;
}

/**
 * The scale on which a bound is shown: differences of shares in points, relative differences in percent, everything
 * else in its own unit.
 */
export function scaleOf(check: Pick<CheckResult, 'scale' | 'unit'>, of: BoundResult['of']): NumberScale {
  const own = check.unit ?? '';
  if (of === 'relative-difference') return { factor: 100, unit: 'percent', own };
  if (of === 'difference' && check.scale === 'share') return { factor: 100, unit: 'points', own };
  return { factor: 1, unit: own === '' ? 'none' : 'own', own };
}

const usualDecimals = 6;

/** From here on a number is rounded to tens and more where its interval justifies no unit: 1,230,000. */
const large = 1e4;

/** No number is longer; rounding has to end there, also for an interval whose width is more than any number. */
const longest = 308;

/**
 * Decimals that an interval of this width (as shown) justifies: up to the first digit of a quarter of the width, which
 * is about its standard error. More digits would be noise. Without a width: three significant digits of `value`.
 * Negative for large values: −3 rounds to thousands.
 */
export function honestDecimals(width: number | undefined, value = 0): number {
  if (width !== undefined && width > 0) {
    const least = Math.abs(value) >= large ? -longest : 0;
    return clamped(-Math.floor(Math.log10(width / 4) + 1e-9), least, mostDecimals(value));
  }
  if (value === 0) return 1;
  return clamped(significant(value), 0, mostDecimals(value));
}

/** So many decimals are read; of a value that would vanish behind them, such as 0.00000035, five digits. */
function mostDecimals(value: number): number {
  return value === 0 ? usualDecimals : Math.max(usualDecimals, significant(value) + 2);
}

/** Decimals of three significant digits. */
function significant(value: number): number {
  return 2 - Math.floor(Math.log10(Math.abs(value)) + 1e-9);
}

/** What a number is decided by. */
type Decided = Pick<BoundResult, 'of' | 'interval' | 'estimate'> & { readonly threshold?: number };

/**
 * Decimals for one bound, on its scale. As many more as it takes that no end of the interval is rounded onto a limit
 * (or, for a difference, onto zero) from which it differs: a reader must see on which side it lies.
 */
export function boundDecimals(bound: Decided, scale: NumberScale): number {
  const { interval, estimate } = bound;
  const width = interval === undefined ? undefined : (interval.upper - interval.lower) * scale.factor;
  const shown = [interval?.lower, interval?.upper, interval === undefined ? estimate : undefined];
  const { threshold } = bound;
  const marks = [...(threshold === undefined ? [] : [threshold * scale.factor]), ...(bound.of === 'value' ? [] : [0])];
  const size = scale.factor * Math.max(...[...shown, estimate ?? threshold].map((value) => Math.abs(value ?? 0)));
  let decimals = width === undefined && scale.factor === 100 ? 1 : honestDecimals(width, size);
  const merged = (value: number | undefined) =>
    value !== undefined &&
    marks.some((mark) => {
      const apart = Math.abs(value * scale.factor - mark) > 1e-9 * Math.max(1, Math.abs(mark));
      return apart && fixed(value * scale.factor, decimals) === fixed(mark, decimals);
    });
  const most = mostDecimals(size);
  while (decimals < most && shown.some(merged)) decimals += 1;
  return decimals;
}

/** A number with a true minus sign and thousands separators; `signed` puts a plus before what is above zero. */
export function number(value: number, decimals: number, signed = false): string {
  const text = fixed(value, decimals);
  return signed && value > 0 && !/^0(\.0*)?$/.test(text) ? `+${text}` : text;
}

/** A limit as the policy means it: all its digits, none invented (0.1 + 0.2 is written 0.3). */
export function limitNumber(value: number): string {
  const exact = Number(value.toPrecision(12));
  const [, digits = '', power = '0'] = /^-?\d+(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(exact)) ?? [];
  return fixed(exact, Math.max(0, digits.length - Number(power)));
}

/** A count of rows or checks: 48,211. */
export function count(value: number): string {
  return fixed(value, 0);
}

/** `3 checks`, `1 check`. */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : plural}`;
}

/** A planning number is an estimate: two significant digits (12,345 rows is about 12,000). */
export function about(value: number): string {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 1);
  return count(Math.ceil(value / step) * step);
}

/** `1.9 points`, `1 point`, `5 %`, `40 ms`, `0.75`. */
export function withUnit(text: string, scale: NumberScale): string {
  switch (scale.unit) {
    case 'points':
      return `${text} ${/^[+−]?1$/.test(text) ? 'point' : 'points'}`;
    case 'percent':
      return `${text} %`;
    case 'own':
      return `${text} ${scale.own}`;
    case 'none':
      return text;
  }
}

/** The short form for tables: `1.9 pt`, `5 %`, `40 ms`, `0.75`. */
export function withShortUnit(text: string, scale: NumberScale): string {
  return scale.unit === 'points' ? `${text} pt` : withUnit(text, scale);
}

/** `95 % interval`, for the level that decides. */
export function levelName(interval: Interval): string {
  return `${levelText(interval)} interval`;
}

/** `95 %`; a level that was corrected for several bounds is rounded, 98.33 %. */
export function levelText({ level }: Interval): string {
  return `${limitNumber(Number((level * 100).toFixed(2)))} %`;
}

/** A size of files, in the units of a file manager. */
export function byteSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let power = 0;
  while (bytes >= 1000 ** (power + 1) && power < units.length - 1) power += 1;
  return `${number(bytes / 1000 ** power, power === 0 ? 0 : 1)} ${units[power] ?? ''}`;
}

function fixed(value: number, decimals: number): string {
  if (decimals < 0) return fixed(Math.round(value * 10 ** decimals) / 10 ** decimals, 0);
  const magnitude = Math.abs(value);
  if (magnitude >= 1e15 || (magnitude > 0 && magnitude < 1e-4 && decimals > usualDecimals)) {
    const rounded = Number(magnitude.toFixed(Math.min(100, decimals)));
    if (rounded === 0) return '0';
    const digits = magnitude >= 1e15 ? 2 : Math.min(20, decimals + Math.floor(Math.log10(rounded) + 1e-9));
    return (Math.sign(value) * rounded).toExponential(digits).replaceAll('-', '−').replace('+', '');
  }
  const [whole = '', fraction] = magnitude.toFixed(Math.min(100, decimals)).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const text = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
}

function clamped(decimals: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, decimals));
}
