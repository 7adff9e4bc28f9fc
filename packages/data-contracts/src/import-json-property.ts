import { formats } from '@modelgate/core';
import type { ContractDraft, Source } from './import-draft.ts';
import { type Place, resolved } from './import-json-pointer.ts';
import { refusePatterns, takePattern } from './import-pattern-rule.ts';
import { isExact, isMapping, type SourceDocument, scalars } from './import-source.ts';
import { among, column as sql, within } from './import-sql.ts';
import type { ColumnTypeName } from './import-types.ts';

/** Keywords that describe and ask nothing. */
export const annotations: readonly string[] = [
  '$schema',
  '$id',
  '$anchor',
  '$comment',
  '$vocabulary',
  'title',
  'description',
  'default',
  'examples',
  'readOnly',
  'writeOnly',
];

const types: Readonly<Record<string, ColumnTypeName>> = {
  string: 'string',
  integer: 'integer',
  number: 'double',
  boolean: 'boolean',
  array: 'list',
  object: 'struct',
};

/** Whether a property may be null: by `type`, by `nullable`, by `enum` or as one of `anyOf`. */
export function missingOf(document: SourceDocument, places: readonly Place[]): boolean {
  return places.every((place) => allowsNull(document, place, []));
}

function allowsNull(document: SourceDocument, from: Place, seen: readonly string[]): boolean {
  const place = resolved(document, from, seen);
  if (place === undefined || !isMapping(place.value)) return true;
  const { value, path } = place;
  const trail = [...seen, ...place.through];
  if (place.beside !== undefined && !allowsNull(document, place.beside, trail)) return false;
  if (value['nullable'] === true) return true;
  if (value['type'] !== undefined && ![value['type']].flat().includes('null')) return false;
  if (Array.isArray(value['enum']) && !value['enum'].includes(null)) return false;
  if (value['const'] !== undefined && value['const'] !== null) return false;
  const parts = (key: string) =>
    (Array.isArray(value[key]) ? value[key] : []).map((one, at) => ({ path: [...path, key, at], value: one }));
  if (!parts('allOf').every((one) => allowsNull(document, one, trail))) return false;
  return ['anyOf', 'oneOf'].every(
    (key) => parts(key).length === 0 || parts(key).some((one) => allowsNull(document, one, trail)),
  );
}

type Take = (given: {
  readonly draft: ContractDraft;
  readonly name: string;
  readonly value: unknown;
  readonly all: Readonly<Record<string, unknown>>;
  readonly source: Source;
}) => string | undefined;

const exact = 'an integer beyond 2^53 cannot be written exactly';

/** Keywords of a property, each as rule of a column; what is returned is why it is left out. */
const keywords: Readonly<Record<string, Take>> = {
  type: ({ draft, name, value, source }) => {
    const written = [value].flat().filter((one) => one !== 'null');
    const [only, more] = written.includes('number') ? written.filter((one) => one !== 'integer') : written;
    const type = typeof only === 'string' ? types[only] : undefined;
    if (more !== undefined || type === undefined)
      return `a column has one type, and this allows ${[value].flat().join(' and ')}`;
    draft.rule(name, 'type', type, source);
    return undefined;
  },
  enum: ({ draft, name, value, source }) => ofValues(draft, name, 'in', value, source),
  const: ({ draft, name, value, source }) => ofValues(draft, name, 'in', [value], source),
  not: ({ draft, name, value, source }) => {
    const keys = isMapping(value) ? Object.keys(value) : [];
    if (isMapping(value) && keys.length === 1 && typeof value['pattern'] === 'string')
      return refusePatterns(draft, name, [value['pattern']], source, 'ecmascript');
    const values = isMapping(value)
      ? (value['enum'] ?? (value['const'] === undefined ? undefined : [value['const']]))
      : undefined;
    if (keys.length !== 1 || values === undefined)
      return 'a contract can only forbid values and patterns, as in { not: { enum } }';
    return ofValues(draft, name, 'not-in', values, source);
  },
  minimum: (given) => ofRange(given, given.all['exclusiveMinimum'] === true ? 'above' : 'min'),
  maximum: (given) => ofRange(given, given.all['exclusiveMaximum'] === true ? 'below' : 'max'),
  exclusiveMinimum: (given) => (typeof given.value === 'boolean' ? undefined : ofRange(given, 'above')),
  exclusiveMaximum: (given) => (typeof given.value === 'boolean' ? undefined : ofRange(given, 'below')),
  multipleOf: ({ draft, name, value, all, source }) => {
    if (value === 1 && all['type'] === 'integer') return undefined;
    if (value === 1) return void draft.rule(name, 'type', 'integer', source);
    if (!Number.isSafeInteger(value)) return `a multiple of ${String(value)} is not exact in binary fractions`;
    draft.check(
      `${name}-multiple`,
      { expect: `${sql(name)} % ${String(value)} = 0` },
      { ...source, when: `${sql(name)} is not null` },
    );
    return undefined;
  },
  pattern: ({ draft, name, value, source }) =>
    takePattern(draft, name, String(value), source, { language: 'ecmascript' }),
  format: ({ draft, name, value, source }) => {
    if (!formats.some((one) => one === value)) return `a contract knows no format ${String(value)}; write a pattern`;
    draft.rule(name, 'format', value, source);
    return undefined;
  },
  minLength: (given) => ofLength(given, 'min'),
  maxLength: (given) => ofLength(given, 'max'),
  minItems: (given) => ofLength(given, 'min'),
  maxItems: (given) => ofLength(given, 'max'),
  uniqueItems: ({ value }) => (value === true ? 'a contract has no rule for the elements of a list' : undefined),
  items: ({ value }) => (value === true ? undefined : 'a contract has no rule for the elements of a list'),
  properties: () => 'a contract has no rule for the fields inside of a column',
  deprecated: ({ value }) => (value === true ? 'write `until` with the day on which the column goes' : undefined),
  nullable: () => undefined,
};

