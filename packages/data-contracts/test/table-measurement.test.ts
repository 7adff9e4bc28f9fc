import { expect, test } from 'vitest';
import { measuredOf } from './measured-of.ts';
import { opened } from './opened.ts';

const engine = await opened();

test('try', async () => {
  engine.write('t.csv', 'id,code,x,d\n1,007,1.50,2026-01-01\n2,12,2,2026-02-30\n2,,nan,\n');
  const found = await measuredOf(
    engine,
    't.csv',
    `
rows: { at-least: 3 }
freshness: { column: d, at-most: 1d }
keys: [[id, code]]
columns:
  id: { type: integer, unique: true, range: { min: 2 }, increasing: strictly }
  code: { type: string, pattern: "^[0-9]{3}$", nullable: false, length: { min: 3 } }
  x: { type: double, range: { max: 5 }, in: [1.5, 2] }
  d: { type: date }
checks:
  m: { mean: x, at-most: 3 }
  q: { quantile: { column: id, q: 0.5 }, at-most: 3 }
  e: { expect: "id > 1" }
  bad: { expect: "idd > 1" }
  s: { sql: "select * from this where id = 2" }
`,
  );
  expect(found).toEqual({});
});
