import type * as z from 'zod';
import { PolicyError, type PolicyProblem } from './policy-error.ts';
import { shown } from './quantity.ts';
import { nearest } from './suggestion.ts';
import type { KeyPath, YamlDocument } from './yaml-document.ts';

type Issue = z.core.$ZodIssue;

/** Everything that a schema has against a document, in the order of the file. */
export function schemaProblems(issues: readonly Issue[], document: YamlDocument): PolicyProblem[] {
  const problems = issues
    .filter((issue) => !followsFromMisspelling(issue, issues))
    .flatMap((issue) => located(issue, document));
  return problems.sort(
    (a, b) => (a.where.line ?? 0) - (b.where.line ?? 0) || (a.where.column ?? 0) - (b.where.column ?? 0),
  );
}

/** A misspelt key also leaves its object without the key that was meant: one mistake, told once. */
function followsFromMisspelling(issue: Issue, all: readonly Issue[]): boolean {
  if (issue.code === 'invalid_type' && issue.input === undefined) {
    const key = String(issue.path.at(-1));
    const parent = issue.path.slice(0, -1).join('\u0000');
    return all.some(
      (other) =>
        other.code === 'unrecognized_keys' &&
        other.path.join('\u0000') === parent &&
        other.message.includes(`did you mean \`${key}\``),
    );
  }
  if (issue.code !== 'custom') return false;
  const place = issue.path.join('\u0000');
  return all.some((other) => other.code === 'unrecognized_keys' && other.path.join('\u0000') === place);
}

function located(issue: Issue, document: YamlDocument): PolicyProblem[] {
  const path = issue.path.filter((key): key is string | number => typeof key !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    const messages = issue.message
      .split('; unknown key')
      .map((part, index) => (index === 0 ? part : `unknown key${part}`));
    return issue.keys.map((key, index) => ({
      message: messages[index] ?? issue.message,
      where: document.locate([...path, key]),
    }));
  }
  return [{ message: `${name(path)}${issue.message}`, where: document.locate(path) }];
}

function name(path: KeyPath): string {
  return path.length === 0 ? '' : `\`${path.join('.')}\`: `;
}

/** Messages for what zod finds by itself; schemas say the rest in their own words. */
export function schemaMessage(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `is missing; a ${article(issue.expected)} is needed`
        : `${shown(issue.input)} is not a ${article(issue.expected)}`;
    case 'invalid_value': {
      const allowed = issue.values.map(String);
      if (issue.input === undefined) return `is missing; allowed: ${allowed.join(', ')}`;
      const near = typeof issue.input === 'string' ? nearest(issue.input, allowed) : undefined;
      const advice = near === undefined ? `allowed: ${allowed.join(', ')}` : `did you mean ${near}?`;
      return `${shown(issue.input)} is not allowed; ${advice}`;
    }
    case 'too_small':
      return `${shown(issue.input)} is ${issue.inclusive === false ? 'not above' : 'below'} ${issue.minimum}`;
    case 'too_big':
      return `${shown(issue.input)} is ${issue.inclusive === false ? 'not below' : 'above'} ${issue.maximum}`;
    case 'invalid_key':
      return 'is not a usable name: letters, digits, `.`, `_` and `-`, starting with a letter or digit, at most 60';
    default:
      return undefined;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  object: 'mapping (key: value lines)',
  record: 'mapping (key: value lines)',
  array: 'list',
  string: 'text',
  int: 'whole number',
};

function article(expected: string): string {
  return typeNames[expected] ?? expected;
}

/** Parses a document by a schema or throws all its problems. */
export function checked<Schema extends z.ZodType>(schema: Schema, document: YamlDocument): z.infer<Schema> {
  const lost = unusableKey(document.value, []);
  if (lost !== undefined) {
    const message = '`__proto__` is no usable name: choose another one';
    throw new PolicyError([{ message, where: document.locate(lost) }]);
  }
  const result = schema.safeParse(document.value, { error: schemaMessage, reportInput: true });
  if (result.success) return result.data;
  const problems: PolicyProblem[] = schemaProblems(result.error.issues, document);
  throw new PolicyError(problems);
}

/** Where a name stands that a schema drops without a word, with all that is below it. */
function unusableKey(value: unknown, path: KeyPath): KeyPath | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Object.hasOwn(value, '__proto__')) return [...path, '__proto__'];
  for (const [key, inside] of Object.entries(value)) {
    const found = unusableKey(inside, [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}
