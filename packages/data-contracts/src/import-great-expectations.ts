import { type Level, UserError } from '@modelgate/core';
import * as z from 'zod';
import { ContractDraft, type Source } from './import-draft.ts';
import { expectations } from './import-expectation.ts';
import { rowCondition } from './import-row-condition.ts';
import { isMapping, readJson, titleOf } from './import-source.ts';

const expectation = z.looseObject({
  // 0.18 says expectation_type, 1.x says type
  type: z.string().optional(),
  expectation_type: z.string().optional(),
  kwargs: z.record(z.string(), z.unknown()).default({}),
  meta: z.unknown().optional(),
  notes: z.unknown().optional(),
  description: z.string().nullish(),
  severity: z.string().nullish(),
});

const suite = z.looseObject({
  name: z.string().optional(),
  expectation_suite_name: z.string().optional(),
  expectations: z.array(expectation),
  meta: z.looseObject({ great_expectations_version: z.string().optional() }).nullish(),
});

/** How a run is done and shown: no rule of the table. */
const aboutTheRun: readonly string[] = [
  'batch_id',
  'result_format',
  'include_config',
  'catch_exceptions',
  'profiler_config',
  'auto',
  'rendered_content',
  'windows',
];

const levels: Readonly<Record<string, Level>> = { critical: 'fail', warning: 'warn', info: 'info' };

/**
 * Takes over an expectation suite of Great Expectations, as 0.18 and 1.x write it.
 *
 * Its shares are of the values that are not missing, as ours are; what a column has no place for (a second share, rows
 * chosen by a `row_condition`) becomes a check in SQL.
 *
 * @throws UserError when the text is no suite, or holds nothing that a contract can ask
 */
export function fromGreatExpectations(text: string, file: string): { draft: ContractDraft; head: string } {
  const document = readJson(text, file, 'Great Expectations');
  const read = suite.safeParse(document.value);
  if (!read.success) {
    throw new UserError('file-unreadable', `${file}: is no expectation suite: it has no list of \`expectations\``, {
      where: { file },
      how: 'give the JSON of one suite, such as gx/expectations/<name>.json',
    });
  }
  const { data } = read;
  const name = data.name ?? data.expectation_suite_name ?? titleOf(file);
  const draft = new ContractDraft(name);
  for (const [index, one] of data.expectations.entries()) {
    const type = one.type ?? one.expectation_type ?? 'an expectation without a type';
    const { mostly, row_condition, condition_parser, ...given } = one.kwargs;
    const source: Source = {
      what: titled(type, given),
      where: document.where(['expectations', index]),
      level: levels[one.severity ?? 'critical'],
      why: whyOf(one),
      failing: typeof mostly === 'number' ? Number((1 - mostly).toPrecision(12)) : 0,
    };
    const why = take(draft, { type, given, mostly, row_condition, condition_parser }, source);
    if (why !== undefined) draft.leave(source, why);
  }
  const version = data.meta?.great_expectations_version;
  return { draft, head: `From the Great Expectations suite ${name}${version === undefined ? '' : ` (${version})`}.` };
}

interface Asked {
  readonly type: string;
  readonly given: Readonly<Record<string, unknown>>;
  readonly mostly: unknown;
  readonly row_condition: unknown;
  readonly condition_parser: unknown;
}

/** Returns why the expectation is left out, if it is. */
function take(draft: ContractDraft, asked: Asked, source: Source): string | undefined {
  const { type, given, mostly, row_condition, condition_parser } = asked;
  const known = Object.hasOwn(expectations, type) ? expectations[type] : undefined;
  if (known === undefined) return 'a contract has no such rule';
  const entries = Object.entries(given).filter(([key, value]) => value !== null && !aboutTheRun.includes(key));
  const parameter = [...entries, ['mostly', mostly] as const].find(([, value]) => isParameter(value));
  if (parameter !== undefined) return `\`${parameter[0]}\` comes from a parameter of the run; write its value`;
  if (mostly === 0) return 'mostly: 0 lets every row break it';
  const when = row_condition == null ? undefined : rowCondition(row_condition, condition_parser);
  if (row_condition != null && when === undefined)
    return `its row_condition is more than comparisons with values: ${JSON.stringify(row_condition)}`;
  return known(draft, Object.fromEntries(entries), { ...source, when });
}

function isParameter(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isParameter);
  return isMapping(value) && (Object.hasOwn(value, '$PARAMETER') || Object.values(value).some(isParameter));
}

function titled(type: string, given: Readonly<Record<string, unknown>>): string {
  const of = [given['column'], given['column_A'], given['column_B'], given['column_list'], given['column_set']]
    .flat()
    .filter((one) => typeof one === 'string');
  return of.length === 0 ? type : `${type} of ${of.map((one) => `\`${one}\``).join(', ')}`;
}

/** What people wrote beside an expectation: in `notes`, `meta.notes` or `description`. */
function whyOf(one: z.infer<typeof expectation>): string | undefined {
  const { meta, notes, description } = one;
  const note = notes ?? (isMapping(meta) ? meta['notes'] : undefined) ?? description;
  const content = isMapping(note) ? note['content'] : note;
  const lines = [content].flat().filter((line) => typeof line === 'string' && line !== '');
  return lines.length === 0 ? undefined : lines.join(' ');
}
