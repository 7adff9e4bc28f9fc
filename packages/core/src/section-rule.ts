import * as z from 'zod';
import { levels } from './status.ts';

export const name = z.string().min(1, 'is empty');
export const names = z.array(name).min(1, 'is empty');

/** One column or several, always as a list. */
export const columnOrColumns = z
  .union([name, names], { error: () => 'is neither a column nor a list of columns' })
  .transform((written): readonly string[] => (typeof written === 'string' ? [written] : written));

/** What every rule of a section may say beside its limits. */
export const judged = {
  level: z.enum(levels).default('fail'),
  why: z.string().describe('Shown when the rule is broken.').optional(),
};

/** A share of a whole: 0.8, or 80%. */
export const share = z
  .union(
    [
      z.number().min(0).max(1),
      z.string().regex(/^(\d+\.?\d*|\.\d+)\s*%$/, { error: () => 'is no share: write 0.8 or 80%' }),
    ],
    { error: () => 'is no share: write 0.8 or 80%' },
  )
  .transform((written, context) => {
    const value = typeof written === 'number' ? written : Number((Number.parseFloat(written) / 100).toPrecision(12));
    if (value <= 1) return value;
    context.addIssue({ code: 'custom', message: 'is more than the whole' });
    return z.NEVER;
  });
