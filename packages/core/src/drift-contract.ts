import * as z from 'zod';
import { closed } from './closed-object.ts';
import { judged, name, share } from './section-rule.ts';

const numeric = [
  'wasserstein',
  'kolmogorov-smirnov',
  'population-stability-index',
  'jensen-shannon-divergence',
  'jensen-shannon-distance',
] as const;
const categorical = [
  'jensen-shannon-distance',
  'jensen-shannon-divergence',
  'l-infinity',
  'population-stability-index',
  'cramers-v',
  'chi-square',
] as const;

/** `{ wasserstein: 0.1 }`: a comparator with the distance up to which a change is tolerated. */
function comparison<const Names extends readonly [string, ...string[]]>(known: Names) {
  return z
    .partialRecord(z.enum(known), z.union([z.number().min(0, 'is below 0'), z.literal(true)]))
    .refine((one) => Object.keys(one).length === 1, `is not one comparator with its floor: one of ${known.join(', ')}`)
    .transform((one, context) => {
      const [entry] = Object.entries(one);
      const [comparator, floor] = entry ?? [];
      const found = known.find((word): word is Names[number] => word === comparator);
      if (found === undefined) return z.NEVER;
      const test = found === 'chi-square';
      if (test !== (floor === true)) {
        const message = test
          ? 'is a test without a size: write chi-square: true'
          : 'has no floor: write the distance up to which a change is tolerated';
        context.addIssue({ code: 'custom', message, path: [found] });
        return z.NEVER;
      }
      return { comparator: found, floor: typeof floor === 'number' ? floor : 0 };
    });
}

const any = [...numeric, 'l-infinity', 'cramers-v', 'chi-square'] as const;

/** `drift`: how far a table may be from the committed profile. */
export const driftContractSchema = closed({
  numeric: comparison(numeric).describe('Default: wasserstein 0.1, in standard deviations of the profile.').optional(),
  categorical: comparison(categorical).describe('Default: jensen-shannon-distance 0.1.').optional(),
  dates: comparison(numeric).describe('Default: dates move on, and are not compared.').optional(),
  columns: z
    .record(name, z.union([z.literal(false), comparison(any)]))
    .default({})
    .describe('Rules of single columns; false: not compared.'),
  nulls: share.default(0.02).describe('How far the share of missing values may move.'),
  'alarm-rate': z
    .number()
    .gt(0)
    .lt(1)
    .default(0.05)
    .describe('Chance of any alarm at all, over all columns, when nothing drifted.'),
  correction: z.enum(['holm', 'benjamini-hochberg']).default('holm'),
  'min-rows': z.int().min(1).default(30),
  judged: z
    .enum(['proven', 'not-disproven'])
    .default('not-disproven')
    .describe(
      'proven: a column passes only when it is shown not to have drifted; not-disproven: unless it is shown to have.',
    ),
  ...judged,
});

export type DriftContract = z.infer<typeof driftContractSchema>;
