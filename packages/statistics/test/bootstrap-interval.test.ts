import { expect, test } from 'vitest';
import { type BootstrapMaterial, bootstrapInterval, jackknifeAcceleration } from '../src/index.ts';

/** Replicates 1 … 999 around a point of 500: every rank can be read off. */
function material(changes: Partial<BootstrapMaterial> = {}): BootstrapMaterial {
  return {
    point: 500,
    values: Float64Array.from({ length: 999 }, (_, i) => i + 1),
    acceleration: 0,
    level: 0.95,
    method: 'percentile',
    ...changes,
  };
}

test('the bounds are the k-th replicates from either end, k = floor(alpha (B + 1))', () => {
  expect(bootstrapInterval(material())).toMatchObject({
    kind: 'interval',
    interval: { lower: 25, upper: 975 },
    replicates: 999,
    undefinedReplicates: 0,
  });
  // (1 − .9)/2 is a little below .05 in doubles; the rank is 50 nevertheless.
  expect(bootstrapInterval(material({ level: 0.9 }))).toMatchObject({ interval: { lower: 50, upper: 950 } });
  expect(bootstrapInterval(material({ level: 0.9, method: 'basic', point: 400 }))).toMatchObject({
    interval: { lower: -150, upper: 750 },
  });
});

test('BCa of a centred, unskewed statistic is the percentile interval', () => {
  expect(bootstrapInterval(material({ method: 'bca' }))).toMatchObject({
    interval: { lower: 25, upper: 975 },
    bias: expect.closeTo(0, 14),
  });
});

test('BCa moves both bounds the way of bias and acceleration', () => {
  // By hand: z0 = Phi⁻¹(399.5/999) = −.2536. Lower share Phi(z0 − 2.2136/1.1107) = .0123; upper Phi(z0 + 1.7064/.9147) = .9465.
  const got = bootstrapInterval(material({ method: 'bca', point: 400, acceleration: 0.05 }));
  expect(got).toMatchObject({
    kind: 'interval',
    bias: expect.closeTo(-0.2536, 4),
    interval: { lower: 12, upper: 947 },
  });
});

test('replicates that equal the point but for rounding are ties, half below and half above', () => {
  const values = Float64Array.from({ length: 1000 }, (_, i) =>
    i < 400 ? i / 1000 : i < 600 ? 0.1 + 0.2 + 0.1 : i / 1000,
  );
  const got = bootstrapInterval(material({ values, point: 0.4, method: 'bca' }));
  expect(got).toMatchObject({ kind: 'interval', bias: expect.closeTo(0, 14) });
  expect(bootstrapInterval(material({ values: values.map((_, i) => (i % 2 === 0 ? 0.3 : 0.1 + 0.2)) }))).toMatchObject({
    reason: 'constant-replicates',
  });
});

test('negating the statistic negates the interval', () => {
  const values = Float64Array.from({ length: 999 }, (_, i) => ((i * 7919) % 1000) ** 1.5);
  const straight = bootstrapInterval(material({ values, point: 9000, acceleration: 0.03, method: 'bca' }));
  const mirrored = bootstrapInterval(
    material({ values: values.map((value) => -value), point: -9000, acceleration: -0.03, method: 'bca' }),
  );
  if (straight.kind !== 'interval' || mirrored.kind !== 'interval') throw new Error('degenerate');
  expect(mirrored.interval).toEqual({ lower: -straight.interval.upper, upper: -straight.interval.lower });
});

test.each([
  ['undefined-point', { point: Number.NaN }],
  ['constant-replicates', { values: new Float64Array(999).fill(500) }],
  ['one-sided-replicates', { method: 'bca', point: 1000 }],
  ['one-sided-replicates', { method: 'bca', point: 0 }],
  ['too-few-replicates', { values: Float64Array.from({ length: 38 }, (_, i) => i) }],
  ['acceleration', { method: 'bca', acceleration: 0.6 }],
  ['undefined-replicates', { values: material().values.map((value) => (value <= 25 ? Number.NaN : value)) }],
] as const)('%s is told, not guessed: %j', (reason, changes) => {
  const got = bootstrapInterval(material(changes));
  expect(got).toMatchObject({ kind: 'degenerate', reason });
});

test('some undefined replicates are left out and counted', () => {
  const values = material().values.map((value) => (value <= 20 ? Number.NaN : value));
  expect(bootstrapInterval(material({ values }))).toMatchObject({
    interval: { lower: 44, upper: 976 },
    replicates: 999,
    undefinedReplicates: 20,
  });
});

test('acceleration: groups of rows count by their rows, values without a value not at all', () => {
  const one = jackknifeAcceleration(Float64Array.from([1, 1, 1, 4]), [1, 1, 1, 1]);
  expect(one).toBeCloseTo((3 * 0.75 ** 3 - 2.25 ** 3) / (6 * (3 * 0.75 ** 2 + 2.25 ** 2) ** 1.5), 14);
  expect(jackknifeAcceleration(Float64Array.from([1, 4, Number.NaN]), [3, 1, 0])).toBeCloseTo(one, 14);
  expect(jackknifeAcceleration(Float64Array.from([2, 2]), [5, 7])).toBe(0);
  expect(jackknifeAcceleration(Float64Array.from([0.1 + 0.2, 0.3]), [5, 7])).toBe(0);
});

test('no replicate and a level out of range are refused', () => {
  expect(() => bootstrapInterval(material({ values: new Float64Array(0) }))).toThrow(
    new RangeError('number of replicates must be an integer of at least 1, got 0'),
  );
  expect(() => bootstrapInterval(material({ level: 0 }))).toThrow(
    new RangeError('level must lie strictly between 0 and 1, got 0'),
  );
});
