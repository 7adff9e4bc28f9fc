import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { duckdb, trino } from '../../../packages/data-contracts/src/parts.ts';
import type { BothEngines } from './both-engines.ts';
import { statement } from './raw-statement.ts';

/** Regular expressions match the same texts in both engines. */
export function patternTests(engines: () => BothEngines): void {
  describe('regular expressions', () => {
    const texts = [
      '',
      'a',
      'A',
      'ab',
      'abc',
      'a\n',
      'a\nb',
      '\na',
      'a\r\n',
      'b\ra',
      'ä',
      'Ä',
      'é',
      'e\u0301',
      '٣',
      '5',
      '_',
      '-',
      ' ',
      '\t',
      '\v',
      '\f',
      '\u00a0',
      '\u2028',
      'K',
      '\u212a',
      'ſ',
      's',
      'S',
      '😀',
      'a😀',
      '[',
      ']',
      '&',
      'a&b',
      '\\',
      '$',
      'a$',
      '^',
      'a^b',
      'a.b',
      '(',
      ' a ',
      'aä',
      'äa',
      'a-b',
      'ǅ',
      'İ',
      'i',
      'ı',
      'N123',
      '0',
      '\u0085',
      '\u200b',
      '{',
      'a{2}',
      'aa',
      'aaa',
      'a b',
    ];
    const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

    /** For each pattern the texts that it matches. */
    async function matched(patterns: readonly string[]): Promise<{ duckdb: unknown; trino: unknown }> {
      const ask = async (dialect: typeof duckdb) =>
        `SELECT ${patterns
          .map(
            (pattern, index) =>
              `concat(${texts.map((text) => `CASE WHEN ${dialect.matches(literal(text), pattern)} THEN '1' ELSE '0' END`).join(', ')}) AS p${index}`,
          )
          .join(', ')}`;
      const [found] = await engines().duckdb.ask({ sql: await ask(duckdb), tables: {} });
      const { rows } = await statement(engines().server.url, await ask(trino));
      return { duckdb: Object.values(found ?? {}), trino: rows[0] };
    }

    test('of one kind each', async () => {
      const patterns = [
        '^a$',
        'a$',
        '$',
        '^$',
        '.',
        '^.$',
        'a.b',
        'a.$',
        '\\s',
        '\\S',
        '\\w',
        '\\W',
        '^\\w$',
        '\\d',
        '\\D',
        '\\b',
        'a\\b',
        '\\ba',
        '\\B',
        '\\Ba',
        '(?i:k)',
        '(?i:s)',
        '(?i:ä)',
        '(?i:i)',
        '[^a]',
        '[a[b]',
        '[a&&b]',
        '[&&a]',
        '[\\]a]',
        '[\\w-]',
        '[\\s]',
        '[^\\s]',
        '[^\\w]',
        '\\p{L}',
        '\\P{L}',
        '\\p{Lu}',
        '\\p{N}',
        '^\\p{L}+$',
        '[\\p{L}_]',
        'a{2}',
        '(a|b)+',
        '^(a|b|)$',
        'a*?b',
        '\\$',
        'a\\$',
        '[$]',
        '[$a]$',
        '[\\^a]',
        '\\x41',
        '\\n',
        '\\v',
        'a|b$|c$',
        '(a$|b)',
        '^a$b',
        '😀',
        '^.😀$',
        '[😀]',
        '[^😀]',
        '[ä-ü]',
        '\\.',
        '[\\-a]',
        '(?m:^a$)',
        '(?s:a.b)',
        '(?:^|b)a',
        'a$$',
        'x*',
        '[a-]',
        '[[:alpha:]]',
        '[[:digit:]_]',
        '^[^[:space:]]+$',
        '[[:punct:]]',
      ];
      const found = await matched(patterns);
      expect(found.trino).toEqual(found.duckdb);
    });

    test('and mixed at random', async () => {
      const atom = fc.constantFrom(
        'a',
        'b',
        'ä',
        '.',
        '\\s',
        '\\S',
        '\\w',
        '\\d',
        '[ab]',
        '[^a]',
        '[a-z&]',
        '[\\s[]',
        '\\$',
        '$',
        '^',
        '\\b',
        '\\B',
        '\\p{L}',
        '😀',
        '(a|b)',
        '(?:b|$)',
        '(?i:A)',
      );
      const piece = fc
        .tuple(atom, fc.constantFrom('', '', '', '*', '+', '?', '{1,2}'))
        .map(([one, times]) => (/^(\$|\^|\\b|\\B)$/.test(one) ? one : one + times));
      const pattern = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(''));
      const patterns = fc.sample(pattern, { numRuns: 150, seed: 7 });
      for (let at = 0; at < patterns.length; at += 30) {
        const found = await matched(patterns.slice(at, at + 30));
        expect(found.trino).toEqual(found.duckdb);
      }
    });
  });
}
