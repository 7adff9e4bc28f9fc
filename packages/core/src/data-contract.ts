import * as z from 'zod';
import { alsoWritten } from './also-written.ts';
import { closed } from './closed-object.ts';
import { columnContractSchema } from './column-contract.ts';
import { corpusContractSchema } from './corpus-contract.ts';
import { driftContractSchema } from './drift-contract.ts';
import { labelContractSchema } from './label-contract.ts';
import { privacyContractSchema } from './privacy-contract.ts';
import { checked } from './schema-problems.ts';
import { parityContractSchema, splitContractSchema } from './split-contract.ts';
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

const dataContractShape = {
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
      z.preprocess((written) => written ?? {}, columnContractSchema).meta(alsoWritten(z.null())),
    )
    .default({}),
  checks: z.record(identifier, tableCheckSchema).default({}),
  tables: z
    .record(z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, 'is no name for a table in SQL: a-z, 0-9 and _'), name)
    .refine((all) => !Object.hasOwn(all, 'this'), '`this` is the table itself')
    .default({})
    .describe('Other tables by the names under which rules and SQL know them.'),
  labels: labelContractSchema.optional(),
  splits: splitContractSchema.optional(),
  parity: parityContractSchema.optional(),
  corpus: corpusContractSchema.optional(),
  privacy: privacyContractSchema.optional(),
  drift: driftContractSchema.optional(),
  consumers: z.array(name).default([]).describe('Who reads this table; a breaking change is told with their names.'),
};

const heading = {
  owner: name.describe('Whom to ask about this table.').optional(),
  description: z.string().optional(),
};

/** A contract as a file of its own. */
export const dataContractSchema = closed({
  version: z.literal(1),
  name: identifier,
  ...heading,
  ...dataContractShape,
}).superRefine(contradictions);

/** The same rules inside a gate, whose name is theirs. */
export const inlineContractSchema = closed({ ...heading, ...dataContractShape }).superRefine(contradictions);

type Rules = z.infer<z.ZodObject<typeof dataContractShape>>;

function contradictions(contract: Rules, context: z.core.$RefinementCtx): void {
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
  const { labels, splits, privacy, corpus } = contract;
  if (labels?.classes !== undefined) there(labels.classes.column, 'labels', 'classes', 'column');
  if (splits?.column !== undefined) there(splits.column, 'splits', 'column');
  for (const one of privacy?.['k-anonymity']?.columns ?? []) there(one, 'privacy', 'k-anonymity', 'columns');
  if (corpus !== undefined) for (const key of ['id', 'text'] as const) there(corpus[key], 'corpus', key);
  for (const one of Object.keys(contract.drift?.columns ?? {})) there(one, 'drift', 'columns', one);
  const sections = [
    contract.rows,
    contract.freshness,
    labels,
    splits,
    contract.parity,
    corpus,
    privacy,
    contract.drift,
  ];
  const empty = known.length === 0 && Object.keys(contract.checks).length === 0 && contract.keys.length === 0;
  if (empty && sections.every((section) => section === undefined))
    complain('holds no rule: a contract that asks nothing shows nothing');
}

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
