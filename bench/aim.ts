/** Something that a part of the benchmark set out to reach. Printed, never asserted: times depend on the machine. */
export interface Aim {
  readonly what: string;
  /** Such as `at most 100 ms more`. */
  readonly aim: string;
  /** As text with its unit; undefined where nothing was measured. */
  readonly measured: string;
  readonly met: boolean | undefined;
}

/** What a part printed, in short, for the end of the run. */
export interface PartResult {
  readonly aims: readonly Aim[];
  /** Results that are wrong, a sentence each: these make the run fail, slow ones do not. */
  readonly wrong: readonly string[];
}

/** Rows of text as columns, first column to the left, the others to the right. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  const cell = (text: string, index: number) => {
    const width = widths[index] ?? 0;
    return index === 0 ? text.padEnd(width) : text.padStart(width);
  };
  return rows.map((row) => `  ${row.map(cell).join('  ').trimEnd()}`).join('\n');
}

/** One line an aim. */
export function aimLines(aims: readonly Aim[]): string {
  const words = ({ met }: Aim) => (met === undefined ? 'not measured' : met ? 'met' : 'NOT MET');
  return columns([
    ['what', 'aim', 'measured', ''],
    ...aims.map((aim) => [aim.what, aim.aim, aim.measured, words(aim)]),
  ]);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return (low + high) / 2;
}

/** `12.3 ms` or `4.56 s`. */
export function duration(seconds: number): string {
  return seconds < 1 ? `${(seconds * 1000).toFixed(1)} ms` : `${seconds.toFixed(2)} s`;
}

/** Decimal, as disks and runners are sold: `1.50 GB`. */
export function bytes(count: number): string {
  return count < 1e9 ? `${(count / 1e6).toFixed(0)} MB` : `${(count / 1e9).toFixed(2)} GB`;
}

/** `1,234 ×`, `12 ×`, `1.2 ×`. */
export function times(ratio: number): string {
  const digits = ratio < 10 ? 1 : 0;
  return `${ratio.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: digits })} ×`;
}

export function count(rows: number): string {
  return rows.toLocaleString('en');
}
