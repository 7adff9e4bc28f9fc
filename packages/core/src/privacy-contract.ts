import * as z from 'zod';
import { closed } from './closed-object.ts';
import { columnOrColumns, judged, name, names } from './section-rule.ts';
import { none, tolerance } from './tolerance.ts';

/** What is found by its shape and checksum in values, or by the name of its column. */
export const personalData = [
  'email',
  'phone',
  'payment-card',
  'iban',
  'national-id',
  'us-ssn',
  'de-tax-id',
  'es-dni',
  'es-nie',
  'fr-nir',
  'uk-nhs',
  'nl-bsn',
  'pl-pesel',
  'br-cpf',
  'ip',
  'ipv4',
  'ipv6',
  'mac',
  'name',
  'birth-date',
  'address',
] as const;

/** `privacy`: what must not be there, and how well those who are there hide among each other. */
export const privacyContractSchema = closed({
  forbid: z
    .array(z.enum(personalData))
    .min(1, 'is empty')
    .describe('Kinds of personal data that must not occur.')
    .optional(),
  except: names.describe('Columns that may hold it.').optional(),
  'at-most': tolerance.default(none).describe('In how many rows of a column each kind may occur.'),
  logs: columnOrColumns
    .describe('Text files, by path or glob, that are searched line by line for the same kinds.')
    .optional(),
  'k-anonymity': closed({
    columns: names.describe('Quasi-identifiers: what others may know of a person.'),
    k: z.int().min(2, 'is below 2: then nobody hides'),
    'at-most': tolerance.default(none).describe('How many rows may be in groups of fewer than k.'),
    ...judged,
  }).optional(),
  'differential-privacy': closed({
    declared: name.describe('JSON or YAML file that training wrote: { epsilon, delta, mechanism? }.'),
    'epsilon-at-most': z.number().positive(),
    'delta-at-most': z.number().min(0).lt(1).optional(),
    ...judged,
  })
    .describe('Declared parameters against limits; whether training kept them nobody can see in the data.')
    .optional(),
  'suppress-below': z
    .int()
    .min(1)
    .default(5)
    .describe('Counts below this are reported as "fewer than"; 1 suppresses nothing.'),
  ...judged,
}).superRefine((one, context) => {
  const complain = (message: string, ...path: string[]) => context.addIssue({ code: 'custom', message, path });
  if (one.forbid === undefined && one['k-anonymity'] === undefined && one['differential-privacy'] === undefined)
    complain('says nothing to check: write forbid, k-anonymity or differential-privacy');
  if (one.logs !== undefined && one.forbid === undefined) complain('goes with `forbid`: what to look for', 'logs');
});

export type PrivacyContract = z.infer<typeof privacyContractSchema>;
