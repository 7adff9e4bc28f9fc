import { nearest, parseYaml, shown, UserError } from '@modelgate/core';

/** The numbers of a metrics file, by dotted path (`test.f1`). */
export interface MetricsFile {
  readonly file: string;
  readonly values: ReadonlyMap<string, number>;
}

/**
 * Reads a metrics file: JSON or YAML (nested mappings, flattened to dotted paths) or CSV (a header and one row of
 * values, or `metric,value` lines). Texts and lists are passed over; NaN and infinite numbers are kept until asked for,
 * so that the message can name the metric.
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
  const values = /\.csv$/i.test(file) ? fromCsv(file, bare) : flatten(parsed(file, bare));
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
    throw new UserError('metric-missing', `${file} holds ${name} more than once: ${paths.join(', ')}`, {
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

/** JSON is read as YAML: every JSON text is YAML 1.2, and positions of errors come with it. Bare NaN is let through. */
function parsed(file: string, text: string): unknown {
  const json = /\.json$/i.test(file);
  try {
    return json ? JSON.parse(withoutBareNumbers(text)) : parseYaml(text, file).value;
  } catch (error) {
    const detail = error instanceof Error ? error.message.split('\n').at(-1)?.trim() : shown(error);
    throw new UserError('file-unreadable', `${file} is not valid ${json ? 'JSON' : 'YAML'}: ${detail}`, {
      where: { file },
      how: 'if the evaluation step was interrupted, run it again',
      cause: error,
    });
  }
}

/** Python writes NaN and Infinity bare, which is not JSON: marked here, outside strings, to be refused by name later. */
function withoutBareNumbers(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (token) =>
    token.startsWith('"') ? token : `{"${notFinite}":"${token}"}`,
  );
}

const notFinite = '\u0000not-finite';

function flatten(value: unknown, path = '', into = new Map<string, number>()): Map<string, number> {
  if (typeof value === 'number') into.set(path, value);
  else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value)) {
      if (key === notFinite) into.set(path, Number(inner));
      else flatten(inner, path === '' ? key : `${path}.${key}`, into);
    }
  }
  return into;
}

/** `metric,value` lines, or a header and one row. Quoting is not needed for names and numbers, and is refused. */
function fromCsv(file: string, text: string): Map<string, number> {
  const rows = text
    .split(/\r?\n/)
    .filter((row) => row.trim() !== '')
    .map((row) => row.split(',').map((cell) => cell.trim()));
  const [header = [], ...body] = rows;
  const ragged = rows.findIndex((row) => row.length !== header.length);
  if (ragged !== -1 || text.includes('"')) {
    const line = ragged === -1 ? 1 : ragged + 1;
    throw new UserError('file-unreadable', `${file}:${line}: not a plain metrics table`, {
      where: { file, line },
      how: 'write a header and one row of numbers, or lines of metric,value',
    });
  }
  const pairs =
    header.length === 2 && body.length !== 1
      ? [header, ...body]
      : header.map((name, column) => [name, body[0]?.[column] ?? '']);
  const values = new Map<string, number>();
  for (const [name = '', value = ''] of pairs) {
    if (value !== '' && (Number.isFinite(Number(value)) || /^[+-]?(nan|inf|infinity)$/i.test(value))) {
      values.set(name, /inf/i.test(value) ? Number.POSITIVE_INFINITY : Number(value));
    }
  }
  return values;
}
