import * as z from 'zod';
import { closed } from './closed-object.ts';
import { columnContractSchema } from './column-contract.ts';
import { checked } from './policy.ts';
import { levels } from './status.ts';
import { nearest } from './suggestion.ts';
import { freshnessSchema, keySchema, tableCheckSchema } from './table-check.ts';
import { parseYaml, type YamlDocument } from './yaml-document.ts';

const name = z.string().min(1, 'is empty');
const identifier = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/);

const rows = closed({
  'at-least': z.int().min(0).optional(),
  'at-most': z.int().min(0).optional(),
  level: z.enum(levels).default('fail'),
  why: z.string().optional(),
}).refine((one) => one['at-least'] === undefined || one['at-most'] === undefined || one['at-least'] <= one['at-most'], {
  message: 'lets no table through: at-least is above at-most',
});

/** The grammar of a data contract, on its own or inside a gate. */
export const dataContractShape = {
  rows: rows.describe('How many rows the table must have.').optional(),
  freshness: freshnessSchema.optional(),
  'extra-columns': z
    .enum(['allow', 'warn', 'fail'])
    .default('warn')
    .describe('What to do about columns that the contract does not name.'),
  order: z.boolean().default(false).describe('Whether the columns must come in the order of the contract.'),
  keys: z.array(keySchema).default([]).describe('Each key must be unique: [id], or [year, month, carrier].'),
  columns: z
    .record(
      name,
      // `carrier:` with nothing behind it asks for the column alone
      z.preprocess((written) => written ?? {}, columnContractSchema),
    )
    .default({}),
  checks: z.record(identifier, tableCheckSchema).default({}),
};

export const dataContractSchema = closed({
  version: z.literal(1),
  name: identifier,
  owner: name.describe('Whom to ask about this table.').optional(),
  description: z.string().optional(),
  ...dataContractShape,
  consumers: z.array(name).default([]).describe('Who reads this table; a breaking change is told with their names.'),
}).superRefine((contract, context) => {
  const complain = (message: string, ...path: (string | number)[]) =>
    context.addIssue({ code: 'custom', message, path });
  const known = Object.keys(contract.columns);
  const there = (column: string, ...path: (string | number)[]) => {
    if (contract.columns[column]?.absent) complain(`\`${column}\` must be absent by the contract`, ...path);
    else if (contract['extra-columns'] === 'fail' && !known.includes(column)) {
      const near = nearest(column, known);
      complain(
        `\`${column}\` is not among the columns, and others are not allowed${near === undefined ? '' : `; did you mean ${near}?`}`,
        ...path,
      );
    }
  };
  for (const [index, { columns }] of contract.keys.entries()) for (const one of columns) there(one, 'keys', index);
  if (contract.freshness !== undefined) there(contract.freshness.column, 'freshness', 'column');
  if (
    known.length === 0 &&
    Object.keys(contract.checks).length === 0 &&
    contract.rows === undefined &&
    contract.keys.length === 0
  )
    complain('holds no rule: a contract that asks nothing shows nothing');
});

export type DataContract = z.infer<typeof dataContractSchema>;

/** A contract and the document it came from, which knows on which line each rule stands. */
export interface DataContractDocument {
  readonly contract: DataContract;
  readonly document: YamlDocument;
}

/**
 * Reads a data contract.
 *
 * @param text the file's text
 * @param file the name that messages show
 * @throws PolicyError with every problem at once, each with line, column and, for a misspelt word, the nearest known one
 */
export function parseDataContract(text: string, file: string): DataContractDocument {
  const document = parseYaml(text, file);
  return { contract: checked(dataContractSchema, document), document };
}
