import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { measurePrivacy } from '../src/privacy-measurement.ts';
import { foundById, type TableRow, tableOf, worldOf } from './contract-world.ts';
import { type Opened, opened } from './opened.ts';

let session: Opened;
beforeAll(async () => {
  session = await opened();
});

async function found(rules: string, rows: readonly TableRow[], files: Readonly<Record<string, string>> = {}) {
  return foundById(await measurePrivacy(worldOf(session, rules, { source: await tableOf(session, rows), files })));
}

const none = { atMost: { value: 0, unit: 'rows' } };
const counted = { kind: 'counted', unit: 'row', allowed: none, sampleShows: 'share', suppressBelow: 5 };

/** Luhn's check digit, so that the number is one that a card could have. */
function card(row: number): string {
  const start = `4${String(100_000_000_000_000 + row * 7919).slice(1)}`;
  const sum = [...start].reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return `${start}${(10 - (sum % 10)) % 10}`;
}

describe('personal data in columns', () => {
  test('is counted by column and kind, without a value; what is clean is said once', async () => {
    const rows = [
      {
        id: 1,
        note: 'write to user@example.com | <b>',
        contact: 'user@example.com',
        airline: 'United',
        ok: 'x@y.example',
      },
      { id: 2, note: 'image@2x.png', contact: null, airline: 'Delta', ok: null },
      { id: 3, note: 'line\nother@example.org', contact: 'a@example.net', airline: 'Delta', ok: null },
    ];
    const rules =
      'privacy: { forbid: [email, iban, name], except: [ok], at-most: 20%, why: not asked for, level: warn }';
    const allowed = { atMost: { value: 0.2, unit: 'share' } };
    expect(await found(rules, rows)).toEqual({
      'privacy.email.note': { ...counted, allowed, breaks: '`note` holds an e-mail address', failing: 2, of: 3 },
      'privacy.email.contact': { ...counted, allowed, breaks: '`contact` holds an e-mail address', failing: 2, of: 2 },
      'privacy.iban': { ...counted, allowed, breaks: 'a column holds an IBAN', failing: 0, of: 3 },
      'privacy.name': { ...counted, allowed, breaks: 'a column holds a person’s name', failing: 0, of: 3 },
    });
  });

  test('order numbers are no payment cards, though one in ten passes for one; cards are', async () => {
    const rows = Array.from({ length: 400 }, (_, row) => ({
      order_number: 4_000_000_000_000_000 + row * 7_919_113,
      paid_with: card(row),
      card_of_integers: Number(card(row)),
    }));
    const all = await found('privacy: { forbid: [payment-card], suppress-below: 1 }', rows);
    expect(Object.keys(all)).toEqual(['privacy.payment-card.paid_with', 'privacy.payment-card.card_of_integers']);
    expect(all['privacy.payment-card.card_of_integers']).toMatchObject({ failing: 400, of: 400, suppressBelow: 1 });
  });

  test('a single card in free text is found', async () => {
    const rows = [{ note: `paid with ${card(3)}, thanks` }, { note: 'nothing' }];
    expect(await found('privacy: { forbid: [payment-card] }', rows)).toEqual({
      'privacy.payment-card.note': { ...counted, breaks: '`note` holds a payment card number', failing: 1, of: 2 },
    });
  });

  test("groups are all their members; a column's name makes bare digits what they are", async () => {
    const rows = [
      { ssn: 219091234, phone: '0301234567', client: '192.0.2.7', remote: '2001:db8::7' },
      { ssn: 536221111, phone: '0301234568', client: '1.2.3.4', remote: null },
    ];
    const all = await found('privacy: { forbid: [national-id, us-ssn, ip, phone] }', rows);
    expect(
      Object.fromEntries(Object.entries(all).filter(([, one]) => one.kind === 'counted' && one.failing > 0)),
    ).toEqual({
      'privacy.phone.phone': { ...counted, breaks: '`phone` holds a phone number', failing: 2, of: 2 },
      'privacy.us-ssn.ssn': { ...counted, breaks: '`ssn` holds a US social security number', failing: 2, of: 2 },
      'privacy.ipv4.client': { ...counted, breaks: '`client` holds an IPv4 address', failing: 1, of: 2 },
      'privacy.ipv6.remote': { ...counted, breaks: '`remote` holds an IPv6 address', failing: 1, of: 1 },
    });
    expect(Object.keys(all)).toHaveLength(12);
  });

  test('the name of one national id makes it no other, though one in eleven passes for one', async () => {
    const rows = Array.from({ length: 100 }, (_, row) => ({ ssn: 536_220_000 + row * 7 }));
    const all = await found('privacy: { forbid: [national-id] }', rows);
    const held = Object.entries(all).filter(([, one]) => one.kind === 'counted' && one.failing > 0);
    expect(held.map(([id]) => id)).toEqual(['privacy.us-ssn.ssn']);
  });

  test('names, birth dates and addresses are told by the name of the column', async () => {
    const rows = [
      { first: 'A', last: 'B', dob: '1980-01-31', street: null, name: 'C', airline_name: 'D' },
      { first: 'A', last: null, dob: null, street: 'E 1', name: 'C', airline_name: 'D' },
    ];
    expect(await found('privacy: { forbid: [name, birth-date, address] }', rows)).toMatchObject({
      'privacy.name.first': { failing: 2, of: 2, breaks: '`first` holds a person’s name' },
      'privacy.name.last': { failing: 1, of: 2 },
      'privacy.name.name': { failing: 2, of: 2 },
      'privacy.birth-date.dob': { failing: 1, of: 2, breaks: '`dob` holds a date of birth' },
      'privacy.address.street': { failing: 1, of: 2, breaks: '`street` holds a postal address' },
    });
  });

  test('lists and structures are searched as they are written', async () => {
    session.write(
      'nested.jsonl',
      '{"id":1,"tags":["a","user@example.com"],"who":{"mail":"b@example.org"}}\n{"id":2,"tags":[],"who":null}\n',
    );
    const source = await session.tables.describe('nested.jsonl');
    const all = foundById(await measurePrivacy(worldOf(session, 'privacy: { forbid: [email] }', { source })));
    expect(Object.keys(all)).toEqual(['privacy.email.tags', 'privacy.email.who']);
    expect(all['privacy.email.tags']).toMatchObject({ failing: 1, of: 2 });
  });

  test('of more values than are read a reproducible part is, and that is said', async () => {
    const rows = Array.from({ length: 12_000 }, (_, row) => ({
      mail: row % 4 === 0 ? `a${row}@file.png` : `a${row}@example.com`,
    }));
    const all = await found('privacy: { forbid: [email] }', rows);
    const one = all['privacy.email.mail'];
    expect(one).toMatchObject({ of: 12_000, extra: 'estimated from 10,000 of the 12,000 rows that have its shape' });
    if (one?.kind !== 'counted') throw new Error('not counted');
    expect(Math.abs(one.failing - 9000)).toBeLessThan(60);
    expect(await found('privacy: { forbid: [email] }', rows)).toEqual(all);
  });
});

