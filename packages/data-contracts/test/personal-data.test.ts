import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  chanceConfirmed,
  confirmsPersonalData,
  findPersonalData,
  type PersonalDataKind,
  personalDataGroups,
  personalDataKinds,
  personalDataPattern,
} from '../src/parts.ts';

/** Values by themselves, as a column holds them: published examples and counting-up digits. */
const samples: Readonly<Record<PersonalDataKind, readonly string[]>> = {
  // RFC 2606 domains; RFC 6531 and RFC 5322 forms.
  email: [
    'user@example.com',
    'first.last+tag@mail.example.co.uk',
    "o'brien@example.org",
    'jörg.müller@bücher.example',
    'x@xn--bcher-kva.example',
    'USER_1@EXAMPLE.NET',
  ],
  // Most are numbers kept for films: Ofcom (01632 960, 020 7946 0, 07700 900), NANPA (555-01xx), Bundesnetzagentur, ARCEP, ACMA, ComReg.
  phone: [
    '+14155550132',
    '+1 (415) 555-0132',
    '+1-415-555-0132',
    '(415) 555-0132',
    '415-555-0132',
    '415.555.0132',
    '1-415-555-0132',
    '+44 20 7946 0958',
    '+44 (0)20 7946 0958',
    '020 7946 0958',
    '07700 900123',
    '01632 960 001',
    '+49 30 23125 000',
    '0049 30 23125000',
    '030/23125000',
    '0171-3920000',
    '+33 1 99 00 12 34',
    '01 99 00 12 34',
    '+33199001234',
    '(02) 5550 1234',
    '03-1234-5678',
    '+81 3-1234-5678',
    '+353 20 911 1234',
    '+491713920000',
    '+44\u00A020\u00A07946\u00A00958',
  ],
  // The schemes' and processors' published test numbers.
  'payment-card': [
    '4111111111111111',
    '4111 1111 1111 1111',
    '4012-8888-8888-1881',
    '4111141011111111116',
    '5555555555554444',
    '5105 1051 0510 5100',
    '2223003122003222',
    '2720990000000015',
    '378282246310005',
    '3714 496353 98431',
    '30569309025904',
    '36227206271667',
    '6011111111111117',
    '6011000990139424',
    '3530111333300000',
    '3566002020360505',
    '6200000000000005',
    '6205500000000000004',
    '6759649826438453',
  ],
  // Examples of the IBAN Registry.
  iban: [
    'AD1200012030200359100100',
    'AT611904300234573201',
    'BE68539007547034',
    'BR1800360305000010009795493C1',
    'CH9300762011623852957',
    'DE89370400440532013000',
    'DE89 3704 0044 0532 0130 00',
    'ES9121000418450200051332',
    'FR1420041010050500013M02606',
    'FR14 2004 1010 0505 0001 3M02 606',
    'GB29NWBK60161331926819',
    'gb29 nwbk 6016 1331 9268 19',
    'IE29AIBK93115212345678',
    'IT60X0542811101000000123456',
    'MT84MALT011000012345MTLCAST001S',
    'NL91ABNA0417164300',
    'NO9386011117947',
    'PL61109010140000071219812874',
    'SE4550000000058398257466',
    'LC55HEMM000100010012001200023015',
  ],
  'us-ssn': ['536-90-4399', '123-45-6789', '536 90 4399'],
  'de-tax-id': ['86095742719', '36574261809', '86 095 742 719'],
  'es-dni': ['12345678Z', '12345678-z', '54362315K'],
  'es-nie': ['X2482300W', 'x-2482300w', 'Z8078221M'],
  'fr-nir': ['295109912611193', '2 95 10 99 126 111 93', '253072B07300470', '253072A07300443'],
  'uk-nhs': ['9434765919', '943 476 5870', '401-023-2137'],
  'nl-bsn': ['111222333', '1112.22.333', '123456782'],
  'pl-pesel': ['44051401359', '02211307589'],
  'br-cpf': ['39053344705', '390.533.447-05', '111.444.777-35'],
  // RFC 5737 and RFC 3849; RFC 1918.
  ipv4: ['192.0.2.1', '198.51.100.255', '203.0.113.7', '10.1.2.3'],
  ipv6: ['2001:db8::1', '2001:0DB8:0000:0000:0000:ff00:0042:8329', 'fe80::1ff:fe23:4567:890a', 'fd12:3456:789a:1::1'],
  // AC-DE-48 is IEEE's example of an OUI.
  mac: ['00:1b:44:11:3a:b7', 'AC-DE-48-00-11-22', '001b.4411.3ab7'],
};

