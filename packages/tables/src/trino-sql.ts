import { UserError } from '@modelgate/core';

/** A word, sign or quoted piece of SQL; comments and blanks are left out. */
interface Token {
  readonly kind: 'word' | 'quoted' | 'sign';
  /** Words in upper case. */
  readonly text: string;
}

/** Trino's grammar, SqlBase.g4: how text, quoted names and comments begin and end. */
const pieces =
  /(?<blank>\s+|--[^\r\n]*|\/\*[\s\S]*?\*\/)|(?<quoted>'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`)|(?<word>[\p{L}_][\p{L}\p{N}_@:]*)|(?<number>\d[\d_.]*(?:[eE][+-]?\d+)?[\p{L}\d_]*)|(?<sign>[\s\S])/gu;

const changing: ReadonlySet<string> = new Set(['RANDOM', 'RAND', 'UUID', 'SHUFFLE', 'TABLESAMPLE']);

/** Every query holds one of these; they are reserved, so outside of quotes none of them is a name. */
const queryWords: ReadonlySet<string> = new Set(['SELECT', 'TABLE', 'VALUES']);

/**
 * Refuses a person's SQL that would not stay inside the parentheses that it is put into, calls a table function (which
 * may send SQL of its own to another database), or gives another answer each time. Which tables it reads is not seen
 * here: Trino itself is asked.
 *
 * @throws UserError `policy-invalid`
 */
export function refuseLooseSql(sql: string): void {
  const tokens = tokensOf(sql);
  if (tokens.length === 0) throw refused('The SQL is empty.');
  let depth = 0;
  for (const [index, { kind, text }] of tokens.entries()) {
    if (kind === 'quoted') continue;
    if (text === ';') throw refused('The SQL holds several statements; one query is taken.');
    if (text === '?') throw refused('The SQL holds a placeholder, and nothing fills it.');
    if (text === '(') depth++;
    if (text === ')' && --depth < 0) throw refused('The SQL closes a parenthesis that it did not open.');
    if (text === 'TABLE' && tokens[index + 1]?.text === '(')
      throw refused('The SQL calls a table function, which may read something else than its tables.');
    if (kind === 'word' && changing.has(text) && tokens[index - 1]?.text !== '.' && calls(text, tokens[index + 1]))
      throw refused(`The SQL uses ${text.toLowerCase()}, which gives another answer each time.`);
  }
  if (depth > 0) throw refused('The SQL opens a parenthesis that it does not close.');
}

/**
 * Refuses SQL that is not one expression over the columns of one row (or an aggregate of them).
 *
 * @throws UserError `policy-invalid`
 */
export function refuseLooseExpression(sql: string): void {
  refuseLooseSql(sql);
  let depth = 0;
  for (const { kind, text } of tokensOf(sql)) {
    if (text === '(' || text === '[') depth++;
    if (text === ')' || text === ']') depth--;
    if (text === ',' && depth === 0) throw refused('The SQL is not a single expression.');
    if (kind === 'word' && queryWords.has(text))
      throw refused('The SQL is a query; here it may use the columns of the row only.');
  }
}

/** Without the semicolon that may end a statement. */
export function withoutEnd(sql: string): string {
  return sql.replace(/;\s*$/, '');
}

/** The first WITH of a query, and the rest behind it: Trino takes none inside of another. */
export function withOf(sql: string): { readonly recursive: boolean; readonly rest: string } | undefined {
  const found = /^(?:\s+|--[^\r\n]*|\/\*[\s\S]*?\*\/)*WITH\s+(RECURSIVE\s+)?/i.exec(sql);
  return found === null ? undefined : { recursive: found[1] !== undefined, rest: sql.slice(found[0].length) };
}

function tokensOf(sql: string): readonly Token[] {
  return [...sql.matchAll(pieces)].flatMap(({ groups }): Token[] => {
    const { quoted, word, number, sign } = groups ?? {};
    if (quoted !== undefined) return [{ kind: 'quoted', text: quoted }];
    if (word !== undefined) return [{ kind: 'word', text: word.toUpperCase() }];
    if (number !== undefined) return [{ kind: 'sign', text: number }];
    if (sign === undefined) return [];
    // what is left of an opening quote or comment that nothing closes
    if (/['"`]/.test(sign)) throw refused(`The SQL opens a ${sign} that it does not close.`);
    return [{ kind: 'sign', text: sign }];
  });
}

function calls(name: string, next: Token | undefined): boolean {
  return name === 'TABLESAMPLE' || next?.text === '(';
}

function refused(message: string): UserError {
  return new UserError('policy-invalid', message, {
    how: 'Write one query (SELECT or WITH … SELECT) or, as a condition, one expression over the columns of the row.',
  });
}
