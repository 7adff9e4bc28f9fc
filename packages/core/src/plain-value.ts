/** Values of a policy as plain data, for whatever goes through it key by key. */

/** Keys of either side, the first one's first. */
export function keysOf(from: unknown, to: unknown): string[] {
  return [...new Set([from, to].flatMap((side) => (isMapping(side) ? Object.keys(side) : [])))];
}

export function at(side: unknown, key: string): unknown {
  return isMapping(side) && Object.hasOwn(side, key) ? side[key] : undefined;
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asList(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/** Equal as data: keys in another order make no difference. */
export function sameValue(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => sameValue(item, other[index]));
  }
  return (
    isMapping(one) && isMapping(other) && keysOf(one, other).every((key) => sameValue(at(one, key), at(other, key)))
  );
}