describe('personal data in logs', () => {
  test('is counted by line, with the file where most are', async () => {
    session.write(
      'logs/a.log',
      `2026-01-01 12:00:00 user a@example.com from 192.0.2.1\n\u0000\nnothing\r\na@example.com\n`,
    );
    session.write('logs/b.log', new Uint8Array([0xff, 0xfe, 0x0a, ...Buffer.from('b@example.com')]));
    session.write('other.log', 'c@example.com');
    const rules = "privacy: { forbid: [email, ip, name], logs: ['logs/*.log', logs/a.log], suppress-below: 1 }";
    expect(await found(rules, [{ id: 1 }])).toMatchObject({
      'privacy.logs.email': {
        kind: 'counted',
        breaks: 'a log holds an e-mail address',
        failing: 3,
        of: 6,
        unit: 'line',
        allowed: none,
        extra: 'in 2 files, most of them in `logs/a.log`',
        suppressBelow: 1,
      },
      'privacy.logs.ipv4': { failing: 1, of: 6, extra: 'in `logs/a.log`' },
      'privacy.logs.ipv6': { failing: 0, of: 6 },
    });
  });

  test('that are not there are an error of each kind, and kinds without a shape are said', async () => {
    expect(await found("privacy: { forbid: [email], logs: ['none/*.log'] }", [{ id: 1 }])).toMatchObject({
      'privacy.email': { failing: 0 },
      'privacy.logs.email': { kind: 'unmeasured', reason: 'file-missing' },
    });
    expect(await found("privacy: { forbid: [name], logs: ['logs/*.log'] }", [{ id: 1 }])).toMatchObject({
      'privacy.logs': { reason: 'contract-invalid' },
    });
  });
});

