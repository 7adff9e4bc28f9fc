import { UserError } from '@modelgate/core';
import * as z from 'zod';
import { ContractDraft, type Source } from './import-draft.ts';
import { type CheckOptions, takeCheck, writtenChecks } from './import-pandera-check.ts';
import { isMapping, readYaml, type SourceDocument, titleOf } from './import-source.ts';
import { typeNamed } from './import-types.ts';

const flag = z.boolean().nullish();
const words = z.string().nullish();

const column = z.looseObject({
  dtype: words,
  title: words,
  description: words,
  nullable: flag,
  unique: flag,
  coerce: flag,
  required: flag,
  regex: flag,
  checks: z.unknown().optional(),
});

const schema = z.looseObject({
  schema_type: z.literal('dataframe'),
  version: words,
  columns: z.record(z.string(), column.nullable()).nullish(),
  index: z.array(z.unknown()).nullish(),
  name: words,
  title: words,
  description: words,
  coerce: flag,
  strict: z.union([z.boolean(), z.literal('filter')]).nullish(),
  ordered: flag,
  unique: z.union([z.string(), z.array(z.string())]).nullish(),
  checks: z.unknown().optional(),
});

/** Keys of a column, or of the schema, that are no checks; in 0.35 checks stand among them. */
const known = new Set([...Object.keys(column.shape), ...Object.keys(schema.shape), 'api', 'dataframe_library']);

/** Keys that change data or how failures are told; listed when they are set to anything but their default. */
const settings: Readonly<Record<string, string>> = {
  default: 'fills what is missing before it checks; here nothing is filled',
  drop_invalid_rows: 'drops rows that break a rule; here they are counted',
  add_missing_columns: 'adds columns that are missing; here they are a failure',
  parsers: 'changes values before it checks; here nothing is changed',
  dtype: 'one type for all columns: write it at each',
  multiindex: 'an index is no column of a file; where it is one, write it under `columns`',
  report_duplicates: '',
  unique_column_names: '',
  metadata: '',
};

/**
 * Takes over a schema of pandera as `DataFrameSchema.to_yaml()` writes it: of 0.35, where checks stand beside the other
 * keys of a column, and of the versions before, where they stand under `checks`.
 *
 * @throws UserError when the text is no such schema, or holds nothing that a contract can ask
 */
export function fromPandera(text: string, file: string): { draft: ContractDraft; head: string } {
  const document = readYaml(text, file);
  const read = schema.safeParse(document.value);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new UserError(
      'file-unreadable',
      `${file}: is no schema that pandera wrote: ${issue?.path.join('.')}: ${issue?.message}`,
      {
        where: { file },
        how: 'write one with `schema.to_yaml()`; a schema whose columns have several levels has no counterpart',
      },
    );
  }
  const { data } = read;
  const draft = new ContractDraft(data.name ?? data.title ?? titleOf(file));
  draft.description = data.description ?? undefined;
  const converted: string[] = data.coerce ? ['every column'] : [];
  const narrowed: string[] = [];
  for (const [name, one] of Object.entries(data.columns ?? {})) {
    if (one === null) continue;
    const where = document.where(['columns', name]);
    if (one.regex) {
      draft.leave(
        { what: `column \`${name}\` and its rules`, where },
        'its name is a pattern; write each column by its name',
      );
      continue;
    }
    if (!draft.column(name, { what: `column \`${name}\``, where })) continue;
    if (one.coerce) converted.push(`\`${name}\``);
    takeColumn(draft, name, one, document, narrowed);
  }
  takeTable(draft, data, document);
  if (converted.length > 0)
    draft.leave(
      { what: `coerce of ${converted.join(', ')}` },
      'converts values before it checks; here they are judged as they stand',
    );
  if (narrowed.length > 0)
    draft.leave(
      { what: `widths of types: ${narrowed.join(', ')}` },
      'types here are logical: an integer may be of any width and sign',
    );
  return { draft, head: `From a pandera schema${data.version ? ` (${data.version})` : ''}, ${file}.` };
}

function takeColumn(
  draft: ContractDraft,
  name: string,
  one: z.infer<typeof column>,
  document: SourceDocument,
  narrowed: string[],
): void {
  const path = ['columns', name];
  const source = (what: string, key?: string): Source => ({
    what: `${what} of \`${name}\``,
    where: document.where(key === undefined ? path : [...path, key]),
  });
  const description = one.description ?? one.title;
  if (description) draft.describe(name, 'description', description, source('description', 'description'));
  if (one.required === false) draft.describe(name, 'required', false, source('required', 'required'));
  if (one.dtype) {
    const read = typeNamed(one.dtype);
    if (read === undefined) draft.leave(source(`dtype ${one.dtype}`, 'dtype'), 'a contract knows no such type');
    else draft.rule(name, 'type', read.type, source('dtype', 'dtype'));
    if (read?.beyond !== undefined) narrowed.push(`${read.beyond} (\`${name}\`)`);
  }
  if (!one.nullable) draft.rule(name, 'nullable', false, source('nullable: false', 'nullable'));
  if (one.unique) draft.rule(name, 'unique', true, source('unique', 'unique'));
  const options: CheckOptions = { nullable: one.nullable === true };
  for (const { check, given, key } of writtenChecks(one, known, settings)) {
    takeCheck(draft, name, check, given, source(check, key), options);
  }
  // its own type has been read
  leaveSettings(draft, { ...one, dtype: undefined }, (key) => source(key, key));
}

function takeTable(draft: ContractDraft, data: z.infer<typeof schema>, document: SourceDocument): void {
  const source = (what: string, key: string): Source => ({ what, where: document.where([key]) });
  if (data.strict === true) draft.extraColumns = 'fail';
  if (data.strict === 'filter')
    draft.leave(source('strict: filter', 'strict'), 'takes other columns away before it checks; here they are let be');
  draft.order = data.ordered === true;
  if (data.unique != null) draft.key([data.unique].flat(), source('unique', 'unique'));
  for (const [index, one] of (data.index ?? []).entries()) {
    const name = isMapping(one) && typeof one['name'] === 'string' ? `index \`${one['name']}\`` : 'index';
    draft.leave(
      { what: `${name} and its rules`, where: document.where(['index', index]) },
      'an index is no column of a file; where it is one, write it under `columns`',
    );
  }
  for (const { check, key } of writtenChecks(data, known, settings))
    draft.leave(source(`check ${check} of the whole table`, key), 'is asked of every column at once; write it at each');
  leaveSettings(draft, data, (key) => source(key, key));
}

function leaveSettings(
  draft: ContractDraft,
  one: Readonly<Record<string, unknown>>,
  source: (key: string) => Source,
): void {
  for (const [key, why] of Object.entries(settings)) {
    const value = one[key];
    if (why !== '' && value != null && value !== false) draft.leave(source(key), why);
  }
}
