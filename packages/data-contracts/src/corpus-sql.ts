import type { Dialect } from './dialect.ts';
import * as dialects from './dialect.ts';
import { readText } from './text-reading.ts';

/** What rules about texts, vectors and lists ask of an engine beyond `Dialect`. All take and give SQL. */
export interface CorpusSql {
  /** What white space parts, as a list. */
  words(sql: string): string;
  /** The texts of a list with one blank between them. */
  joined(list: string): string;
  /** Accents composed (NFC). */
  composed(sql: string): string;
  /** The same for equal texts only. */
  digest(sql: string): string;
  /** Distinct words that two texts, split at single spaces, have in common; and all of both. */
  commonWords(one: string, other: string): string;
  allWords(one: string, other: string): string;
  /** A list column as DOUBLEs. */
  vector(sql: string): string;
  /** A text such as `[0.5, 1]` as DOUBLEs; NULL when it is none. */
  readVector(sql: string): string;
  /** A text such as `["a", "b"]` as texts; NULL when it is none. */
  readTexts(sql: string): string;
  /** A list column as texts. */
  texts(sql: string): string;
  /** A list of one text. */
  oneText(sql: string): string;
  readonly noTexts: string;
  size(list: string): string;
  /** Whether an element of a vector is missing, NaN or infinite. */
  hasNoNumber(vector: string): string;
  /** Euclidean length of a vector without missing elements. */
  norm(vector: string): string;
  /** A date or timestamp, in UTC where it says no zone; NULL when the text is none. */
  readInstant(sql: string): string;
}

/**
 * White space of Unicode but for the blank itself: what is rare is made a blank, then texts are split at blanks. Runs of
 * white space as one expression cost four times as much, for the engine stops at each.
 */
const rareSpace = '[\\t\\n\\x0b\\f\\r\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]';

const duckdb: CorpusSql = {
  words: (sql) => `list_filter(string_split(regexp_replace(${sql}, '${rareSpace}', ' ', 'g'), ' '), lambda x: x <> '')`,
  joined: (list) => `array_to_string(${list}, ' ')`,
  composed: (sql) => `nfc_normalize(${sql})`,
  digest: (sql) => `sha256(${sql})`,
  commonWords: (one, other) => `len(list_intersect(${distinct(one)}, ${distinct(other)}))`,
  allWords: (one, other) => `len(list_distinct(list_concat(${distinct(one)}, ${distinct(other)})))`,
  vector: (sql) => `CAST(${sql} AS DOUBLE[])`,
  readVector: (sql) => `TRY_CAST(${sql} AS DOUBLE[])`,
  readTexts: (sql) =>
    `CASE WHEN json_valid(${sql}) AND json_type(${sql}) = 'ARRAY' THEN json_extract_string(${sql}, '$[*]') END`,
  texts: (sql) => `CAST(${sql} AS VARCHAR[])`,
  oneText: (sql) => `[${sql}]`,
  noTexts: 'CAST([] AS VARCHAR[])',
  size: (list) => `len(${list})`,
  hasNoNumber: (vector) => `len(list_filter(${vector}, lambda x: x IS NULL OR NOT isfinite(x))) > 0`,
  norm: (vector) => `sqrt(list_sum(list_transform(${vector}, lambda x: x * x)))`,
  readInstant: (sql) => readText(sql, 'timestamp', dialects.duckdb),
};

function distinct(sql: string): string {
  return `list_distinct(string_split(${sql}, ' '))`;
}

/** Source: Trino's documentation, "Array functions and operators", "JSON functions", "Date and time functions". */
const trino: CorpusSql = {
  words: (sql) => `filter(split(regexp_replace(${sql}, '${rareSpace}', ' '), ' '), x -> x <> '')`,
  joined: (list) => `array_join(${list}, ' ')`,
  composed: (sql) => `normalize(${sql}, NFC)`,
  digest: (sql) => `sha256(to_utf8(${sql}))`,
  commonWords: (one, other) => `cardinality(array_intersect(split(${one}, ' '), split(${other}, ' ')))`,
  allWords: (one, other) => `cardinality(array_union(split(${one}, ' '), split(${other}, ' ')))`,
  vector: (sql) => `CAST(${sql} AS array(double))`,
  readVector: (sql) => `try(CAST(json_parse(${sql}) AS array(double)))`,
  readTexts: (sql) => `try(CAST(json_parse(${sql}) AS array(varchar)))`,
  texts: (sql) => `CAST(${sql} AS array(varchar))`,
  oneText: (sql) => `ARRAY[${sql}]`,
  noTexts: 'CAST(ARRAY[] AS array(varchar))',
  size: (list) => `cardinality(${list})`,
  hasNoNumber: (vector) => `any_match(${vector}, x -> x IS NULL OR NOT is_finite(x))`,
  norm: (vector) => `sqrt(reduce(${vector}, 0e0, (s, x) -> s + x * x, s -> s))`,
  readInstant: (sql) => `try(from_iso8601_timestamp(replace(${sql}, ' ', 'T')))`,
};

export function corpusSql({ name }: Dialect): CorpusSql {
  return { duckdb, trino }[name];
}

/** A text without case, with accents composed and every run of white space as one blank. */
export function foldedText(sql: string, dialect: Dialect): string {
  const of = corpusSql(dialect);
  return of.joined(of.words(`lower(${of.composed(sql)})`));
}

/** How many runs of anything but white space a text has. */
export function wordCount(sql: string, dialect: Dialect): string {
  const of = corpusSql(dialect);
  return of.size(of.words(sql));
}
