/** What a contract consists of before it is text; values are those that the grammar takes. */
export interface ContractParts {
  /** Lines above the contract, without the `#`. */
  readonly head: readonly string[];
  readonly name: string;
  readonly description?: string | undefined;
  readonly rows?: Written | undefined;
  readonly extraColumns?: 'allow' | 'warn' | 'fail' | undefined;
  readonly order?: boolean | undefined;
  readonly keys?: readonly unknown[];
  readonly columns: readonly ColumnText[];
  readonly checks?: Written;
}

export interface ColumnText {
  readonly name: string;
  readonly rules: Written;
  /** Lines above the column, without the `#`. */
  readonly comments?: readonly string[];
}

export type Written = Readonly<Record<string, unknown>>;

const width = 118;

/** Keys of a column in the order in which people read them: what it is, what is missing, what its values are, how strict. */
const columnOrder = [
  'type',
  'required',
  'absent',
  'nullable',
  'nulls',
  'unique',
  'in',
  'not-in',
  'range',
  'finite',
  'pattern',
  'matching',
  'not-pattern',
  'format',
  'length',
  'increasing',
  'where',
  'failing',
  'level',
  'why',
  'description',
];

/** A contract as YAML, one column a line where it fits. */
export function contractText(parts: ContractParts): string {
  const { head, name, description, rows, extraColumns, order, keys = [], columns, checks = {} } = parts;
  const lines = [
    ...head.map(comment),
    'version: 1',
    `name: ${scalar(name)}`,
    ...(description === undefined ? [] : [`description: ${scalar(description)}`]),
    ...(rows === undefined ? [] : entry('rows', rows, 0)),
    ...(extraColumns === undefined ? [] : [`extra-columns: ${extraColumns}`]),
    ...(order ? ['order: true'] : []),
    ...(keys.length === 0 ? [] : ['keys:', ...keys.map((key) => `  - ${flow(key)}`)]),
  ];
  if (columns.length > 0) lines.push('columns:');
  for (const { name: column, rules, comments = [] } of columns) {
    lines.push(...comments.map((text) => `  ${comment(text)}`), ...entry(column, ordered(rules), 1));
  }
  if (Object.keys(checks).length > 0) lines.push(...entry('checks', checks, 0, true));
  return `${lines.join('\n')}\n`;
}

function ordered(rules: Written): Written {
  const rank = (key: string) => columnOrder.indexOf(key);
  return Object.fromEntries(
    Object.entries(rules)
      .filter(([, value]) => value !== undefined)
      .sort(([one], [other]) => rank(one) - rank(other)),
  );
}

/** `key: value` on one line where it fits, else spread over several. */
function entry(key: string, value: unknown, depth: number, spread = false): string[] {
  const indent = '  '.repeat(depth);
  const line = `${indent}${scalar(key)}: ${flow(value)}`;
  const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isMapping && (spread || line.length > width)) {
    const inner = Object.entries(value).flatMap(([name, one]) => entry(name, one, depth + 1));
    return [`${indent}${scalar(key)}:`, ...inner];
  }
  if (Array.isArray(value) && line.length > width) {
    return [`${indent}${scalar(key)}:`, ...value.map((one) => `${indent}  - ${flow(one)}`)];
  }
  return [line];
}

/** A value on one line. */
export function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const inner = Object.entries(value).map(([key, one]) => `${scalar(key)}: ${flow(one)}`);
    return inner.length === 0 ? '{}' : `{ ${inner.join(', ')} }`;
  }
  return scalar(value);
}

/** Text that needs no quotes in any place, or is told apart from a number by nothing but its form. */
const plain = /^(?:[A-Za-z_][\w./-]*(?: [\w./-]+)*|\d{4}-\d{2}-\d{2}|\d+(?:\.\d+)?%)$/;
const reserved = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

function scalar(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  if (plain.test(value) && !reserved.test(value)) return value;
  // YAML's double quotes are JSON's, but for characters that JSON lets stand and YAML does not print
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** One line of a comment; whatever breaks a line in the source does not break ours. */
function comment(text: string): string {
  return `# ${text.replace(/[\p{Cc}\u2028\u2029\ufeff]+/gu, ' ')}`.trimEnd();
}

/** A share as the grammar writes it, without the dust of binary fractions: 0.05 is `5%`. */
export function percent(share: number): string {
  const digits = Number((share * 100).toPrecision(12)).toFixed(10);
  return `${digits.replace(/\.?0+$/, '')}%`;
}

/** Any text as an identifier of the grammar: letters, digits, `.`, `_` and `-`, at most 60. */
export function identifierOf(text: string, otherwise: string): string {
  const written = text
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '')
    .slice(0, 60);
  return written === '' ? otherwise : written;
}