/** Nothing in these is anybody's. */
const harmless: readonly string[] = [
  // flights
  'N12345 UA1545 EWR-IAH 2013-01-01 05:15:00 2 830 11 227 1400',
  'N3ALAA,N668DN,N14228',
  // numbers, floats, digests, ids
  '1234567890 12345678901 123456789012 1234567890123456 1234567890123456789',
  '123456782 order lines, 9434765919 bytes, 86095742719 rows, 44051401359 events',
  '0.4111111111111111 3.14159265358979 -4111111111111111 4.111111111111111e15 0,4111111111111111',
  '4111111111111112 4222222222222 9999999999999995',
  'order 4111111111111111, Bestellung Nr. 5555555555554444, ORD-4111111111111111',
  'ORDER-0170-1234567 ticket no. 0170 1234567 invoice #415-555-0132 ISBN 978-3-16-148410-0',
  'd41d8cd98f00b204e9800998ecf8427e e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'sha256:4111111111111111aa 550e8400-e29b-41d4-a716-446655440000 123e4567-e89b-12d3-a456-426614174000',
  'commit de89370 DE89 XX8937040044 DE89370400440532013001 GB29 NWBK 6016',
  'EAN 4006381333931, 4006381333931, part 12345678A, 20231115Z 20170204Z',
  // time
  '2024-01-15T08:30:00+0200 20231115123456 1700000000 1700000000000 1700000000000000 1700000000000000000',
  '01/02/2023 01-02-2023 01.02.2023 12:34:56.789 08:00-17:00 0123-01-01 UTC+0200 01-2024-1234',
  '[22/Nov/2026:12:48:58 +0000] elapsed 00:00:01.123456',
  // measurements
  '250-300-4500 rpm 120-150-2000 mm +49301234567 bytes +0.1234567 612 345 678 km 1 234 567 890 415 555 0132',
  '12 01 23 45 67 89 10 0123 456 1e+49301234567 Boston, MA 02110-1301 USA 555-123-4567 911-555-0132 5-10-15 100-200',
  '-2147483648 +2147483647 [+2.55112945, 2.6338782] [+4.36755379, 1.5] +7.12345678 +40.20361-075.00417/ +52.5200081234 doi:10.1137/10081232X',
  'lat 52.520008 lon 13.404954 (12.5, 0.000123) 10x20x30 99.999.999-99',
  // versions
  'version 1.2.3.4, v10.0.1.2, duckdb==1.5.5.1, firmware: 10.11.12.13 1.2.3 1.5.5-r.5 10.0.19041.1 1.2.3.4.5 guide, 3.4.4.10 section 3.2.12.3',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36 Edg/120.0.2210.91',
  // addresses of nobody
  '127.0.0.1 0.0.0.0 255.255.255.0 224.0.0.1 169.254.169.254 256.1.1.1 10.0.0.0/8 192.0.2.0/24 2001:db8::/32',
  ':: ::1 ff02::1 std::vector<int> a::b abc::def dead::beef 12:34:56 1:2:3 Foo::Bar::Baz fe80::g',
  '00:00:00:00:00:00 ff:ff:ff:ff:ff:ff 01:00:5e:00:00:fb 1234.5678.9012 00:1b:44:11:3a 0a:1b:2c:3d:4e:5f:60',
  // what has an @
  'user@host image@2x.png @types/node@24.19.2 pkg@1.2.3-rc.one git@example.com:org/repo a@b @everyone',
  'postgres://app:secret@db.example.com:5432/x https://token@example.com/y user@1000.service x@.com @example.com',
  'actions/checkout@v4.1.0 uses: a/b@9f698171ed81b15d1823a05fc7211befd50c8ae0 name@sha256:abc',
  // ids with a wrong check or never issued
  '000-12-3456 666-12-3456 900-12-3456 123-00-4567 123-45-0000 078-05-1120 219-09-9999 12-345-6789',
  'SSN 000123456, BSN 123456789, NHS 9434765871, PESEL 44051401358, CPF 390.533.447-06, CPF 111.111.111-11',
  'IdNr 36574261890, IdNr 36554266806, IdNr 11112345676, NIR 295109912611194, DNI 12345678A, X1234567A',
];

