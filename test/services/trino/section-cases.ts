import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { measureContract } from '../../../packages/data-contracts/src/measure-contract.ts';
import { type Found, profileTable } from '../../../packages/data-contracts/src/parts.ts';
import type { BothEngines, TwoSources } from './both-engines.ts';

const people = {
  id: 'bigint',
  person: 'varchar',
  split: 'varchar',
  label: 'varchar',
  first: 'varchar',
  second: 'varchar',
  age: 'bigint',
  income: 'double',
  city: 'varchar',
  note: 'varchar',
  leak: 'double',
  seen: 'date',
};

/** Rows with every defect that the sections below look for, numbered from `from`. */
function peopleFrom(from: number, rows: number): string {
  return `SELECT i AS id, 'p' || CAST(i % 150 AS VARCHAR) AS person,
      CASE WHEN i % 5 < 3 THEN 'train' WHEN i % 5 = 3 THEN 'valid' ELSE 'test' END AS split,
      CASE WHEN i % 11 = 0 THEN NULL WHEN i % 4 = 0 THEN 'yes' ELSE 'no' END AS label,
      CASE WHEN i % 3 = 0 THEN 'yes' WHEN i % 7 = 0 THEN NULL ELSE 'no' END AS first,
      CASE WHEN i % 3 = 0 OR i % 10 = 1 THEN 'yes' WHEN i % 13 = 0 THEN NULL ELSE 'no' END AS second,
      20 + i % 40 AS age, CASE WHEN i % 17 = 0 THEN NULL WHEN i % 19 = 0 THEN 'nan'::DOUBLE ELSE 1000 + (i * 37 % 500) / 4 END AS income,
      CASE i % 6 WHEN 0 THEN 'Köln' WHEN 1 THEN 'Paris' WHEN 2 THEN 'Rome' WHEN 3 THEN NULL ELSE 'Ulm' END AS city,
      CASE WHEN i % 29 = 0 THEN 'write to user' || CAST(i AS VARCHAR) || '@example.com' WHEN i % 31 = 0 THEN 'pay DE89370400440532013000'
        WHEN i % 23 = 0 THEN 'from 192.0.2.7 and 2001:db8::1' ELSE 'the quick brown fox number ' || CAST(i % 50 AS VARCHAR) || ' jumps over the lazy dog again' END AS note,
      CASE WHEN i % 4 = 0 THEN 1 ELSE 0 END + (i % 3) / 10 AS leak, DATE '2025-12-31' - CAST(i % 400 AS INTEGER) AS seen
    FROM range(${from}, ${from + rows}) r(i)`;
}

const documents = { id: 'varchar', text: 'varchar', source: 'varchar', updated: 'timestamp(6)' };

function documentsOf(offset: number): string {
  return `SELECT CASE WHEN i = 9 THEN NULL WHEN i % 20 = 7 THEN 'd1' ELSE 'd' || CAST(i AS VARCHAR) END AS id,
      CASE WHEN i % 16 = 3 THEN '' WHEN i % 16 = 4 THEN 'caf\u00c3\u00a9 is damaged' WHEN i % 9 = 5 THEN 'the very same text of many words in a row'
        WHEN i % 9 = 6 THEN 'The very same  text of many words in a row!' ELSE 'document ' || CAST(i + ${offset} AS VARCHAR) || ' tells of the ' || repeat('long ', i % 7) || 'way home, ä' END AS text,
      CASE WHEN i % 8 = 0 THEN NULL ELSE 'wiki' END AS source, TIMESTAMP '2025-12-30 12:00:00' - to_days(CAST(i AS INTEGER)) AS updated FROM range(60) r(i)`;
}

const sections: Readonly<Record<string, string>> = {
  labels: `labels:
  classes: { column: label, allowed: [yes, no], each-at-least: 50, imbalance-at-most: 2 }
  conflicting: { column: label, inputs: [age, city] }
  agreement: { annotators: [first, second], at-least: 0.9 }
  joinable: { to: other, key: id, both-ways: true }
`,
  splits: `splits:
  column: split
  order: [train, valid, test]
  ids: { columns: person }
  rows: { columns: [age, city, note] }
  near-duplicates: { text: note }
  time: { column: seen }
  target-leaks: { label: label, except: [first, second] }
`,
  'splits in tables': `splits:
  tables: { train: this, test: other }
  ids: { columns: [id, person] }
  rows: {}
`,
  parity: `parity:
  with: other
  key: id
  columns: { age: {}, income: { tolerance: 1 }, city: {}, leak: { relative-tolerance: 0.1 }, seen: {}, note: {} }
`,
  privacy: `privacy:
  forbid: [email, iban, ip, name, phone, payment-card]
  k-anonymity: { columns: [age, city], k: 5 }
`,
  drift: 'columns: { age: {} }\n',
};