/** Takes the rules of one property over, through `$ref`, `allOf` and the `anyOf` that only adds null. */
export function takeProperty(
  draft: ContractDraft,
  document: SourceDocument,
  name: string,
  from: Place,
  seen: readonly string[],
): void {
  const source = (what: string, path: Place['path']): Source => ({
    what: `${what} of \`${name}\``,
    where: document.where(path),
  });
  const place = resolved(document, from, seen);
  if (place === undefined) {
    const reference = isMapping(from.value) ? String(from.value['$ref']) : '';
    draft.leave(source(`$ref ${reference}`, from.path), 'leads out of this file, in a circle, or to nothing');
    return;
  }
  const { value: all, path } = place;
  if (all === true) return;
  if (!isMapping(all)) {
    draft.leave(source('schema', path), 'is no schema');
    return;
  }
  const trail = [...seen, ...place.through];
  if (place.beside !== undefined) takeProperty(draft, document, name, place.beside, trail);
  const text = all['description'] ?? titleBeyond(name, all['title']);
  if (typeof text === 'string' && text !== '' && seen.length === 0)
    draft.describe(name, 'description', text, source('description', path));
  for (const [key, value] of Object.entries(all)) {
    const at = [...path, key];
    if (annotations.includes(key) || key === '$defs' || key === 'definitions') continue;
    const parts = Array.isArray(value) ? value.map((one, index) => ({ path: [...at, index], value: one })) : [];
    if (key === 'allOf') {
      for (const part of parts) takeProperty(draft, document, name, part, trail);
      continue;
    }
    if (key === 'anyOf' || key === 'oneOf') {
      const [only, more] = parts.filter((part) => !isNull(part.value));
      if (only !== undefined && more === undefined) takeProperty(draft, document, name, only, trail);
      else draft.leave(source(key, at), 'a column has one set of rules, and this gives a choice of several');
      continue;
    }
    const take = Object.hasOwn(keywords, key) ? keywords[key] : undefined;
    const why =
      take === undefined ? 'a contract has no such rule' : take({ draft, name, value, all, source: source(key, at) });
    if (typeof why === 'string') draft.leave(source(key, at), why);
  }
}

/** A title that says more than the name: pydantic writes `Tail Number` for `tail_number`. */
function titleBeyond(name: string, title: unknown): unknown {
  const bare = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  return typeof title === 'string' && bare(title) !== bare(name) ? title : undefined;
}

function isNull(schema: unknown): boolean {
  return isMapping(schema) && schema['type'] === 'null';
}

function ofValues(
  draft: ContractDraft,
  name: string,
  key: 'in' | 'not-in',
  given: unknown,
  source: Source,
): string | undefined {
  const values = Array.isArray(given) ? scalars(given) : undefined;
  if (values === undefined || values.length === 0)
    return 'holds nothing but null, an object, a list or an integer too large to be exact';
  draft.rule(name, key, values, source, among(sql(name), values, key === 'not-in'));
  return undefined;
}

function ofRange(
  { draft, name, value, source }: Parameters<Take>[0],
  end: 'min' | 'above' | 'max' | 'below',
): string | undefined {
  if (typeof value !== 'number') return 'is no number';
  if (!isExact(value)) return exact;
  draft.rule(name, 'range', { [end]: value }, source, within(sql(name), { [end]: value }));
  return undefined;
}

function ofLength({ draft, name, value, source }: Parameters<Take>[0], end: 'min' | 'max'): string | undefined {
  if (typeof value !== 'number') return 'is no number';
  draft.rule(name, 'length', { [end]: value }, source, within(`length(${sql(name)})`, { [end]: value }));
  return undefined;
}
