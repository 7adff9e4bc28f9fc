/**
 * What finds one kind of personal data. The engine preselects rows by `sql`; the values it found, or a sample of them,
 * are confirmed here, because no regular expression can compute a checksum.
 */
export interface PersonalDataDetector {
  /** RE2, searched anywhere in a value. Finds everything that is confirmed, and more. */
  readonly sql: string;
  /**
   * Share of unrelated values of the same shape that are confirmed by luck: 1/10 for a check digit modulo 10. A column
   * of order numbers is told from one of card numbers by it. 0 where no checksum exists and the shape is the evidence.
   */
  readonly chance: number;
  /** Whether the trimmed value as a whole is of this kind. More is let through than in text: a bare number may be one. */
  whole(text: string): boolean;
  /** Candidates in a text; global and unicode. */
  readonly candidates: RegExp;
  /** How many of the candidate's characters, from its first, are of this kind; 0 for none. */
  accepted(candidate: string, surroundings: Surroundings): number;
}

/** The text around a candidate, long enough for a word that says what the number is. */
export interface Surroundings {
  readonly before: string;
  readonly after: string;
}

/** Edges of a number in RE2, which cannot look around and so consumes the neighbour. */
export const sqlStart = '(?:^|[^0-9A-Za-z_.+-])';
export const sqlEnd = '(?:$|[^0-9A-Za-z_])';

/**
 * Edges of a number in text. Not inside a word, a fraction, a signed number, a version or a hyphenated id such as
 * ORD-4111…, a UUID or a DOI; a comma may precede it, as in a line of CSV, but not the one of a decimal 0,….
 */
export const textStart = String.raw`(?<![\p{L}\p{N}_.+-])(?<!\b0,|\d\/)`;
export const textEnd = String.raw`(?![\p{L}\p{N}_])(?![.-][\p{L}\p{N}_])`;

/** Typographic spaces and dashes that people and word processors write; for character classes. */
export const spaces = ' \u00A0\u202F';
export const dashes = '\u2010\u2011\u2013-';

/** The same text, of the same length, with plain spaces and hyphens. */
export function plainSeparators(text: string): string {
  return text.replace(/[\u00A0\u202F]/g, ' ').replace(/[\u2010\u2011\u2013]/g, '-');
}

/** Whether the number is called something else: "order 4111…", "build no. 0170 …", "invoice #…". */
export function namedOtherwise(before: string): boolean {
  return /(?<!\p{L})(?:order|invoice|ticket|build|version|release|ref(?:erence)?|sku|serial|part|batch|lot|tracking|trace|request|job|run|article|item|product|isbn|issn|ean|gtin|doi|bestellung|bestellnummer|rechnung|auftrag|commande|facture|pedido|factura)[\s_]*(?:id|no|nr|num(?:ber|mer)?|n[º°])?[\s:=#"'.]*$/iu.test(
    before,
  );
}