const sentences: readonly (readonly [PersonalDataKind, string])[] = [
  ['email', 'mailto:user@example.com?subject=x'],
  ['email', 'Failed to deliver to <user@example.com>: timeout'],
  ['email', '{"email":"user@example.com","n":1}'],
  ['email', 'Write to user@example.com.'],
  ['email', '2026-11-22 ERROR login of user@example.com: denied'],
  ['phone', 'Call +1 415 555 0132 2023-01-01'],
  ['phone', '2026-11-22 05:00:00 0171 3920000 rang'],
  ['phone', 'Tel. 01713920000'],
  ['phone', 'phone: 4155550132'],
  ['phone', 'mobile number = 07700900123,'],
  ['phone', 'phone: +44.2079460958'],
  ['phone', 'Reach me at (415) 555-0132.'],
  ['phone', '{"tel":"+491713920000"}'],
  ['phone', 'tel: 415 555 0132'],
  ['payment-card', 'charged 4111111111111111 today.'],
  ['payment-card', '17,4111111111111111,12/29,ok'],
  ['payment-card', 'pan=5555-5555-5555-4444;'],
  ['payment-card', 'POST /cards/378282246310005 201'],
  ['iban', 'Pay to DE89 3704 0044 0532 0130 00 by Friday'],
  ['iban', 'iban=NL91ABNA0417164300&x=1'],
  ['iban', '"GB29NWBK60161331926819"'],
  ['us-ssn', 'his SSN is 536-90-4399.'],
  ['us-ssn', 'ssn: 536904399'],
  ['de-tax-id', 'Steuer-ID 86 095 742 719'],
  ['de-tax-id', 'IdNr: 36574261809'],
  ['es-dni', 'con DNI 12345678Z en Madrid'],
  ['es-nie', 'NIE X-2482300-W'],
  ['fr-nir', 'numéro de sécurité sociale : 295109912611193'],
  ['fr-nir', 'assuré 2 95 10 99 126 111 93, Lyon'],
  ['uk-nhs', 'NHS number 943 476 5919'],
  ['nl-bsn', '"bsn": 111222333'],
  ['nl-bsn', 'met burgerservicenummer 123456782'],
  ['pl-pesel', 'PESEL: 44051401359'],
  ['br-cpf', 'CPF nº 39053344705'],
  ['br-cpf', 'titular 390.533.447-05'],
  ['ipv4', '192.0.2.1 - - [22/Nov/2026:12:48:58 +0000] "GET / HTTP/1.1" 200'],
  ['ipv4', 'connect to 203.0.113.7:443 failed.'],
  ['ipv4', 'http://198.51.100.7/x and localhost/192.0.2.1'],
  ['ipv6', 'from [2001:db8::1]:443'],
  ['ipv6', 'peer 2001:db8::1: refused'],
  ['mac', 'link 00:1b:44:11:3a:b7 up'],
];

const all = personalDataKinds.flatMap((kind) => samples[kind].map((text) => [kind, text] as const));

function confirmedIn(text: string): readonly PersonalDataKind[] {
  return findPersonalData([text], personalDataKinds).flatMap(({ kind, confirmed }) => (confirmed > 0 ? [kind] : []));
}

test.each(all)('%s: a column with %j is found', (kind, text) => {
  expect(confirmsPersonalData(kind, text)).toBe(true);
  expect(confirmsPersonalData(kind, `  ${text}\n`)).toBe(true);
});

test.each(sentences)('%s in: %s', (kind, text) => {
  expect(confirmedIn(text)).toEqual(expect.arrayContaining([kind]));
  expect(confirmsPersonalData(kind, text)).toBe(true);
});

test.each(harmless)('nothing in: %s', (text) => {
  expect(confirmedIn(text)).toEqual([]);
});

test('the engine finds by its pattern whatever is confirmed', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const misses: string[] = [];
  for (const [kind, text] of [...all, ...sentences]) {
    const reader = await connection.runAndReadAll('select regexp_matches($text, $pattern) as found', {
      text,
      pattern: personalDataPattern(kind),
    });
    if (reader.getRows()[0]?.[0] !== true) misses.push(`${kind} ${text}`);
  }
  connection.closeSync();
  instance.closeSync();
  expect(misses).toEqual([]);
});

test('numbers of any text are confirmed only where the pattern finds them', () => {
  // The patterns keep to what RE2 and JavaScript share, so that this needs no engine.
  const patterns = new Map(personalDataKinds.map((kind) => [kind, new RegExp(personalDataPattern(kind), 'u')]));
  const piece = fc.oneof(
    fc.constantFrom(...all.map(([, text]) => text)),
    fc.constantFrom(' ', ',', ';', ': ', '/', '.', '-', '(', ')', '+', 'x', '"', '\n', '\u00A0', 'SSN ', 'tel ', 'é'),
    fc.stringMatching(/^[0-9]{1,4}$/),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const text = pieces.join('');
      for (const [kind, pattern] of patterns) if (confirmsPersonalData(kind, text)) expect(text, kind).toMatch(pattern);
    }),
    { numRuns: 400, seed: 20261122 },
  );
});

