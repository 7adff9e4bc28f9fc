/** What bytes 80 to BF, of which the rest of a UTF-8 sequence is made, read as in windows-1252. */
const rest =
  '\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178\u00a0-\u00bf';

/** Of these, what writing has no use for between a capital and a small letter: no quote, dash, dots, space or letter. */
const strayRest =
  '\u20ac\u0192\u201a\u201e\u2020\u2021\u02c6\u2030\u2022\u02dc\u00a1-\u00aa\u00ac\u00ae-\u00b3\u00b6\u00b8-\u00ba\u00bc-\u00bf';

/** What the first byte of two, C2 to DF, reads as; without the sign × and without ß, which ends words. */
const capital = '\u00c2-\u00d6\u00d8-\u00de';

const replacement = '\ufffd';

/** Every control character but tab, line feed and carriage return; of Unicode's second block of them, too. */
const control = '[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\u0080-\u009f]';

/**
 * Sequences that come from bytes of UTF-8 read as windows-1252 or ISO 8859-1 and that no language writes.
 *
 * A word may well end in an accented letter before a quote, dash, ellipsis or narrow space: "Spa\u00df\u201c", "CAF\u00c9 \u00bb",
 * "MANH\u00c3\u201d", "\u00daža\u2026" would all be valid UTF-8 as bytes. So a pair counts only where its second character makes no sense
 * behind that letter, or where its neighbours show that a capital letter stands inside a word.
 */
const misread = [
  // U+2000 to U+203F (quotes, dashes, dots) and the euro's neighbours: "itâ€™s"
  '\u00e2\u20ac',
  // arrows, signs, currency, ticks: "â„¢", "â†’", "âœ“", "â‚¬"
  `\u00e2[\u201a\u201e\u2020\u2021\u02c6\u2030\u0160\u0153][${rest}]`,
  // byte order mark, and a replacement character that was misread itself
  '\u00ef\u00bb\u00bf',
  '\u00ef\u00bf\u00bd',
  // emoji
  '\u00f0\u0178',
  // Vietnamese: U+1E80 to U+1EBF
  `\u00e1\u00ba[${rest}]`,
  // Ã before what cannot follow a capital Ã: "Ã¤", "ÃŸ", "Ãœ"
  '\u00c3[\u20ac\u201a\u0192\u201e\u2020\u2021\u02c6\u2030\u0160\u0152\u017d\u02dc\u0161\u0153\u017e\u0178\u00a1-\u00a8\u00aa\u00ac\u00af-\u00b1\u00b4-\u00b8\u00ba\u00bc-\u00bf]',
  // Â before signs: "Â°", "Â£", "Â©"
  '\u00c2[\u00a1-\u00aa\u00ac\u00ae-\u00b1\u00b4-\u00b6\u00b8\u00ba\u00bc-\u00bf]',
  '[a-z0-9]\u00c2[\u00b2\u00b3\u00b7\u00b9]',
  '[a-z0-9.,;:!?)]\u00c2\u00a0',
  // a capital inside a word: "dÃ©jÃ ", "byÅ‚o", "kÃ¶nnen"
  `[a-z][${capital}][${rest}]`,
  `[${capital}][${strayRest}][a-z]`,
  // letters of other scripts, one pair each: Greek, Cyrillic, Hebrew, Arabic
  `([\u00c2-\u00df][${rest}]){4}`,
  // and one triple each: Chinese, Japanese, Korean, Thai, Devanagari
  `([\u00e0-\u00ef][${rest}]{2}){2}`,
].join('|');

/** One way in which a text is damaged, with the regular expression (RE2 and others) that finds it anywhere. */
export interface EncodingDamage {
  /** Reads on from a number: "3 with …". */
  readonly words: string;
  readonly pattern: string;
}

export const encodingDamages: readonly EncodingDamage[] = [
  { words: 'with replacement characters', pattern: replacement },
  { words: 'with control characters', pattern: control },
  { words: 'with UTF-8 that was read as windows-1252', pattern: misread },
];
