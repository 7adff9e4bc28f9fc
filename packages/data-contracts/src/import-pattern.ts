/** Who wrote a regular expression: what its words mean differs. */
export type PatternLanguage = 'python' | 'ecmascript';

/** A regular expression that means the same in RE2, or why there is none. */
export type ReadPattern =
  | { readonly pattern: string; readonly differs?: string }
  | { readonly pattern?: undefined; readonly why: string };

const python: readonly (readonly [RegExp, string])[] = [
  [/\(\?P[<=>]/, 'names a group as only Python does'],
  [/\(\?[aiLmsux-]+[:)]/, 'sets a flag inside the expression'],
  [/\(\?#/, 'holds a comment, which only Python reads'],
  [/\(\?\(/, 'asks whether a group matched, which RE2 does not'],
  [/(?<!\\)(?:\\\\)*\\[AZ]/, 'marks the ends with \\A or \\Z: write ^ and $'],
];

const both: readonly (readonly [RegExp, string])[] = [
  [/\(\?<?[=!]/, 'looks ahead or behind, which the engines do not; write it as two rules'],
  [/\(\?>|(?<!\\)[*+?}]\+/, 'never gives back what it matched (atomic or possessive), which RE2 does not'],
  [/(?<!\\)(?:\\\\)*\\(?:[1-9]|k<)/, 'refers back to a group, which the engines do not'],
  [/\[\[:|(?<!\\)\[\^?\]/, 'holds a bracket that RE2 reads otherwise'],
  [/(?<!\\)(?:\\\\)*\\c/, 'names a control character, which RE2 does not'],
  // RE2 knows categories and scripts by their short names only: https://github.com/google/re2/wiki/Syntax
  [/\\[pP]\{(?![A-Z][a-z]?\}|[A-Z][a-z]{3,}\})/, 'names a Unicode property as RE2 does not'],
  [
    /\\[pP]\{(?:Letter|Number|Punctuation|Symbol|Separator|Mark|Any|Alphabetic|Uppercase|Lowercase|Emoji)\}/,
    'names a Unicode property as RE2 does not',
  ],
];

/**
 * Reads a regular expression of another tool for RE2, which the engines use. Nothing is guessed: what RE2 cannot do,
 * or reads otherwise, is said.
 *
 * Source: https://github.com/google/re2/wiki/Syntax
 */
export function readPattern(written: string, language: PatternLanguage): ReadPattern {
  for (const [trap, why] of [...(language === 'python' ? python : []), ...both]) {
    if (trap.test(written)) return { why };
  }
  const most = Math.max(
    0,
    ...[...written.matchAll(/\{(\d+)(?:,(\d*))?\}/g)].flatMap(([, a, b]) => [Number(a), Number(b ?? 0)]),
  );
  if (most > 1000) return { why: `repeats ${most} times; RE2 repeats at most 1000 times` };
  const pattern = written
    // RE2 has no \u: the character itself says the same
    .replace(/((?<!\\)(?:\\\\)*)\\u(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{4}))/g, (_, before, long, short) => {
      return `${before}${quoted(String.fromCodePoint(Number.parseInt(long ?? short, 16)))}`;
    })
    // Python and ECMAScript without the flag u let any punctuation be escaped; the grammar takes only what needs it
    .replace(/((?<!\\)(?:\\\\)*)\\([ !"#%&',:;<=>@_`~])/g, '$1$2');
  const unescaped = outsideOfBrackets(pattern);
  const wide = language === 'python' && /(?<!\\)(?:\\\\)*\\[wWdDsSbB]/.test(pattern);
  return {
    pattern: unescaped,
    ...(wide
      ? {
          differs:
            'Python takes letters, digits and spaces of every language for \\w, \\d, \\s and \\b; here they are those of ASCII',
        }
      : {}),
  };
}

/** `^(?!refused)pattern`, as the two rules that it is; undefined for anything less plain. */
export function splitLookahead(written: string): { readonly pattern: string; readonly refused: string } | undefined {
  const found = /^\^\(\?!((?:[^()[\]\\]|\\.|\[\^?(?:[^\]\\]|\\.)+\])+)\)([^|]*)$/u.exec(written);
  const [, refused = '', rest = ''] = found ?? [];
  if (found === null) return undefined;
  return { pattern: `^${rest}`, refused: refused.includes('|') ? `^(?:${refused})` : `^${refused}` };
}

/** `\-` is an escape only inside of brackets. */
function outsideOfBrackets(pattern: string): string {
  let inside = false;
  let text = '';
  for (let at = 0; at < pattern.length; at++) {
    const one = pattern.charAt(at);
    if (one === '\\') {
      const next = pattern.charAt(++at);
      text += next === '-' && !inside ? '-' : one + next;
      continue;
    }
    if (one === '[') inside = true;
    if (one === ']') inside = false;
    text += one;
  }
  return text;
}

/** Text as a pattern that matches just it. */
export function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
