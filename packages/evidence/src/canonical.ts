/**
 * A JSON value in its one canonical spelling: RFC 8785 (JSON Canonicalization Scheme). Members that are undefined are
 * left out, as JSON.stringify does.
 *
 * @throws RangeError for what JSON cannot hold: numbers that are not finite, lone surrogates, anything but plain objects
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (isPlain(value)) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      // by UTF-16 code units, section 3.2.3: as < compares text
      .toSorted(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([name, member]) => `${canonicalText(name)}:${canonicalJson(member)}`).join(',')}}`;
  }
  if (typeof value === 'string') return canonicalText(value);
  if (value === null || typeof value === 'boolean') return String(value);
  // ECMAScript's own spelling of numbers is the canonical one, section 3.2.2.3; JSON.stringify writes -0 as 0
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  throw new RangeError(`${typeof value === 'number' ? value : `a value of type ${typeof value}`} has no place in JSON`);
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function canonicalText(text: string): string {
  // JSON.stringify would escape it, and section 3.2.2.2 asks for an error
  if (!text.isWellFormed()) throw new RangeError('a lone surrogate has no place in JSON');
  return JSON.stringify(text);
}
