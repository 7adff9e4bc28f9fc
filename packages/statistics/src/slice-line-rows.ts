import { requireCount, requireNonNegative } from './argument.ts';

export interface SliceFeature {
  /** For messages. */
  readonly name: string;
  /** One a row: 0 … size − 1, or `none`. */
  readonly codes: Uint8Array | Uint16Array | Uint32Array;
  /** How many codes there are. */
  readonly size: number;
  /** Rows of this code, which is at least `size`, are in no slice of this feature; 0xFFFF, say. */
  readonly none?: number | undefined;
}

/** `feature` is at `code`. */
export interface SliceLiteral {
  /** Number of the feature in the input. */
  readonly feature: number;
  readonly code: number;
}

/** Of the rows of a slice. */
export interface SliceTotals {
  readonly rows: number;
  readonly errorSum: number;
  readonly maxError: number;
}

/** A slice of one condition. */
export type BasicSlice = SliceLiteral & SliceTotals;

/** @throws RangeError when an error is negative or not finite, or a feature is not as `SliceFeature` says */
export function requireRows(errors: Float64Array, features: readonly SliceFeature[]): void {
  for (let row = 0; row < errors.length; row++) requireNonNegative(`errors[${row}]`, errors[row] ?? Number.NaN);
  for (const feature of features) requireFeature(feature, errors.length);
}

function requireFeature({ name, codes, size, none }: SliceFeature, rows: number): void {
  requireCount(`size of ${name}`, size);
  if (none !== undefined) requireCount(`none of ${name}`, none, size);
  if (codes.length !== rows) throw new RangeError(`${name} has ${codes.length} codes for ${rows} errors`);
  for (let row = 0; row < rows; row++) {
    const code = codes[row] ?? 0;
    if (code >= size && code !== none) {
      throw new RangeError(
        `${name}[${row}] must be below ${size}${none === undefined ? '' : ` or ${none}`}, got ${code}`,
      );
    }
  }
}

/** All slices of one condition that have enough rows, by feature and code. */
export function basicSlices(
  errors: Float64Array,
  features: readonly SliceFeature[],
  leastRows: number,
): readonly BasicSlice[] {
  return features.flatMap(({ codes, size }, feature) => {
    const rows = new Float64Array(size);
    const sums = new Float64Array(size);
    const most = new Float64Array(size);
    for (let row = 0; row < errors.length; row++) {
      const code = codes[row] ?? size;
      if (code >= size) continue;
      const error = errors[row] ?? 0;
      rows[code] = (rows[code] ?? 0) + 1;
      sums[code] = (sums[code] ?? 0) + error;
      if (error > (most[code] ?? 0)) most[code] = error;
    }
    const slices: BasicSlice[] = [];
    for (let code = 0; code < size; code++) {
      if ((rows[code] ?? 0) < leastRows) continue;
      slices.push({ feature, code, rows: rows[code] ?? 0, errorSum: sums[code] ?? 0, maxError: most[code] ?? 0 });
    }
    return slices;
  });
}

/** One bit a row for each of some conditions: rows of several conditions are found 32 at a time. */
export class LiteralBits {
  private readonly errors: Float64Array;
  private readonly bits: readonly Int32Array[];
  private readonly none: Int32Array;
  /** Words of the last intersection that are not 0, and where they are. */
  private readonly words: Int32Array;
  private readonly places: Uint32Array;

  constructor(errors: Float64Array, features: readonly SliceFeature[], literals: readonly SliceLiteral[]) {
    const words = Math.ceil(errors.length / 32);
    this.errors = errors;
    this.none = new Int32Array(words);
    this.words = new Int32Array(words);
    this.places = new Uint32Array(words);
    this.bits = literals.map(() => new Int32Array(words));
    for (const [feature, { codes, size }] of features.entries()) {
      const ofCode: (Int32Array | undefined)[] = new Array(size).fill(undefined);
      for (const [i, literal] of literals.entries()) {
        if (literal.feature === feature) ofCode[literal.code] = this.bits[i];
      }
      for (let row = 0; row < errors.length; row++) {
        const bits = ofCode[codes[row] ?? size];
        if (bits !== undefined) bits[row >>> 5] = (bits[row >>> 5] ?? 0) | (1 << (row & 31));
      }
    }
  }

  /**
   * @param conditions numbers of two or three literals
   * @returns undefined when the slice has fewer than `leastRows` rows
   */
  totals([a = 0, b = 0, c = b]: readonly number[], leastRows: number): SliceTotals | undefined {
    const { none, bits, words, places } = this;
    const [one, two, three] = [bits[a] ?? none, bits[b] ?? none, bits[c] ?? none];
    let rows = 0;
    let found = 0;
    for (let i = 0; i < one.length; i++) {
      const word = (one[i] ?? 0) & (two[i] ?? 0) & (three[i] ?? 0);
      if (word === 0) continue;
      words[found] = word;
      places[found++] = i;
      rows += bitsIn(word);
    }
    return rows < leastRows ? undefined : { rows, ...this.errorsOf(found) };
  }

  /** In the order of the rows, so that the same rows under another name have the very same sum. */
  private errorsOf(found: number): { readonly errorSum: number; readonly maxError: number } {
    let errorSum = 0;
    let maxError = 0;
    for (let i = 0; i < found; i++) {
      const first = (this.places[i] ?? 0) * 32;
      for (let word = this.words[i] ?? 0; word !== 0; word &= word - 1) {
        const error = this.errors[first + 31 - Math.clz32(word & -word)] ?? 0;
        errorSum += error;
        if (error > maxError) maxError = error;
      }
    }
    return { errorSum, maxError };
  }
}

/** Bits of pairs, of fours, of bytes; the product adds up the four bytes in the highest. */
function bitsIn(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
