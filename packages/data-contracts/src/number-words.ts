import type { Unit } from './measurement.ts';

/** 336,776 */
export function count(value: number): string {
  // by hand: the first use of the runtime's own costs every gate 30 ms
  return Number.isSafeInteger(value) ? String(value).replace(/\B(?=(?:\d{3})+$)/g, ',') : value.toLocaleString('en-US');
}

const irregular: Readonly<Partial<Record<Unit, string>>> = { class: 'classes' };

/** `1 row`, `336,776 rows`. */
export function counted(value: number, unit: Unit): string {
  return `${count(value)} ${value === 1 ? unit : pluralOf(unit)}`;
}

export function pluralOf(unit: Unit): string {
  return irregular[unit] ?? `${unit}s`;
}

/** A share in percent, with three digits, and never rounded to none or all of it: "2.1 %", "< 0.001 %", "> 99.9 %". */
export function percent(share: number): string {
  if (share === 0) return '0 %';
  if (share === 1) return '100 %';
  if (share < 1e-5) return '< 0.001 %';
  if (share > 0.999 && share < 1) return `> 99.9 %`;
  return `${Number((share * 100).toPrecision(share < 0.1 ? 2 : 3))} %`;
}

/** A number with up to six digits: what a person can compare with a limit. */
export function number(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return count(value);
  const short = Number(value.toPrecision(6));
  return Math.abs(short) >= 1e6 || (short !== 0 && Math.abs(short) < 1e-4) ? String(short) : grouped(short);
}

function grouped(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 8 });
}
