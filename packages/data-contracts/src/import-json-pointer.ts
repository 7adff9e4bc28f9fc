import type { KeyPath } from '@modelgate/core';
import { isMapping, type SourceDocument } from './import-source.ts';

/** A value of a document and where it stands. */
export interface Place {
  readonly path: KeyPath;
  readonly value: unknown;
}

export interface Resolved extends Place {
  /** References that led here. */
  readonly through: readonly string[];
  /** What stood beside the reference and holds as well (since draft 2019-09). */
  readonly beside?: Place;
}

/**
 * Follows `$ref` within the document: a JSON pointer or an anchor.
 *
 * @param seen references already followed, so that a circle ends
 * @returns undefined where it leads out of the file, in a circle, or to nothing
 *
 * Source: RFC 6901; JSON Schema Core 2020-12, 8.2; in draft 7 (8.3) what stands beside a `$ref` is ignored.
 */
export function resolved(document: SourceDocument, from: Place, seen: readonly string[]): Resolved | undefined {
  const { value } = from;
  if (!isMapping(value) || typeof value['$ref'] !== 'string') return { ...from, through: [] };
  const { $ref: reference, ...others } = value;
  if (seen.includes(reference) || !reference.startsWith('#')) return undefined;
  const target = placeOf(document.value, reference.slice(1));
  if (target === undefined) return undefined;
  const onward = resolved(document, target, [...seen, reference]);
  if (onward === undefined) return undefined;
  const { $defs: _defs, definitions: _definitions, $schema: _schema, ...rules } = others;
  const old = isMapping(document.value) && /draft-0[3-7]/.test(String(document.value['$schema'] ?? ''));
  const both = !old && Object.keys(rules).length > 0;
  return {
    ...onward,
    through: [reference, ...onward.through],
    ...(both ? { beside: { path: from.path, value: rules } } : {}),
  };
}

function placeOf(root: unknown, fragment: string): Place | undefined {
  if (fragment !== '' && !fragment.startsWith('/')) return anchored(root, fragment, []);
  let value = root;
  const path: (string | number)[] = [];
  for (const written of fragment.split('/').slice(1)) {
    const key = decoded(written).replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(value)) value = value[Number(key)];
    else value = isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    path.push(key);
  }
  return value === undefined ? undefined : { path, value };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function anchored(value: unknown, anchor: string, path: KeyPath): Place | undefined {
  if (typeof value !== 'object' || value === null || path.length > 20) return undefined;
  if (isMapping(value) && value['$anchor'] === anchor) return { path, value };
  for (const [key, one] of Object.entries(value)) {
    const found = anchored(one, anchor, [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}
