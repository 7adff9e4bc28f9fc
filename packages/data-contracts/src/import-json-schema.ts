import { UserError } from '@modelgate/core';
import { ContractDraft, type Source } from './import-draft.ts';
import { type Place, resolved } from './import-json-pointer.ts';
import { annotations, missingOf, takeProperty } from './import-json-property.ts';
import { isMapping, readJson, type SourceDocument, titleOf } from './import-source.ts';
import { isThere } from './import-sql.ts';

/** Properties of one row, gathered over `allOf` and `$ref`. */
interface Row {
  readonly properties: Map<string, Place[]>;
  readonly required: Set<string>;
  readonly dependent: { readonly name: string; readonly columns: readonly string[]; readonly source: Source }[];
}

/** Keywords of an object that are read here or only describe it. */
const read = new Set([
  ...annotations,
  'type',
  'properties',
  'required',
  'additionalProperties',
  'unevaluatedProperties',
  'allOf',
  '$ref',
  'dependentRequired',
  '$defs',
  'definitions',
]);

/**
 * Takes over a JSON Schema (draft 7 or 2020-12) of one row as an object, or of an array of such rows.
 *
 * A property that is not required may be missing in a row, and a table has one kind of missing: so it is a column that
 * need not be there and may hold nulls. `format` is taken as a rule, which the standard leaves open.
 *
 * Source: JSON Schema Core and Validation, draft 2020-12 and draft 7.
 *
 * @throws UserError when the text is no schema of an object, or holds nothing that a contract can ask
 */
export function fromJsonSchema(text: string, file: string): { draft: ContractDraft; head: string } {
  const document = readJson(text, file, 'your tool');
  const top = isMapping(document.value) ? resolved(document, { path: [], value: document.value }, []) : undefined;
  const isArray = isMapping(top?.value) && (top.value['type'] === 'array' || top.value['items'] !== undefined);
  const items = isMapping(top?.value) ? top.value['items'] : undefined;
  const title = isMapping(document.value) ? (document.value['title'] ?? document.value['$id']) : undefined;
  const draft = new ContractDraft(
    typeof title === 'string' ? title.replace(/^.*\/(?=.)/, '').replace(/\.json$/, '') : titleOf(file),
  );
  const place =
    top !== undefined && isArray ? { path: [...top.path, 'items'], value: items } : { path: [], value: document.value };
  const row: Row = { properties: new Map(), required: new Set(), dependent: [] };
  takeRow(draft, document, place, row, [], false);
  if (row.properties.size === 0 && row.required.size === 0) {
    throw new UserError('file-unreadable', `${file}: names no property of a row`, {
      where: { file },
      how: 'give the schema of one row: an object with `properties`, or an array of such objects',
    });
  }
  const { description } = isMapping(document.value) ? document.value : {};
  if (typeof description === 'string') draft.description = description;
  if (top !== undefined && isArray) takeArray(draft, document, top);
  takeColumns(draft, document, row);
  return { draft, head: `From the JSON Schema ${file}.` };
}

function takeRow(
  draft: ContractDraft,
  document: SourceDocument,
  from: Place,
  row: Row,
  seen: readonly string[],
  isPart: boolean,
): void {
  const place = resolved(document, from, seen);
  const source = (what: string, key: string | undefined, at: Place = from): Source => ({
    what,
    where: document.where(key === undefined ? at.path : [...at.path, key]),
  });
  if (place === undefined) {
    draft.leave(source(`$ref ${refOf(from)}`, '$ref'), notFound);
    return;
  }
  if (!isMapping(place.value)) {
    if (place.value !== true)
      draft.leave(source('a schema of rows', undefined, place), 'lets no row through, or is no schema');
    return;
  }
  const { value } = place;
  const type = [value['type']].flat();
  if (value['type'] !== undefined && !type.includes('object'))
    draft.leave(source(`type ${type.join(', ')}`, 'type', place), 'a row is an object');
  const properties = isMapping(value['properties']) ? value['properties'] : {};
  for (const [name, one] of Object.entries(properties)) {
    const places = row.properties.get(name) ?? [];
    row.properties.set(name, [...places, { path: [...place.path, 'properties', name], value: one }]);
  }
  for (const name of Array.isArray(value['required']) ? value['required'] : [])
    if (typeof name === 'string') row.required.add(name);
  const trail = [...seen, ...place.through];
  const parts = Array.isArray(value['allOf']) ? value['allOf'] : [];
  for (const [index, one] of parts.entries())
    takeRow(draft, document, { path: [...place.path, 'allOf', index], value: one }, row, trail, true);
  // beside other keywords, 2020-12 asks both for what is referred to and for them
  if (place.beside !== undefined) takeRow(draft, document, place.beside, row, trail, true);
  takeOthers(draft, value, source, place, row, { isPart, hasParts: parts.length > 0 || place.beside !== undefined });
  for (const key of Object.keys(value)) {
    if (!read.has(key)) draft.leave(source(`\`${key}\` of a row`, key, place), 'a contract has no such rule');
  }
}

