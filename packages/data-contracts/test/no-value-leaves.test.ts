import { beforeAll, expect, test } from 'vitest';
import { measureLabels } from '../src/label-measurement.ts';
import { measureParity } from '../src/parity-measurement.ts';
import { measurePrivacy } from '../src/privacy-measurement.ts';
import { measureSplits } from '../src/split-measurement.ts';
import { tableOf, worldOf } from './contract-world.ts';
import { type Opened, opened } from './opened.ts';

let session: Opened;
beforeAll(async () => {
  session = await opened();
});

/** In every cell of text, with what breaks out of Markdown, HTML, CSV, SQL and logs, and a text longer than a report. */
const secret = `s3cr3t@example.com |<b>\`'";--\n::error::\r\n\u2028 ${'x'.repeat(2000)}`;

test('however a rule breaks, or cannot be measured, no value of a cell is in what is said of it', async () => {
  const rows = Array.from({ length: 60 }, (_, row) => ({
    id: `${secret}${row % 50}`,
    text: `${secret} one two three four ${row % 3}`,
    label: `${secret}${row % 2}`,
    other: row % 4 === 0 ? null : `${secret}${row % 2}`,
    split: `${secret}${row % 2}`,
    at: `${secret}`,
  }));
  const source = await tableOf(session, rows);
  const served = await tableOf(session, rows.map((row) => ({ ...row, text: `${row.text}!` })).slice(0, 50));
  session.write('a.log', rows.map(({ text }) => text).join('\n'));
  const files = { 'dp.json': `{"epsilon": ${JSON.stringify(secret)}}` };
  const worlds = [
    `labels:
  classes: { column: label, allowed: [a, b], each-at-least: 50, imbalance-at-most: 1 }
  conflicting: { column: label, inputs: [split] }
  agreement: { annotators: [label, other], at-least: 1 }
  joinable: { to: served, key: id, both-ways: true }`,
    `labels: { classes: { column: label, each-at-least: 50, imbalance-at-most: 1 } }`,
    `splits:
  column: split
  ids: { columns: id }
  rows: { columns: [at] }
  near-duplicates: { text: text }
  target-leaks: { label: label }`,
    `splits:
  tables: { one: this, two: served }
  time: { column: at }
  ids: { columns: id }`,
    'splits: { column: split, order: [one, two], time: { column: at } }',
    'parity: { with: served, key: text }',
    'parity: { with: served, key: id }',
    `privacy:
  forbid: [email, phone, payment-card, iban, national-id, ip, mac, name, birth-date, address]
  logs: a.log
  suppress-below: 1
  k-anonymity: { columns: [id, other], k: 5 }
  differential-privacy: { declared: dp.json, epsilon-at-most: 1 }`,
  ].map((rules) => worldOf(session, rules, { source, others: { served }, files }));
  let broken = 0;
  for (const world of worlds)
    for (const measure of [measureLabels, measureSplits, measureParity, measurePrivacy]) {
      const all = await measure(world);
      expect(JSON.stringify(all)).not.toMatch(/s3cr3t|xxx|::error::|<b>/);
      broken += all.filter(({ found }) => found.kind !== 'counted' || found.failing > 0).length;
    }
  expect(broken).toBe(26);
});
