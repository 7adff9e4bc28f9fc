import { readFileSync } from 'node:fs';
import { z } from 'zod';

const schema = z.array(
  z.strictObject({
    id: z.string(),
    fn: z.string(),
    input: z.record(z.string(), z.unknown()),
    expect: z.unknown(),
    tol: z.number().positive(),
    source: z.string(),
  }),
);

/** The golden file: published numbers with their inputs. */
export const goldens = schema.parse(
  JSON.parse(readFileSync(new URL('../../../test/golden/statistics.json', import.meta.url), 'utf8')),
);
