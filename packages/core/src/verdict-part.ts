import * as z from 'zod';

/** Pieces that several parts of a verdict are made of. */

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const location = z.object({
  file: z.string(),
  line: z.int().positive().optional(),
  column: z.int().positive().optional(),
});

export const interval = z.object({
  lower: z.number(),
  upper: z.number(),
  level: z.number().describe('Two-sided confidence level of this interval; each bound decides at half of the rest.'),
  method: z.string().describe('tango, wilson, bca, paired-t, order-statistic, …'),
});
