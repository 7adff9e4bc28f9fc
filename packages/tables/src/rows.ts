import * as z from 'zod';

/** A count as the engine gives it (64 bits), as a number; past 2^53 it is refused rather than rounded. */
export const count = z.union([z.bigint(), z.int()]).transform((value) => z.int().nonnegative().parse(Number(value)));

/** Sums over counts come as 128 bits, or null over no rows. */
export const sumOfCounts = z
  .union([z.bigint(), z.number(), z.null()])
  .transform((value) => z.int().parse(Number(value ?? 0)));