const notFound = 'leads out of this file, in a circle, or to nothing';

function takeOthers(
  draft: ContractDraft,
  value: Readonly<Record<string, unknown>>,
  source: (what: string, key: string, at: Place) => Source,
  place: Place,
  row: Row,
  { isPart, hasParts }: { readonly isPart: boolean; readonly hasParts: boolean },
): void {
  for (const key of ['additionalProperties', 'unevaluatedProperties']) {
    const others = value[key];
    if (others === undefined || others === true) continue;
    // inside of a part it forbids what the other parts name
    const whole = !isPart && (key === 'unevaluatedProperties' || !hasParts);
    if (others === false && whole) draft.extraColumns = 'fail';
    else if (others === false)
      draft.leave(
        source(`${key}: false`, key, place),
        'in a part of a schema it also forbids what the other parts name',
      );
    else draft.leave(source(key, key, place), 'a contract has rules for columns with a name only');
  }
  const dependent = isMapping(value['dependentRequired']) ? value['dependentRequired'] : {};
  for (const [name, needed] of Object.entries(dependent)) {
    const columns = Array.isArray(needed) ? needed.filter((one) => typeof one === 'string') : [];
    const what = source(`dependentRequired of \`${name}\``, 'dependentRequired', place);
    if (columns.length > 0) row.dependent.push({ name, columns, source: what });
  }
}

function takeArray(draft: ContractDraft, document: SourceDocument, { path, value }: Place): void {
  if (!isMapping(value)) return;
  const source = (key: string): Source => ({ what: `\`${key}\` of the rows`, where: document.where([...path, key]) });
  const ends = [
    ['at-least', value['minItems']],
    ['at-most', value['maxItems']],
  ].filter(([, end]) => end !== undefined);
  const why = ends.length === 0 ? undefined : draft.countRows(Object.fromEntries(ends), source('minItems'));
  if (why !== undefined) draft.leave(source('minItems'), why);
  const others = new Set(['type', 'items', 'minItems', 'maxItems', '$defs', 'definitions', ...annotations]);
  for (const key of Object.keys(value)) {
    if (!others.has(key) && value[key] !== false) draft.leave(source(key), 'a contract has no such rule of all rows');
  }
}

function takeColumns(draft: ContractDraft, document: SourceDocument, row: Row): void {
  const loose: string[] = [];
  const names = new Set([...row.properties.keys(), ...row.required]);
  for (const name of names) {
    const places = row.properties.get(name) ?? [];
    const [first] = places;
    const source: Source = { what: `property \`${name}\``, where: document.where(first?.path ?? ['required']) };
    if (places.some(({ value }) => value === false)) {
      draft.describe(name, 'absent', true, source);
      continue;
    }
    if (!draft.column(name, source)) continue;
    const required = row.required.has(name);
    const missing = missingOf(document, places);
    if (!required) draft.describe(name, 'required', false, source);
    if (required && !missing) draft.rule(name, 'nullable', false, { ...source, what: `required \`${name}\`` });
    if (!required && !missing) loose.push(`\`${name}\``);
    for (const place of places) takeProperty(draft, document, name, place, []);
  }
  for (const { name, columns, source } of row.dependent) {
    if (columns.some((one) => missingOf(document, row.properties.get(one) ?? [])))
      draft.leave(source, 'what it asks for may be null, and a table has one kind of missing');
    else
      draft.check(
        `${name}-needs-${columns.join('-')}`,
        { expect: isThere(...columns) },
        { ...source, when: isThere(name) },
      );
  }
  if (loose.length > 0)
    draft.leave(
      { what: `null written out in ${loose.join(', ')}` },
      'the schema forbids it and lets the property be missing; a table has one kind of missing, which is let through',
    );
}

function refOf({ value }: Place): string {
  return isMapping(value) ? String(value['$ref']) : '';
}