const corpus = `corpus:
  id: id
  text: text
  metadata: [source]
  duplicates: {}
  near-duplicates: { similarity: 0.7 }
  encoding: {}
  empty: {}
  tokens: { of: documents, min: 3, max: 9 }
  stable-ids: { to: other }
  freshness: { column: updated, at-most: 10d }
  chunks: { table: chunks, id: id, document: document, text: text, embedding: vector }
  embeddings: { dimension: 3, norm: [0.5, 2] }
  orphans: {}
  questions: { table: questions, documents: answers }
`;

/** Numbers that are summed in another order end in other last digits. */
function rounded(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null), (_, one: unknown) =>
    typeof one === 'number' && !Number.isInteger(one) ? Number(one.toPrecision(9)) : one,
  );
}

/** The other sections of a contract, each over tables that break its rules. */
export function sectionTests(engines: () => BothEngines): void {
  async function differences(
    rules: string,
    own: TwoSources,
    others: Readonly<Record<string, TwoSources>>,
    profiled: boolean,
  ) {
    const both = engines();
    const found = await both.measured(
      async (world) => {
        // of the other table, by the embedded engine: what is committed is the same, whichever engine reads it
        const reference = profiled
          ? await profileTable(
              {
                ...world,
                source: others['other']?.duckdb ?? world.source,
                engine: both.duckdb,
                dialect: both.dialects.duckdb,
              },
              { commit: 'c'.repeat(40), tool: '0.1.0' },
            )
          : undefined;
        return measureContract(world, { reference, index: undefined });
      },
      rules,
      { this: own, others },
    );
    const ids = Object.keys({ ...found.duckdb, ...found.trino });
    return {
      rules: ids.length,
      broken: Object.values(found.duckdb).filter((one: Found) => one.kind === 'counted' && one.failing > 0).length,
      unmeasured: Object.entries(found.duckdb).filter(([, one]) => one.kind === 'unmeasured'),
      different: ids.flatMap((id) => {
        const [duckdb, trino] = [rounded(found.duckdb[id]), rounded(found.trino[id])];
        return isDeepStrictEqual(duckdb, trino) ? [] : [{ id, duckdb, trino }];
      }),
    };
  }

  describe('sections of a contract', () => {
    test.each(Object.entries(sections))('%s', async (name, rules) => {
      const own = await engines().table(peopleFrom(0, 400), people);
      const other = await engines().table(
        peopleFrom(150, 400).replace('20 + i % 40 AS age', '20 + i % 43 AS age'),
        people,
      );
      const found = await differences(rules, own, { other }, name === 'drift');
      expect(found.different).toEqual([]);
      expect(found.unmeasured).toEqual([]);
      expect(found.rules).toBeGreaterThan(0);
    });

    test('corpus', async () => {
      const both = engines();
      const own = await both.table(documentsOf(0), documents);
      const other = await both.table(documentsOf(3), documents);
      const chunks = await both.table(
        `SELECT i AS id, 'd' || CAST(i % 70 AS VARCHAR) AS document, 'chunk ' || repeat('word ', i % 9) AS text,
           CASE WHEN i % 10 = 0 THEN [1.0, 0]::DOUBLE[] WHEN i % 10 = 1 THEN [0, 0, 0]::DOUBLE[] WHEN i % 10 = 2 THEN ['nan'::DOUBLE, 0, 1] WHEN i % 10 = 3 THEN NULL
             ELSE [0.6, 0.8, i % 3]::DOUBLE[] END AS vector FROM range(150) r(i)`,
        { id: 'bigint', document: 'varchar', text: 'varchar', vector: 'array(double)' },
      );
      const questions = await both.table(
        `SELECT ['d' || CAST(i AS VARCHAR), 'd2'] AS answers FROM range(40, 80) r(i)`,
        { answers: 'array(varchar)' },
      );
      const found = await differences(corpus, own, { other, chunks, questions }, false);
      // the texts of near-duplicates would have to leave the server
      expect(found.different).toMatchObject([
        {
          id: 'corpus.near-duplicates',
          duckdb: { failing: 16 },
          trino: { kind: 'unmeasured', reason: 'not-available' },
        },
      ]);
      expect(found.unmeasured).toEqual([]);
      expect(found.broken).toBeGreaterThan(8);
    });
  });
}
