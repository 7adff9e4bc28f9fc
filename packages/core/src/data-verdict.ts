import * as z from 'zod';
import { location, sha256 } from './verdict-part.ts';

const amountOf = z.object({ value: z.number(), unit: z.enum(['rows', 'share']) });
const numberLimits = z.object({ atLeast: z.number().optional(), atMost: z.number().optional() });

/** What a rule of a data contract came to. Words never hold a value of a cell. */
export const dataFinding = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('counted'),
      words: z.string(),
      failing: z
        .int()
        .nonnegative()
        .optional()
        .describe('Absent where it is suppressed: fewer than `suppressedBelow`.'),
      suppressedBelow: z.int().positive().optional(),
      of: z.int().nonnegative(),
      unit: z.string().describe('What is counted: row, key, document, chunk, …'),
      allowed: amountOf,
      warnOver: amountOf.optional(),
    }),
    z.object({
      kind: z.literal('number'),
      words: z.string(),
      what: z.string(),
      value: z.number().optional(),
      limits: numberLimits,
      warn: numberLimits.optional(),
      interval: z.tuple([z.number(), z.number()]).optional().describe('Of a sample: where the whole may lie.'),
      approximate: z.literal(true).optional(),
    }),
    z.object({ kind: z.literal('fact'), words: z.string() }),
    z.object({
      kind: z.literal('drift'),
      words: z.string(),
      of: z.enum(['values', 'nulls', 'not-finite']),
      comparator: z.string().optional(),
      distance: z.number().optional(),
      interval: z.tuple([z.number(), z.number()]).optional(),
      floor: z.number().optional(),
      adjustedP: z.number().optional().describe('Of the test of no change, corrected over all columns; context only.'),
      rows: z.tuple([z.int(), z.int()]).describe('Of the profile and of this table.'),
    }),
    z.object({ kind: z.literal('unmeasured'), words: z.string() }),
  ])
  .describe('Of a gate of kind data: one rule, in words and numbers.');

export const dataTable = z
  .object({
    table: z.string(),
    columns: z.int().nonnegative(),
    sampledFrom: z.int().positive().optional().describe('Rows of the whole table, where only a sample was looked at.'),
    engine: z.enum(['duckdb', 'trino']),
    contract: z.object({ name: z.string(), file: z.string().optional(), sha256: sha256 }),
    profile: z
      .object({
        file: z.string(),
        rows: z.int().nonnegative(),
        commit: z.string(),
        sha256: sha256.describe('Of the data that it was made of.'),
      })
      .optional(),
    proposedProfile: z
      .object({ artifact: z.string(), file: z.string(), words: z.string() })
      .optional()
      .describe('A profile of this table, to be committed by people. Never made of a failing table.'),
  })
  .describe('Of a gate of kind data: what was looked at.');

/** Of a gate of kind data: what the change does to contract, profile and columns. */
export const dataChange = z
  .object({
    contract: z
      .array(
        z.object({
          path: z.string(),
          kind: z.enum(['added', 'removed', 'narrowed', 'widened', 're-typed', 'changed']),
          breaking: z.boolean().describe('Whether those who read the table lose what they were promised.'),
          breaksProducers: z.boolean(),
          consumers: z.array(z.string()),
          words: z.string(),
          where: location.optional(),
        }),
      )
      .describe('Breaking ones first.'),
    columns: z
      .array(
        z.object({
          kind: z.enum(['added', 'removed', 're-typed', 'moved']),
          column: z.string(),
          breaking: z.boolean(),
          words: z.string(),
        }),
      )
      .describe('Of the table itself, against the one that the profile was made of.'),
    profile: z.string().optional().describe('What became of the committed profile, in words.'),
    leftOut: z.int().positive().optional(),
  })
  .describe('Of a gate of kind data: what the change does to contract, profile and columns.');

export type DataFinding = z.infer<typeof dataFinding>;
export type DataTable = z.infer<typeof dataTable>;
