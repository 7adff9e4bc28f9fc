import { type KeyPath, parseYaml, UserError, type YamlDocument } from '@modelgate/core';

/** A file of another tool: its data, and where each value stands. */
export interface SourceDocument {
  readonly value: unknown;
  readonly file: string;
  /** `file:line:column` of the value at `path`, or of what is around it. */
  where(path: KeyPath): string;
}

/**
 * Reads JSON.
 *
 * @throws UserError where it is none
 */
export function readJson(text: string, file: string, tool: string): SourceDocument {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  try {
    const value: unknown = JSON.parse(source);
    return { value, file, where: placesOf(source, file) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UserError('file-unreadable', `${file}: is no JSON: ${error.message}`, {
      where: { file },
      how: `give the file that ${tool} wrote`,
    });
  }
}

/** @throws PolicyError where it is no YAML, with the place */
export function readYaml(text: string, file: string): SourceDocument {
  const document = parseYaml(text, file);
  return { value: document.value, file, where: shownPlaces(document, file) };
}

/** JSON is YAML 1.2 as well, and that reader knows the lines; where it does not follow, the path says the place. */
function placesOf(source: string, file: string): SourceDocument['where'] {
  try {
    return shownPlaces(parseYaml(source, file), file);
  } catch {
    return (path) => `${file}: /${path.join('/')}`;
  }
}

function shownPlaces(document: YamlDocument, file: string): SourceDocument['where'] {
  return (path) => {
    const { line, column } = document.locate(path);
    return line === undefined ? file : `${file}:${line}:${column ?? 1}`;
  };
}

/** A name for what a file holds: its own, without folders and ending. */
export function titleOf(file: string): string {
  return file.replace(/^.*[/\\]/, '').replace(/(?<=.)\.[^.]*$/, '');
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Values of a set: nulls are no business of a set in these tools, and other than plain values cannot be compared. */
export function scalars(values: readonly unknown[]): (string | number | boolean)[] | undefined {
  const kept = values.filter((one) => one !== null);
  const plain = kept.filter((one) => typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean');
  return plain.length === kept.length && plain.every(isExact) ? plain : undefined;
}

/** A number that JSON's reader did not have to round, and that the grammar can write. */
export function isExact(value: unknown): boolean {
  if (typeof value !== 'number') return true;
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}

/** An end of a range: a number, or a date as the grammar writes it (`2013-01-01 00:00:00` becomes ISO 8601). */
export function edgeOf(value: number | string): number | string {
  if (typeof value === 'number') return value;
  return value.replace(/^(\d{4}-\d{2}-\d{2}) (?=\d{2}:)/, '$1T');
}
