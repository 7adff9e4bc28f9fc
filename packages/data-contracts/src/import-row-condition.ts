import { isMapping } from './import-source.ts';
import { among, both, column, literal, type Scalar } from './import-sql.ts';

/**
 * A row condition of Great Expectations as SQL: the text of pandas' `query` and of its own `col("x")` language, and the
 * objects that 1.x writes. Undefined for what is more than comparisons with plain values joined by `and` and `or`.
 *
 * @param parser `condition_parser`: pandas takes a missing value for unequal to anything, databases do not
 */
export function rowCondition(written: unknown, parser: unknown): string | undefined {
  if (typeof written === 'string') return parsed(written, parser === 'pandas');
  if (!isMapping(written)) return undefined;
  const { type } = written;
  if (type === 'pass_through') return rowCondition(written['pass_through_filter'], parser);
  if (type === 'and' || type === 'or') {
    const parts = Array.isArray(written['conditions'])
      ? written['conditions'].map((one) => rowCondition(one, parser))
      : [];
    const known = parts.filter((one) => one !== undefined);
    return known.length === 0 || known.length < parts.length ? undefined : joined(known, type);
  }
  const name = isMapping(written['column']) ? written['column']['name'] : undefined;
  if (typeof name !== 'string') return undefined;
  if (type === 'nullity') return `${column(name)} is ${written['is_null'] === true ? '' : 'not '}null`;
  const { operator, parameter } = written;
  if (type !== 'comparison' || typeof operator !== 'string') return undefined;
  return comparison(name, operator.toLowerCase(), parameter, false);
}

function comparison(name: string, operator: string, value: unknown, pandas: boolean): string | undefined {
  const left = column(name);
  if (operator === 'in' || operator === 'not in') {
    if (!Array.isArray(value) || value.length === 0 || !value.every(isScalar)) return undefined;
    const inside = among(left, value, operator === 'not in');
    return pandas && operator === 'not in' ? `${inside} or ${left} is null` : inside;
  }
  if (!isScalar(value)) return undefined;
  const words: Readonly<Record<string, string>> = {
    '==': '=',
    '=': '=',
    '!=': pandas ? 'is distinct from' : '<>',
    '<': '<',
    '<=': '<=',
    '>': '>',
    '>=': '>=',
  };
  const word = words[operator];
  return word === undefined ? undefined : `${left} ${word} ${literal(value)}`;
}

function isScalar(value: unknown): value is Scalar {
  return (
    typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  );
}

function joined(conditions: readonly string[], word: 'and' | 'or'): string {
  return word === 'or' ? conditions.join(' or ') : (both(...conditions) ?? '');
}

const token =
  /\s*(?:(?<call>col\(\s*(?:"(?<double>[^"]*)"|'(?<single>[^']*)')\s*\))|(?<text>"[^"\\]*"|'[^'\\]*')|(?<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<tick>`[^`]+`)|(?<word>[A-Za-z_]\w*)|(?<sign>==|!=|<=|>=|[=<>()[\],.&|]))/y;

type Token = { readonly kind: 'column' | 'text' | 'number' | 'word' | 'sign'; readonly value: string };

function tokens(text: string): Token[] | undefined {
  const found: Token[] = [];
  const source = text.trimEnd();
  token.lastIndex = 0;
  while (token.lastIndex < source.length) {
    const groups = token.exec(source)?.groups;
    if (groups === undefined) return undefined;
    const { call, double, single, text: quoted, number, tick, word, sign } = groups;
    if (call !== undefined) found.push({ kind: 'column', value: double ?? single ?? '' });
    else if (tick !== undefined) found.push({ kind: 'column', value: tick.slice(1, -1) });
    else if (quoted !== undefined) found.push({ kind: 'text', value: quoted.slice(1, -1) });
    else if (number !== undefined) found.push({ kind: 'number', value: number });
    else if (word !== undefined) found.push({ kind: 'word', value: word });
    else found.push({ kind: 'sign', value: sign ?? '' });
  }
  return found;
}

/** A recursive descent over `a or b`, `a and b`, `(a)`, `name == value`, `name in [..]`, `name.notnull()`. */
function parsed(text: string, pandas: boolean): string | undefined {
  const all = tokens(text);
  if (all === undefined) return undefined;
  let at = 0;
  const takes = (...values: readonly string[]): boolean => {
    const one = all[at];
    const fits =
      one !== undefined && one.kind !== 'text' && one.kind !== 'column' && values.includes(one.value.toLowerCase());
    if (fits) at++;
    return fits;
  };
  const chain = (next: () => string | undefined, word: 'and' | 'or', sign: string): string | undefined => {
    const parts: (string | undefined)[] = [next()];
    while (takes(word, sign)) parts.push(next());
    const known = parts.filter((one) => one !== undefined);
    return known.length < parts.length ? undefined : joined(known, word);
  };
  const either = (): string | undefined => chain(() => chain(single, 'and', '&'), 'or', '|');
  const single = (): string | undefined => {
    if (takes('(')) {
      const inner = either();
      return takes(')') ? inner : undefined;
    }
    const name = all[at++];
    if (
      name === undefined ||
      !(name.kind === 'column' || (name.kind === 'word' && !/^(?:not|and|or|in)$/i.test(name.value)))
    )
      return undefined;
    if (takes('.')) {
      const method = all[at++]?.value.toLowerCase() ?? '';
      if (!takes('(') || !takes(')') || !/^(?:notnull|notna|isnull|isna)$/.test(method)) return undefined;
      return `${column(name.value)} is ${method.startsWith('not') ? 'not ' : ''}null`;
    }
    const negated = takes('not');
    if (takes('in')) {
      const list = values();
      return comparison(name.value, negated ? 'not in' : 'in', list, pandas);
    }
    const sign = all[at++];
    if (negated || sign?.kind !== 'sign') return undefined;
    return comparison(name.value, sign.value, value(), pandas);
  };
  const value = (): Scalar | undefined => {
    const one = all[at++];
    if (one?.kind === 'text') return one.value;
    if (one?.kind === 'number') return Number(one.value);
    const word = one?.kind === 'word' ? one.value.toLowerCase() : '';
    return word === 'true' ? true : word === 'false' ? false : undefined;
  };
  const values = (): (Scalar | undefined)[] => {
    const list: (Scalar | undefined)[] = [];
    if (!takes('[', '(')) return list;
    do list.push(value());
    while (takes(','));
    return takes(']', ')') ? list : [];
  };
  const condition = either();
  return at === all.length ? condition : undefined;
}
