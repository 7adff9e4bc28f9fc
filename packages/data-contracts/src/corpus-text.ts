import { type CorpusContract, hoursOf } from '@modelgate/core';
import type { Source } from '@modelgate/tables';
import { refused, textSql } from './corpus-column.ts';
import { encodingDamages } from './corpus-encoding.ts';
import { ruleOf } from './corpus-query.ts';
import type { NamedRowRule, RowRule } from './corpus-rows.ts';
import { corpusSql, wordCount } from './corpus-sql.ts';
import type { Dialect } from './dialect.ts';
import { columnIn, named } from './source-column.ts';

/** A table whose rows have texts: the documents themselves, or their chunks. */
export interface TextTable {
  readonly of: 'documents' | 'chunks';
  readonly text: string | undefined;
}

/** The rules of a corpus that look at each document or chunk by itself. */
export function textRules(
  corpus: CorpusContract,
  table: TextTable,
  dialect: Dialect,
  now: Date,
): readonly NamedRowRule[] {
  const rules = [damaged(corpus, table, dialect), empty(corpus, table, dialect), tokens(corpus, table, dialect)];
  if (table.of === 'documents') rules.push(fresh(corpus, dialect, now));
  return rules.filter((rule) => rule !== undefined);
}

const unitOf = { documents: 'document', chunks: 'chunk' } as const;

/** `corpus.encoding` is of documents, `corpus.encoding.chunks` of chunks. */
const suffixOf = { documents: '', chunks: '.chunks' } as const;

function damaged(corpus: CorpusContract, table: TextTable, dialect: Dialect): NamedRowRule | undefined {
  const { text, of } = table;
  if (corpus.encoding === undefined || text === undefined) return undefined;
  const allowed = corpus.encoding['at-most'];
  return {
    rule: ruleOf(`corpus.encoding${suffixOf[of]}`, 'encoding', corpus.encoding, text),
    of(source) {
      const sql = textSql(source, text, dialect);
      const ways = encodingDamages.map(({ words, pattern }) => ({ words, sql: dialect.matches(sql, pattern) }));
      return {
        breaks: `${named(text)} is damaged text`,
        looked: `${sql} IS NOT NULL`,
        ways,
        allowed,
        unit: unitOf[of],
      };
    },
  };
}

/** A text that is missing is empty: whoever retrieves it has nothing to read. */
function empty(corpus: CorpusContract, table: TextTable, dialect: Dialect): NamedRowRule | undefined {
  const { text, of } = table;
  if (corpus.empty === undefined || text === undefined) return undefined;
  const allowed = corpus.empty['at-most'];
  return {
    rule: ruleOf(`corpus.empty${suffixOf[of]}`, 'empty', corpus.empty, text),
    of(source) {
      const sql = textSql(source, text, dialect);
      return {
        breaks: `${named(text)} holds no letter or digit`,
        looked: 'TRUE',
        ways: [{ words: 'missing', sql: `${sql} IS NULL` }, { sql: `NOT ${dialect.matches(sql, '[\\p{L}\\p{N}]')}` }],
        allowed,
        unit: unitOf[of],
      };
    },
  };
}

function tokens(corpus: CorpusContract, table: TextTable, dialect: Dialect): NamedRowRule | undefined {
  const { tokens: rule } = corpus;
  const column = rule?.column ?? table.text;
  if (rule === undefined || rule.of !== table.of || column === undefined) return undefined;
  const { min, max } = rule;
  const what = rule.column === undefined ? rule['counted-as'].replace('-', ' ') : 'tokens';
  const ends = [
    ...(min === undefined ? [] : [{ words: `with fewer than ${min}`, sign: `< ${min}` }]),
    ...(max === undefined ? [] : [{ words: `with more than ${max}`, sign: `> ${max}` }]),
  ];
  return {
    rule: ruleOf('corpus.tokens', 'tokens', rule, column),
    of(source): RowRule {
      const size =
        rule.column === undefined
          ? textSize(textSql(source, column, dialect), rule['counted-as'], dialect)
          : countSql(source, rule.column, dialect);
      // A NaN of the tokenizer's column is above every limit in one engine and within all in the other.
      const odd = rule.column === undefined ? [] : [{ sql: dialect.nan(size) }];
      const ways = ends.map(({ words, sign }) => ({ ...(ends.length === 2 ? { words } : {}), sql: `${size} ${sign}` }));
      return {
        breaks: `${named(column)} has ${range(min, max)} ${what}`,
        looked: `${dialect.identifier(column)} IS NOT NULL`,
        ways: [...ways, ...odd],
        allowed: rule['at-most'],
        unit: unitOf[table.of],
      };
    },
  };
}

function range(min: number | undefined, max: number | undefined): string {
  if (max === undefined) return `fewer than ${min}`;
  return min === undefined ? `more than ${max}` : `fewer than ${min} or more than ${max}`;
}

/** Words are what white space parts. */
function textSize(sql: string, how: NonNullable<CorpusContract['tokens']>['counted-as'], dialect: Dialect): string {
  const characters = dialect.length(sql);
  if (how === 'characters') return characters;
  const words = wordCount(sql, dialect);
  return how === 'words' ? words : `greatest(ceil(${words} * 4e0 / 3e0), ceil(${characters} / 4e0))`;
}

function countSql(source: Source, name: string, dialect: Dialect): string {
  const column = columnIn(source, name);
  if (!['integer', 'number', 'empty'].includes(column.type))
    throw refused(source, column, 'a count of tokens', 'a number');
  return `CAST(${dialect.identifier(name)} AS DOUBLE)`;
}

function fresh(corpus: CorpusContract, dialect: Dialect, now: Date): NamedRowRule | undefined {
  const { freshness } = corpus;
  if (freshness === undefined) return undefined;
  const { column: name, 'at-most': age, stale } = freshness;
  return {
    rule: ruleOf('corpus.freshness', 'freshness', freshness, name),
    of(source) {
      const column = columnIn(source, name);
      const held = dialect.identifier(name);
      const isText = ['text', 'empty'].includes(column.type);
      if (!isText && (column.type !== 'time' || /^TIME(?!STAMP)/i.test(column.storedAs)))
        throw refused(source, column, 'the time at which a source was read', 'a date or a timestamp');
      const instant = isText ? corpusSql(dialect).readInstant(held) : held;
      const oldest = now.getTime() / 1000 - hoursOf(age) * 3600;
      return {
        breaks: `${named(name)} is more than ${age} ago`,
        looked: `${held} IS NOT NULL`,
        ways: [
          { words: 'that are no date or time', sql: `${instant} IS NULL` },
          { sql: `${dialect.seconds(instant)} < ${oldest}` },
        ],
        allowed: stale,
        unit: 'document',
      };
    },
  };
}