/** Where each digit is under a checksum. CPF's first digit is not wholly: a check of 10 is written as that of 0. */
const checked = [
  'payment-card',
  'iban',
  ...personalDataGroups['national-id'].filter((kind) => kind !== 'us-ssn'),
] as const;

test.each(checked)('%s: one digit changed is not confirmed', (kind) => {
  fc.assert(
    fc.property(fc.constantFrom(...samples[kind]), fc.nat(40), fc.integer({ min: 1, max: 9 }), (text, place, by) => {
      const digits = [...text.matchAll(/\d/g)].map(({ index }) => index).slice(kind === 'br-cpf' ? 1 : 0);
      const at = digits[place % digits.length] ?? 0;
      const other = `${text.slice(0, at)}${(Number(text[at]) + by) % 10}${text.slice(at + 1)}`;
      expect(confirmsPersonalData(kind, other), other).toBe(false);
    }),
    { numRuns: 300, seed: 20261122 },
  );
});

test('an IBAN with two characters exchanged is not confirmed', () => {
  fc.assert(
    fc.property(fc.constantFrom(...samples.iban), fc.nat(40), (text, place) => {
      const compact = text.replaceAll(' ', '');
      const at = 4 + (place % (compact.length - 5));
      const [one = '', two = ''] = compact.slice(at, at + 2);
      fc.pre(one !== two);
      expect(confirmsPersonalData('iban', compact.slice(0, at) + two + one + compact.slice(at + 2))).toBe(false);
    }),
    { numRuns: 300, seed: 20261122 },
  );
});

describe('counts', () => {
  test('have the asked kinds in their order, each once, and no value', () => {
    const lines = [
      'a@example.com, b@example.com',
      'c@example.com 192.0.2.1',
      '4111111111111112 order 4111111111111111',
    ];
    expect(findPersonalData(lines, ['ipv4', 'email', 'ipv4', 'payment-card'])).toEqual([
      { kind: 'ipv4', values: 1, confirmed: 1 },
      { kind: 'email', values: 3, confirmed: 3 },
      { kind: 'payment-card', values: 2, confirmed: 0 },
    ]);
    expect(findPersonalData([], ['email'])).toEqual([{ kind: 'email', values: 0, confirmed: 0 }]);
  });

  test('several in a row are each counted', () => {
    const text = '+1 415 555 0132 +1 415 555 0133; DE89 3704 0044 0532 0130 00 GB29 NWBK 6016 1331 9268 19 ok';
    expect(findPersonalData([text], ['phone', 'iban'])).toEqual([
      { kind: 'phone', values: 4, confirmed: 2 },
      { kind: 'iban', values: 2, confirmed: 2 },
    ]);
  });

  test('a long hostile line takes no longer than its length', () => {
    for (const unit of ['a', '1', '1 ', '+1', 'a.', 'a@', 'DE89 ', '(0', '1.', 'f:', '2001:'])
      expect(findPersonalData([unit.repeat(20_000)], personalDataKinds)).toHaveLength(personalDataKinds.length);
  });
});

describe('by chance', () => {
  test('a tenth of order numbers passes for cards and says nothing, all of them do not', () => {
    // P(X ≥ 100), X ~ Bin(1000, 1/10), by scipy.stats.binom.sf(99, 1000, .1).
    expect(chanceConfirmed('payment-card', 1000, 100)).toBeCloseTo(0.515, 3);
    expect(chanceConfirmed('payment-card', 1000, 300)).toBeLessThan(1e-60);
    expect(chanceConfirmed('uk-nhs', 1, 1)).toBeCloseTo(1 / 11, 12);
    expect(chanceConfirmed('payment-card', 1000, 0)).toBe(1);
    expect(chanceConfirmed('email', 1000, 1)).toBe(0);
  });

  test('is at least what consecutive numbers really reach', () => {
    const from = { 'payment-card': 4000001234560000, 'uk-nhs': 4010230000, 'nl-bsn': 123450000, 'br-cpf': 39053340000 };
    for (const kind of ['payment-card', 'uk-nhs', 'nl-bsn', 'br-cpf'] as const) {
      const texts = Array.from({ length: 2000 }, (_, index) => String(from[kind] + index));
      const confirmed = texts.filter((text) => confirmsPersonalData(kind, text)).length;
      expect(confirmed, kind).toBeGreaterThan(0);
      expect(chanceConfirmed(kind, texts.length, confirmed), kind).toBeGreaterThan(0.01);
    }
  });

  test('impossible counts are refused', () => {
    expect(() => chanceConfirmed('iban', 3, 4)).toThrow(
      new RangeError('confirmed must be an integer from 0 to values, got 4 of 3'),
    );
  });
});
