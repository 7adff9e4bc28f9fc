import * as z from 'zod';
import { closed } from './closed-object.ts';
import { inlineContractSchema } from './data-contract.ts';
import { name, names } from './section-rule.ts';
import { inconclusivePolicies } from './status.ts';

/** A server that answers for tables beyond one machine. Its password is only ever in the environment. */
const trino = closed({
  url: z.url({ protocol: /^https?$/ }).describe('https://trino.example.com'),
  user: name,
  catalog: name.optional(),
  schema: name.optional(),
  'timeout-minutes': z.int().positive().default(30),
});

/** One table against its contract and its profile. */
export const dataGateSchema = closed({
  kind: z.literal('data'),
  table: name.describe('Path or glob of the table: CSV, JSONL, Parquet, s3://…; with `engine`, catalog.schema.table.'),
  contract: z
    .union([name, inlineContractSchema], {
      error: () => 'is neither the path of a contract nor a mapping with its rules',
    })
    .describe('Path of the data contract, or its rules in place.'),
  profile: name.describe('Path of the committed profile: what drift is measured against.').optional(),
  environment: name
    .describe('Where these data are used, such as training or serving; the contract says what that means.')
    .optional(),
  engine: closed({ trino }).describe('Default: the embedded engine.').optional(),
  index: name.describe('Path of the manifest of the index that was built from this corpus.').optional(),
  'sample-by': names
    .describe('Columns whose rows stay together in a sample; default: the first key of the contract.')
    .optional(),
  'on-inconclusive': z.enum(inconclusivePolicies).optional(),
}).superRefine((gate, context) => {
  const complain = (message: string, key: string) => context.addIssue({ code: 'custom', message, path: [key] });
  if (typeof gate.contract === 'string') return;
  if (gate.contract.drift !== undefined && gate.profile === undefined)
    complain('is compared with a profile, and the gate names none: write `profile`', 'contract');
});

export type DataGate = z.infer<typeof dataGateSchema>;
