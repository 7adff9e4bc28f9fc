/** RE2's `\s`; Trino's takes the vertical tab too. */
const blank = '\\t\\n\\f\\r ';

const word = '[0-9A-Za-z_]';

/** RE2's borders of words are those of ASCII; to Trino `ä` is a letter of a word, though not of its own `\w`. */
const outside: Readonly<Record<string, string>> = {
  '\\s': `[${blank}]`,
  '\\S': `[^${blank}]`,
  '\\b': `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`,
  '\\B': `(?:(?<=${word})(?=${word})|(?<!${word})(?!${word}))`,
  // in Trino, before a line break at the end too
  $: '\\z',
};

/** Within a class an opening bracket begins another one in Trino, and `&&` cuts two. */
const inside: Readonly<Record<string, string>> = {
  '\\s': blank,
  '\\S': `[^${blank}]`,
  '[': '\\[',
  '&': '\\&',
};

/** RE2's `[:alpha:]` and the like are of ASCII; Trino's are of Unicode. */
const classes: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  blank: '\\t ',
  digit: '0-9',
  lower: 'a-z',
  punct: '!-/:-@\\[-`{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/**
 * A pattern of RE2 for Trino's default library, JONI, such that both match the same texts. What is left apart: with
 * `(?i:ss)` JONI matches `ß`, RE2 does not. JONI tries every way, so a pattern such as `(a+)+$` may take it very long;
 * then the time limit of the query ends it. A cluster whose `regex-library` is RE2J refuses `\b` and `\B` as they
 * are written here.
 *
 * Found by comparing both over a hundred patterns; test/services/trino holds it.
 */
export function joniPattern(pattern: string): string {
  const lines = /\(\?[a-z]*m/i.test(pattern);
  let inClass = false;
  return pattern.replace(/\\[\s\S]|\[:(\w+):\]|\[\^?\]?|[\s\S]/gu, (piece, name?: string) => {
    if (name !== undefined) return inClass ? (classes[name] ?? piece) : piece;
    if (!inClass && piece.startsWith('[')) {
      inClass = true;
      return piece;
    }
    if (inClass && piece === ']') {
      inClass = false;
      return piece;
    }
    // an opening bracket with what may follow it: only the bracket is special here
    if (inClass && piece.startsWith('[')) {
      if (piece.endsWith(']')) inClass = false;
      return `\\${piece}`;
    }
    if (!inClass && lines && piece === '$') return piece;
    return (inClass ? inside : outside)[piece] ?? piece;
  });
}
