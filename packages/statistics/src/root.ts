/**
 * Where a monotone function crosses zero, to the last bit that doubles can tell apart.
 *
 * Bisection and no faster method: the score tests inverted here are flat or infinite at the ends of their range, and
 * a hundred evaluations cost microseconds.
 *
 * @param value  monotone; its signs at `from` and `to` must differ, infinite values are allowed
 */
export function bisect(value: (at: number) => number, from: number, to: number): number {
  const startsPositive = value(from) > 0;
  let near = from;
  let far = to;
  for (;;) {
    const middle = near + (far - near) / 2;
    if (middle === near || middle === far) return middle;
    if (value(middle) > 0 === startsPositive) near = middle;
    else far = middle;
  }
}
