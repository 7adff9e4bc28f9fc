import { nearest, PolicyError, parseYaml, shown, UserError } from '@modelgate/core';

/** The numbers of a metrics file, by dotted path (`test.f1`). */
export interface MetricsFile {
  readonly file: string;
  readonly values: ReadonlyMap<string, number>;
}

/**
 * Reads a metrics file: JSON or YAML (nested mappings, flattened to dotted paths) or CSV (a header and one row of
 * values, or `metric,value` lines). Texts and lists are passed over; a name that occurs twice is refused; NaN and
 * infinite numbers are kept until asked for, so that the message can name the metric.
 *
 * @throws UserError file-unreadable, file-empty
 */
export function parseMetricsFile(file: string, text: string): MetricsFile {
  const bare = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (bare.trim() === '') {
    throw new UserError('file-empty', `${file} is empty`, {
      where: { file },
      how: 'let the evaluation step write it, then run the gate',
    });
  }
  const values = /\.csv$/i.test(file) ? fromCsv(file, bare) : flatten(file, parsed(file, bare));
  if (values.size === 0) {
    throw new UserError('file-unreadable', `${file} holds no numbers`, {
      where: { file },
      how: 'write metrics as {"accuracy": 0.91} or as nested mappings of numbers',
    });
  }
  return { file, values };
}

/**
 * One metric of a file: by its full path, or by its last part where only one path ends in it.
 *
 * @throws UserError metric-missing (naming the nearest), not-finite
 */
export function metricOf({ file, values }: MetricsFile, name: string): number {
  const paths = values.has(name) ? [name] : [...values.keys()].filter((path) => path.endsWith(`.${name}`));
  if (paths.length > 1) {
    throw new UserError('metric-missing', `${file} holds ${name} more than once: ${paths.slice(0, 5).join(', ')}`, {
      where: { file },
      how: `name one of them in full, e.g. metric: ${paths[0]}`,
    });
  }
  const [path] = paths;
  const value = path === undefined ? undefined : values.get(path);
  if (path === undefined || value === undefined) {
    const near = nearest(name, values.keys());
    throw new UserError('metric-missing', `${file} holds no metric ${name}`, {
      where: { file },
      how: near === undefined ? `it holds: ${[...values.keys()].slice(0, 20).join(', ')}` : `did you mean ${near}?`,
    });
  }
  if (!Number.isFinite(value)) {
    throw new UserError('not-finite', `${path} in ${file} is ${value}`, {
      where: { file },
      how: 'a metric that could not be computed is no metric: mend the evaluation step or leave the key out',
    });
  }
  return value;
}

function unreadable(file: string, what: string, how: string, line?: number): UserError {
  const place = line === undefined ? file : `${file}:${line}`;
  return new UserError('file-unreadable', `${place} ${what}`, {
    where: { file, ...(line === undefined ? {} : { line }) },
    how,
  });
}

function parsed(file: string, text: string): unknown {
  const json = /\.json$/i.test(file);
  const how = 'if the evaluation step was interrupted, run it again';
  if (!json) {
    try {
      return parseYaml(text, file).value;
    } catch (error) {
      const first = error instanceof PolicyError ? error.problems[0] : undefined;
      if (first === undefined) throw error;
      const { line } = first.where;
      throw unreadable(file, `cannot be read: ${first.message}`, first.how ?? how, line);
    }
  }
  try {
    const value: unknown = JSON.parse(withoutBareNumbers(text));
    refuseDoubleKeys(file, text);
    return value;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw unreadable(file, `is not valid JSON: ${error instanceof Error ? error.message : shown(error)}`, how);
  }
}

const jsonString = '"(?:[^"\\\\]|\\\\.)*"';

/** Python writes NaN and Infinity bare, which is not JSON: marked here, outside strings, to be refused by name later. */
function withoutBareNumbers(text: string): string {
  return text.replace(new RegExp(`${jsonString}|-?\\b(?:NaN|Infinity)\\b`, 'g'), (token) =>
    token.startsWith('"') ? token : JSON.stringify({ [notFinite]: token }),
  );
}

/** No key of a file can be this by accident. */
const notFinite = '\u0000not-finite';

/** JSON.parse keeps the second of two equal keys without a word. @param text valid JSON, bare numbers aside */
function refuseDoubleKeys(file: string, text: string): void {
  const open: (Set<string> | undefined)[] = [];
  let last = '';
  for (const [token] of text.matchAll(new RegExp(`${jsonString}|[{}[\\]:]`, 'g'))) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const key: unknown = JSON.parse(last);
      const keys = open.at(-1);
      if (keys?.has(String(key))) throw twice(file, String(key));
      keys?.add(String(key));
    } else last = token;
  }
}

function twice(file: string, name: string): UserError {
  return unreadable(file, `holds ${shown(name)} twice`, 'keep one of the two: nobody can tell which is meant');
}

/** Deeper than any evaluation nests, and far from what would exhaust the stack. */
const deepest = 50;

function flatten(
  file: string,
  value: unknown,
  into = new Map<string, number>(),
  path: readonly string[] = [],
): Map<string, number> {
  if (path.length > deepest) {
    throw unreadable(file, `is nested deeper than ${deepest} levels`, 'write metrics as {"accuracy": 0.91}');
  }
  const name = path.join('.');
  if (typeof value === 'number') put(file, into, name, value);
  else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value)) {
      if (key === notFinite) put(file, into, name, Number(inner));
      else flatten(file, inner, into, [...path, key]);
    }
  }
  return into;
}

function put(file: string, into: Map<string, number>, name: string, value: number): void {
  if (into.has(name)) throw twice(file, name);
  into.set(name, value);
}

/**
 * `metric,value` lines, or a header and one row; two columns are lines where the second line begins with a name. Quoting
 * is not needed for names and numbers, and is refused.
 */
function fromCsv(file: string, text: string): Map<string, number> {
  const rows = text
    .split(/\r\n|\n|\r/)
    .map((row, index) => ({ row, line: index + 1, cells: row.split(',').map((cell) => cell.trim()) }))
    .filter(({ row }) => row.trim() !== '');
  const [header = [], ...body] = rows.map(({ cells }) => cells);
  const broken = rows.find(({ row, cells }) => cells.length !== header.length || row.includes('"'));
  if (broken !== undefined) {
    throw unreadable(
      file,
      'is not a plain metrics table',
      'write a header and one row of numbers, or lines of metric,value',
      broken.line,
    );
  }
  const asLines = header.length === 2 && (body[0] === undefined || numberIn(body[0][0] ?? '') === undefined);
  if (!asLines && body.length > 1) {
    throw unreadable(
      file,
      `holds ${body.length} rows of values; one is expected`,
      'write the row that is to be judged: a gate does not choose among epochs or runs',
    );
  }
  const pairs = asLines ? [header, ...body] : header.map((name, column) => [name, body[0]?.[column] ?? '']);
  const values = new Map<string, number>();
  for (const [name = '', cell = ''] of pairs) {
    const value = numberIn(cell);
    if (value !== undefined) put(file, values, name, value);
  }
  return values;
}

const notFiniteWords: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['infinity', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['-infinity', Number.NEGATIVE_INFINITY],
]);

function numberIn(cell: string): number | undefined {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell)) return Number(cell);
  return notFiniteWords.get(cell.toLowerCase().replace(/^\+/, ''));
}
