import type { ContractDraft, Source } from './import-draft.ts';
import { type PatternLanguage, type ReadPattern, readPattern, splitLookahead } from './import-pattern.ts';

interface PatternOf {
  readonly language: PatternLanguage;
  /** Where the other tool anchors what it is given. */
  anchored?(pattern: string): string;
}

/**
 * Asks a column to match a regular expression; one that first looks ahead for what must not be there becomes the two
 * rules that it is.
 *
 * @returns why it is not, or not wholly, taken over
 */
export function takePattern(
  draft: ContractDraft,
  name: string,
  written: string,
  source: Source,
  { language, anchored = (pattern) => pattern }: PatternOf,
): string | undefined {
  // a share of values may break the whole of it, not each half
  const parts = (source.failing ?? 0) === 0 ? splitLookahead(written) : undefined;
  if (parts !== undefined) {
    const [wanted, refused] = [readPattern(parts.pattern, language), readPattern(parts.refused, language)];
    if (wanted.pattern !== undefined && refused.pattern !== undefined) {
      if (!ruled(draft, name, 'not-pattern', refused.pattern, source)) return undefined;
      return ruled(draft, name, 'pattern', anchored(wanted.pattern), source) ? differs(wanted, refused) : undefined;
    }
  }
  const read = readPattern(written, language);
  if (read.pattern === undefined) return `the pattern ${written} ${read.why}`;
  return ruled(draft, name, 'pattern', anchored(read.pattern), source) ? differs(read) : undefined;
}

/** Asks that no value of a column match any of these. */
export function refusePatterns(
  draft: ContractDraft,
  name: string,
  written: readonly string[],
  source: Source,
  language: PatternLanguage,
): string | undefined {
  const read = written.map((one) => readPattern(one, language));
  for (const [at, one] of read.entries()) if (one.pattern === undefined) return `the pattern ${written[at]} ${one.why}`;
  const patterns = read.flatMap(({ pattern }) => (pattern === undefined ? [] : [pattern]));
  const [only = '', ...more] = patterns;
  const pattern = more.length === 0 ? only : patterns.map((one) => `(?:${one})`).join('|');
  return ruled(draft, name, 'not-pattern', pattern, source) ? differs(...read) : undefined;
}

function ruled(
  draft: ContractDraft,
  name: string,
  key: 'pattern' | 'not-pattern',
  pattern: string,
  source: Source,
): boolean {
  const before = draft.left.length;
  draft.rule(name, key, pattern, source);
  return draft.left.length === before;
}

function differs(...read: readonly ReadPattern[]): string | undefined {
  const words = read.flatMap((one) => (one.pattern !== undefined && one.differs !== undefined ? [one.differs] : []));
  return words[0] === undefined ? undefined : `taken over, but ${words[0]}`;
}
