/** Guards of this package's public functions: a wrong number is named before it can turn into a wrong verdict. */

export function requireFinite(name: string, value: number): void {
  if (!Number.isFinite(value)) throw new RangeError(`${name} must be a finite number, got ${value}`);
}

export function requireCount(name: string, value: number, least = 0): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`${name} must be an integer of at least ${least}, got ${value}`);
  }
}

/** Probability strictly between 0 and 1: levels, alphas, powers. */
export function requireInnerProbability(name: string, value: number): void {
  if (!(value > 0 && value < 1)) throw new RangeError(`${name} must lie strictly between 0 and 1, got ${value}`);
}

/** Probability from 0 to 1, ends included. */
export function requireProbability(name: string, value: number): void {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`${name} must lie in [0, 1], got ${value}`);
}

export function requirePositive(name: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) {
    throw new RangeError(`${name} must be a finite number above 0, got ${value}`);
  }
}

export function requireNonNegative(name: string, value: number): void {
  if (!(value >= 0 && Number.isFinite(value))) {
    throw new RangeError(`${name} must be a finite number of at least 0, got ${value}`);
  }
}

export function requireBelow(name: string, value: number, limit: number): void {
  if (!(value < limit)) throw new RangeError(`${name} must be below ${limit}, got ${value}`);
}

/** Names the first value that is not finite. */
export function requireFiniteColumn(name: string, column: ArrayLike<number>): void {
  for (let row = 0; row < column.length; row++) {
    const value = column[row] ?? Number.NaN;
    if (!Number.isFinite(value)) throw new RangeError(`${name}[${row}] must be a finite number, got ${value}`);
  }
}