describe('k-anonymity', () => {
  const rules = (k: number) =>
    `privacy: { k-anonymity: { columns: [zip, sex], k: ${k}, at-most: 1% }, suppress-below: 1 }`;

  test('counts rows in small groups; NULL is a value', async () => {
    const rows = [
      ...Array.from({ length: 3 }, () => ({ zip: '1', sex: 'f' })),
      { zip: '1', sex: 'm' },
      ...Array.from({ length: 2 }, () => ({ zip: null, sex: 'm' })),
    ];
    expect(await found(rules(3), rows)).toEqual({
      'privacy.k-anonymity': {
        kind: 'counted',
        breaks: '`zip`, `sex` are shared by fewer than 3 rows',
        failing: 3,
        of: 6,
        unit: 'row',
        allowed: { atMost: { value: 0.01, unit: 'share' } },
        extra: '2 of 3 groups are smaller',
        sampleShows: 'presence',
        suppressBelow: 1,
      },
    });
  });

  test('agrees with each row compared with all', async () => {
    const row = fc.record({ zip: fc.constantFrom(null, '1', '2', '|<b>`\n'), sex: fc.constantFrom(null, 'f', 'm') });
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 2, max: 6 }),
        async (rows, k) => {
          const alike = (one: (typeof rows)[number]) =>
            rows.filter(({ zip, sex }) => zip === one.zip && sex === one.sex).length;
          expect((await found(rules(k), rows))['privacy.k-anonymity']).toMatchObject({
            failing: rows.filter((one) => alike(one) < k).length,
            of: rows.length,
          });
        },
      ),
      { numRuns: 15, seed: 2 },
    );
  });

  test('is not seen in a sample', async () => {
    const source = await tableOf(
      session,
      Array.from({ length: 50 }, (_, id) => ({ id, zip: '1', sex: 'f' })),
    );
    const part = await session.tables.sample(source, { share: 0.5, seed: 's' });
    const all = foundById(await measurePrivacy(worldOf(session, rules(3), { source: part })));
    expect(all['privacy.k-anonymity']).toMatchObject({
      reason: 'sample-cannot-tell',
      words: 'How many rows share `zip`, `sex`, a sample of them cannot tell.',
    });
  });
});

describe('declared differential privacy', () => {
  const rules = 'privacy: { differential-privacy: { declared: dp.json, epsilon-at-most: 3, delta-at-most: 1.0e-5 } }';
  const declared = (text: string) => found(rules, [{ id: 1 }], { 'dp.json': text });

  test('is held against its limits', async () => {
    expect(await declared('{\n\t"epsilon": 3.5, "delta": 1e-6, "mechanism": "gaussian"}')).toEqual({
      'privacy.differential-privacy.epsilon': {
        kind: 'number',
        what: 'declared ε of differential privacy',
        value: 3.5,
        limits: { atMost: 3 },
        standardError: 0,
      },
      'privacy.differential-privacy.delta': {
        kind: 'number',
        what: 'declared δ of differential privacy',
        value: 1e-6,
        limits: { atMost: 1e-5 },
        standardError: 0,
      },
    });
    expect(await declared('epsilon: 1\ndelta: 1e-7\n')).toMatchObject({
      'privacy.differential-privacy.delta': { value: 1e-7 },
    });
  });

  test('that is none is an error of both', async () => {
    const words = async (text: string) =>
      Object.values(await declared(text)).map((one) => (one.kind === 'unmeasured' ? one.words : one.kind));
    expect(await words('epsilon: secret')).toEqual(Array(2).fill('epsilon in dp.json is no number.'));
    expect(await words('{"epsilon": -1}')).toEqual(Array(2).fill('epsilon in dp.json is negative.'));
    expect(await words('{"epsilon": 1, "delta": 1}')).toEqual(Array(2).fill('delta in dp.json is not in [0, 1).'));
    expect(await words('- 1')).toEqual(Array(2).fill('dp.json holds no parameters.'));
    expect(await words('{"epsilon": 1}')).toEqual(['number', 'dp.json declares no delta.']);
  });
});
