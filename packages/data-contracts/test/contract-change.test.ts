import { dataContractSchema, parseDataContract } from '@modelgate/core';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { contractChanges } from '../src/contract-change.ts';
import { classedKeys } from '../src/contract-rules.ts';
import { comparedSections } from '../src/section-change.ts';

const contract = `version: 1
name: flights
owner: data@example.com
rows: { at-least: 1000, at-most: 9000 }
freshness: { column: time_hour, at-most: 26h }
extra-columns: warn
keys:
  - [year, carrier]
  - { columns: [id], at-most: 0.1% }
columns:
  id:        { type: integer, unique: true }
  carrier:   { type: string, in: { table: airlines.csv, column: carrier } }
  origin:    { type: string, in: [EWR, JFK, LGA], not-in: [XXX, YYY], nullable: false }
  distance:  { type: double, range: { min: 17, below: 5000 }, unit: miles }
  day:       { type: date, range: { min: 2013-01-01, max: 2013-12-31 } }
  dep_delay: { type: double, nulls: { at-most: 3%, warn-over: 2.5% } }
  tailnum:   { type: string, pattern: "^N", matching: { at-least: 99% }, length: { min: 2, max: 6 } }
  mail:      { type: string, format: email, failing: 10 }
  time_hour: { type: timestamp, increasing: weakly }
  gone:      { absent: true }
  arr_delay: { label: true, environments: [training, test] }
  gate:      { since: 2026-01-01, until: 2027-01-31 }
  plain:     { description: nothing special }
checks:
  speed: { expect: "distance > 0", failing: 0.01% }
  mean:  { mean: dep_delay, between: [5, 25] }
  late:  { quantile: { column: dep_delay, q: 0.99 }, at-most: 300 }
  none:  { sql: "select * from this anti join planes using (tailnum)", returning: 5% }
  known: { references: { columns: [tailnum], table: planes.csv } }
  time:  { increasing: { column: time_hour, by: [carrier] } }
consumers: [train.py, dashboard/delays]
`;

const read = (text: string) => parseDataContract(text, 'contracts/flights.yml');

function replaced(...pieces: readonly (readonly [string, string])[]): string {
  return pieces.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`${from} is not in the contract`);
    return text.replace(from, () => to);
  }, contract);
}

/** Line, kind, who is harmed, words. */
function between(base: string, head: string): readonly string[] {
  return contractChanges(read(base), read(head)).map(({ kind, breaking, breaksProducers, words, where }) => {
    const harmed = [...(breaking ? ['readers'] : []), ...(breaksProducers ? ['producers'] : [])].join('+');
    return `${where.line} ${kind} ${harmed === '' ? 'nobody' : harmed} | ${words}`;
  });
}

const changes = (...pieces: readonly (readonly [string, string])[]) => between(contract, replaced(...pieces));

/** Places of all keys of the grammar; `*` for a name of the user's, or a place in a list. */
function keysOf(schema: unknown, place: string): ReadonlySet<string> {
  const found = new Set<string>();
  if (typeof schema !== 'object' || schema === null) return found;
  const under = (child: unknown, at: string, always = true) => {
    const inside = keysOf(child, at);
    if (always || inside.size > 0) found.add(at);
    for (const key of inside) found.add(key);
  };
  for (const [word, part] of Object.entries(schema)) {
    if (['anyOf', 'oneOf', 'allOf'].includes(word) && Array.isArray(part)) {
      for (const one of part) for (const key of keysOf(one, place)) found.add(key);
    } else if (word === 'properties') {
      for (const [key, child] of Object.entries(part)) under(child, place === '' ? key : `${place}.${key}`);
    } else if (word === 'additionalProperties' && typeof part === 'object') under(part, `${place}.*`);
    else if (word === 'items') under(part, `${place}.*`, false);
  }
  return found;
}

test('every key of the grammar has a class, and no class stands for a key that is gone', () => {
  const grammar = z.toJSONSchema(dataContractSchema, { target: 'draft-2020-12', io: 'input' });
  // of these sections the names of the keys say which way they move; see section-change.ts
  const inSection = new RegExp(`^(${comparedSections.join('|')})\\.`);
  const keys = [...keysOf(grammar, '')].filter((key) => !inSection.test(key));
  expect(classedKeys().toSorted()).toEqual(keys.toSorted());
});

describe('no change', () => {
  test('layout, comments, order and written-out defaults', () => {
    expect(
      changes(
        ['version: 1', '# a comment\nversion: 1'],
        ['[year, carrier]', '{ columns: [carrier, year], at-most: 0, level: fail }'],
        ['extra-columns: warn\n', ''],
        ['in: [EWR, JFK, LGA]', 'in: [LGA, EWR, JFK]'],
        ['[train.py, dashboard/delays]', '[dashboard/delays, train.py]'],
        ['unit: miles', 'unit: miles, required: true, finite: true'],
        ['at-most: 26h', 'at-most: 26h, level: fail'],
        ['matching: { at-least: 99% }', 'matching: 1%'],
        ['2013-12-31 }', '2013-12-31T00:00:00 }'],
        ['  plain:     { description: nothing special }\n', ''],
        ['columns:\n  id', 'columns:\n  plain:     { description: nothing special }\n  id'],
      ),
    ).toEqual([]);
  });

  test('the same rule in other keys', () => {
    expect(changes(['nullable: false', 'nulls: 0'])).toEqual([]);
    expect(changes(['nullable: false', 'nulls: 0%'])).toEqual([]);
    expect(changes(['between: [5, 25]', 'at-least: 5, at-most: 25'])).toEqual([]);
    expect(changes(['table: planes.csv }', 'table: planes.csv, key: [tailnum] }'])).toEqual([]);
  });
});

/** One replaced piece each; the key of the grammar that it is about, and what is told. */
const cases: readonly (readonly [string, string, string, string])[] = [
  // the top
  ['name', 'name: flights', 'name: trains', '2 changed nobody | name flights → trains'],
  ['owner', 'data@example.com', 'ml@example.com', '3 changed nobody | owner data@example.com → ml@example.com'],
  ['description', 'name: flights', 'name: flights\ndescription: all', '3 changed nobody | gets description all'],
  ['extra-columns', 'columns: warn', 'columns: allow', '6 widened nobody | extra-columns warn → allow'],
  [
    'order',
    'extra-columns: warn',
    'order: true',
    '6 narrowed producers | columns must come in the order of the contract from now on',
  ],
  [
    'tables',
    'consumers',
    'tables: { planes: data/planes.csv }\nconsumers',
    '31 changed nobody | gets tables planes: data/planes.csv',
  ],
  // rows
  ['rows.at-least', 'at-least: 1000', 'at-least: 500', '4 widened readers | rows: at least 1000 → 500'],
  ['rows.at-least', 'at-least: 1000', 'at-least: 2000', '4 narrowed producers | rows: at least 1000 → 2000'],
  ['rows.at-least', 'at-least: 1000, ', '', '4 widened readers | rows: loses at least 1000'],
  ['rows.at-most', 'at-most: 9000', 'at-most: 9001', '4 widened readers | rows: at most 9000 → 9001'],
  ['rows.at-most', 'at-most: 9000', 'at-most: 8000', '4 narrowed producers | rows: at most 9000 → 8000'],
  ['rows.level', '9000 }', '9000, level: warn }', '4 widened readers | rows: level fail → warn'],
  ['rows.why', '9000 }', '9000, why: quota }', '4 changed nobody | rows: gets why quota'],
  // freshness
  ['freshness.at-most', 'at-most: 26h', 'at-most: 2d', '5 widened readers | freshness: at most 26h → 2d'],
  ['freshness.at-most', 'at-most: 26h', 'at-most: 1d', '5 narrowed producers | freshness: at most 26h → 1d'],
  [
    'freshness.column',
    'column: time_hour, at',
    'column: day, at',
    '5 changed readers+producers | freshness: of `time_hour` → `day`',
  ],
  [
    'freshness.warn-over',
    'at-most: 26h',
    'at-most: 26h, warn-over: 20h',
    '5 narrowed nobody | freshness: gets warning over 20h',
  ],
  ['freshness.level', '26h', '26h, level: info', '5 widened readers | freshness: level fail → info'],
  ['freshness.why', '26h', '26h, why: nightly', '5 changed nobody | freshness: gets why nightly'],
  [
    'freshness',
    'freshness: { column: time_hour, at-most: 26h }\n',
    '',
    '1 removed readers | freshness of `time_hour`, at most 26h, is removed',
  ],
  // keys
  ['keys', '  - [year, carrier]\n', '', '7 removed readers | key [year, carrier] is removed'],
  ['keys', 'keys:', 'keys:\n  - [day, gate]', '8 added producers | key [day, gate] is new'],
  [
    'keys.*.columns',
    '[year, carrier]',
    '[year, carrier, day]',
    '8 widened readers | key [year, carrier]: columns [year, carrier] → [year, carrier, day]',
  ],
  [
    'keys.*.columns',
    '[year, carrier]',
    '[year]',
    '8 narrowed producers | key [year, carrier]: columns [year, carrier] → [year]',
  ],
  ['keys.*.at-most', '0.1%', '0.2%', '9 widened readers | key [id]: rows that may share their key 0.1% → 0.2%'],
  [
    'keys.*.at-most',
    ', at-most: 0.1%',
    '',
    '9 narrowed producers | key [id]: rows that may share their key 0.1% → none',
  ],
  ['keys.*.level', '0.1%', '0.1%, level: warn', '9 widened readers | key [id]: level fail → warn'],
  ['keys.*.why', '0.1%', '0.1%, why: joins', '9 changed nobody | key [id]: gets why joins'],
  // columns as a whole
  ['columns', '  plain:     { description: nothing special }\n', '', '10 removed readers | `plain` is removed'],
  ['columns', '  plain:', '  more: { type: string }\n  plain:', '23 added producers | `more` is new: string'],
  ['columns', '  plain:', '  more: { required: false }\n  plain:', '23 added nobody | `more` is new'],
  ['columns', '  plain:', '  more: { level: warn }\n  plain:', '23 added nobody | `more` is new'],
  [
    'columns',
    '  plain:',
    '  more: { absent: true }\n  plain:',
    '23 narrowed producers | `more`: must be absent from now on',
  ],
  ['columns', '  gone:      { absent: true }\n', '', '10 widened readers | `gone`: may come back: it had to be absent'],
  [
    'columns.*.absent',
    '{ description: nothing special }',
    '{ absent: true }',
    '23 removed readers+producers | `plain`: must be absent from now on',
  ],
  [
    'columns.*.absent',
    '{ absent: true }',
    '{ type: string }',
    '20 widened readers | `gone`: may come back: it had to be absent',
  ],
  // columns
  [
    'columns.*.type',
    'id:        { type: integer',
    'id:        { type: decimal',
    '11 re-typed readers+producers | `id`: type integer → decimal',
  ],
  ['columns.*.type', 'type: integer, ', '', '11 widened readers | `id`: loses type integer'],
  ['columns.*.type', '{ since', '{ type: string, since', '22 narrowed producers | `gate`: gets type string'],
  ['columns.*.description', 'nothing special', 'odd', '23 changed nobody | `plain`: description nothing special → odd'],
  ['columns.*.unit', 'miles', 'km', '14 changed readers+producers | `distance`: unit miles → km'],
  ['columns.*.unit', ', unit: miles', '', '14 changed readers | `distance`: loses unit miles'],
  ['columns.*.unit', 'nulls: {', 'unit: min, nulls: {', '16 changed nobody | `dep_delay`: gets unit min'],
  [
    'columns.*.required',
    'unit: miles',
    'unit: miles, required: false',
    '14 widened readers | `distance`: required → optional',
  ],
  [
    'columns.*.nulls',
    'at-most: 3%, warn-over: 2.5%',
    'at-most: 5%',
    '16 widened readers | `dep_delay`: nulls allowed 3% (warned over 2.5%) → 5%',
  ],
  [
    'columns.*.nulls',
    'at-most: 3%, warn-over: 2.5%',
    'at-most: 1%',
    '16 narrowed producers | `dep_delay`: nulls allowed 3% (warned over 2.5%) → 1%',
  ],
  [
    'columns.*.nulls',
    'at-most: 3%, warn-over: 2.5%',
    'at-most: 1',
    '16 changed readers+producers | `dep_delay`: nulls allowed 3% (warned over 2.5%) → 1 row',
  ],
  [
    'columns.*.nulls',
    'warn-over: 2.5%',
    'warn-over: 2%',
    '16 narrowed nobody | `dep_delay`: nulls allowed 3% (warned over 2.5%) → 3% (warned over 2%)',
  ],
  [
    'columns.*.nulls',
    ', warn-over: 2.5%',
    '',
    '16 widened nobody | `dep_delay`: nulls allowed 3% (warned over 2.5%) → 3%',
  ],
  [
    'columns.*.nulls',
    ', nulls: { at-most: 3%, warn-over: 2.5% }',
    '',
    '16 widened readers | `dep_delay`: nulls allowed 3% (warned over 2.5%) → any',
  ],
  [
    'columns.*.nullable',
    'nullable: false',
    'nullable: true',
    '13 widened readers | `origin`: nulls allowed none → any',
  ],
  ['columns.*.nullable', ', nullable: false', '', '13 widened readers | `origin`: nulls allowed none → any'],
  ['columns.*.nullable', 'nullable: false', 'nulls: 3%', '13 widened readers | `origin`: nulls allowed none → 3%'],
  [
    'columns.*.nullable',
    '{ description',
    '{ nullable: false, description',
    '23 narrowed producers | `plain`: nulls allowed any → none',
  ],
  ['columns.*.unique', 'unique: true', 'unique: 5', '11 widened readers | `id`: repeated values allowed none → 5 rows'],
  [
    'columns.*.unique',
    'unique: true',
    'unique: false',
    '11 widened readers | `id`: repeated values allowed none → any',
  ],
  ['columns.*.in', '[EWR, JFK, LGA]', '[EWR, JFK, LGA, BOS]', '13 widened readers | `origin`: in gains "BOS"'],
  ['columns.*.in', '[EWR, JFK, LGA]', '[EWR, JFK]', '13 narrowed producers | `origin`: in loses "LGA"'],
  [
    'columns.*.in',
    '[EWR, JFK, LGA]',
    '[EWR, JFK, BOS]',
    '13 changed readers+producers | `origin`: in gains "BOS" and loses "LGA"',
  ],
  [
    'columns.*.in',
    '[EWR, JFK, LGA]',
    '{ table: a.csv, column: faa }',
    '13 changed readers+producers | `origin`: in "EWR", "JFK", "LGA" → a.csv (faa)',
  ],
  [
    'columns.*.in',
    'column: carrier }',
    'column: carrier, where: active }',
    '12 narrowed producers | `carrier`: in airlines.csv (carrier) → airlines.csv (carrier where active)',
  ],
  [
    'columns.*.in',
    'table: airlines.csv',
    'table: other.csv',
    '12 changed readers+producers | `carrier`: in airlines.csv (carrier) → other.csv (carrier)',
  ],
  ['columns.*.not-in', '[XXX, YYY]', '[XXX]', '13 widened readers | `origin`: not-in loses "YYY"'],
  ['columns.*.not-in', '[XXX, YYY]', '[XXX, YYY, ZZZ]', '13 narrowed producers | `origin`: not-in gains "ZZZ"'],
  ['columns.*.not-in', ' not-in: [XXX, YYY],', '', '13 widened readers | `origin`: loses not-in "XXX", "YYY"'],
  ['columns.*.range', 'min: 17', 'min: 10', '14 widened readers | `distance`: range ≥ 17 and < 5000 → ≥ 10 and < 5000'],
  [
    'columns.*.range',
    'min: 17',
    'above: 17',
    '14 narrowed producers | `distance`: range ≥ 17 and < 5000 → > 17 and < 5000',
  ],
  [
    'columns.*.range',
    'below: 5000',
    'max: 5000',
    '14 widened readers | `distance`: range ≥ 17 and < 5000 → ≥ 17 and ≤ 5000',
  ],
  ['columns.*.range', ', below: 5000', '', '14 widened readers | `distance`: range ≥ 17 and < 5000 → ≥ 17'],
  [
    'columns.*.range',
    'min: 17, below: 5000',
    'min: 18, below: 6000',
    '14 changed readers+producers | `distance`: range ≥ 17 and < 5000 → ≥ 18 and < 6000',
  ],
  [
    'columns.*.range',
    ' range: { min: 17, below: 5000 },',
    '',
    '14 widened readers | `distance`: loses range ≥ 17 and < 5000',
  ],
  [
    'columns.*.range',
    'max: 2013-12-31',
    'max: 2014-01-01',
    '15 widened readers | `day`: range ≥ 2013-01-01 and ≤ 2013-12-31 → ≥ 2013-01-01 and ≤ 2014-01-01',
  ],
  [
    'columns.*.range',
    'max: 2013-12-31',
    'max: 2013-12-31T00:00:00Z',
    '15 changed readers+producers | `day`: range ≥ 2013-01-01 and ≤ 2013-12-31 → ≥ 2013-01-01 and ≤ 2013-12-31T00:00:00Z',
  ],
  [
    'columns.*.finite',
    'unit: miles',
    'unit: miles, finite: false',
    '14 widened readers | `distance`: NaN and infinity refused → allowed',
  ],
  ['columns.*.pattern', '"^N"', '"^N\\\\d"', '17 changed readers+producers | `tailnum`: pattern ^N → ^N\\d'],
  [
    'columns.*.pattern',
    'pattern: "^N", matching: { at-least: 99% }, ',
    '',
    '17 widened readers | `tailnum`: loses pattern ^N',
  ],
  [
    'columns.*.not-pattern',
    'pattern: "^N"',
    'pattern: "^N", not-pattern: x',
    '17 narrowed producers | `tailnum`: gets not-pattern x',
  ],
  [
    'columns.*.where',
    'pattern: "^N"',
    'pattern: "^N", where: day is null',
    '17 changed readers+producers | `tailnum`: where not set → day is null',
  ],
  ['columns.*.format', 'format: email', 'format: uri', '18 changed readers+producers | `mail`: format email → uri'],
  ['columns.*.format', 'format: email, ', '', '18 widened readers | `mail`: loses format email'],
  ['columns.*.length', 'max: 6', 'max: 7', '17 widened readers | `tailnum`: length ≥ 2 and ≤ 6 → ≥ 2 and ≤ 7'],
  ['columns.*.length', 'min: 2, ', 'min: 3, ', '17 narrowed producers | `tailnum`: length ≥ 2 and ≤ 6 → ≥ 3 and ≤ 6'],
  ['columns.*.increasing', 'weakly', 'strictly', '19 narrowed producers | `time_hour`: increasing weakly → strictly'],
  ['columns.*.increasing', ', increasing: weakly', '', '19 widened readers | `time_hour`: loses increasing weakly'],
  [
    'columns.*.failing',
    'failing: 10',
    'failing: 11',
    '18 widened readers | `mail`: values that may break a rule 10 rows → 11 rows',
  ],
  [
    'columns.*.failing',
    ', failing: 10',
    '',
    '18 narrowed producers | `mail`: values that may break a rule 10 rows → none',
  ],
  [
    'columns.*.matching',
    'at-least: 99%',
    'at-least: 98%',
    '17 widened readers | `tailnum`: values that may not match 1% → 2%',
  ],
  [
    'columns.*.matching',
    ' matching: { at-least: 99% },',
    '',
    '17 narrowed producers | `tailnum`: values that may not match 1% → none',
  ],
  [
    'columns.*.label',
    'label: true, ',
    '',
    '21 narrowed producers | `arr_delay`: no longer a label: must be there when serving too',
  ],
  [
    'columns.*.label',
    '{ description',
    '{ label: true, description',
    '23 widened readers | `plain`: now a label: may be missing when serving',
  ],
  [
    'columns.*.environments',
    '[training, test]',
    '[training]',
    '21 widened readers | `arr_delay`: expected in training, test → in training',
  ],
  [
    'columns.*.environments',
    '[training, test]',
    '[training, serving]',
    '21 changed readers+producers | `arr_delay`: expected in training, test → in training, serving',
  ],
  [
    'columns.*.environments',
    ', environments: [training, test]',
    '',
    '21 narrowed producers | `arr_delay`: expected in training, test → everywhere',
  ],
  [
    'columns.*.environments',
    '{ description',
    '{ environments: [test], description',
    '23 widened readers | `plain`: expected everywhere → in test',
  ],
  ['columns.*.since', '2026-01-01', '2026-02-01', '22 widened readers | `gate`: there since 2026-01-01 → 2026-02-01'],
  ['columns.*.since', 'since: 2026-01-01, ', '', '22 narrowed producers | `gate`: there since 2026-01-01 → always'],
  [
    'columns.*.until',
    '2027-01-31',
    '2026-12-31',
    '22 changed readers+producers | `gate`: there until 2027-01-31 → 2026-12-31',
  ],
  [
    'columns.*.until',
    ', until: 2027-01-31',
    '',
    '22 changed producers | `gate`: there until 2027-01-31 → further notice',
  ],
  [
    'columns.*.until',
    '{ description',
    '{ until: 2027-01-31, description',
    '23 changed readers+producers | `plain`: there until further notice → 2027-01-31',
  ],
  ['columns.*.level', '{ description', '{ level: warn, description', '23 widened readers | `plain`: level fail → warn'],
  ['columns.*.why', '{ description', '{ why: a habit, description', '23 changed nobody | `plain`: gets why a habit'],
  // checks
  [
    'checks',
    '  speed: { expect: "distance > 0", failing: 0.01% }\n',
    '',
    '24 removed readers | check `speed` is removed',
  ],
  ['checks', 'checks:', 'checks:\n  more: { max: id, at-most: 9 }', '25 added producers | check `more` is new'],
  [
    'checks',
    'checks:',
    'checks:\n  more: { max: id, at-most: 9, level: warn }',
    '25 added nobody | check `more` is new',
  ],
  [
    'checks.*.expect',
    'distance > 0',
    'distance > 1',
    '25 changed readers+producers | check `speed`: expect distance > 0 → expect distance > 1',
  ],
  [
    'checks.*.mean',
    'mean: dep_delay',
    'sum: dep_delay',
    '26 changed readers+producers | check `mean`: mean of `dep_delay` → sum of `dep_delay`',
  ],
  [
    'checks.*.quantile',
    'q: 0.99',
    'q: 0.9',
    '27 changed readers+producers | check `late`: quantile 0.99 of `dep_delay` → quantile 0.9 of `dep_delay`',
  ],
  [
    'checks.*.sql',
    'from this anti',
    'from this left anti',
    '28 changed readers+producers | check `none`: sql select * from this anti join planes using (tailnum) → sql select * from this left anti join planes using (tailnum)',
  ],
  [
    'checks.*.references',
    'table: planes.csv',
    'table: all.csv',
    '29 changed readers+producers | check `known`: tailnum in planes.csv (tailnum) → tailnum in all.csv (tailnum)',
  ],
  [
    'checks.*.increasing',
    'by: [carrier]',
    'by: [carrier], strictly: true',
    '30 narrowed producers | check `time`: `time_hour` increasing by carrier → `time_hour` strictly increasing by carrier',
  ],
  [
    'checks.*.increasing',
    ', by: [carrier]',
    '',
    '30 changed readers+producers | check `time`: `time_hour` increasing by carrier → `time_hour` increasing',
  ],
  [
    'checks.*.where',
    'failing: 0.01%',
    'failing: 0.01%, where: id > 0',
    '25 changed readers+producers | check `speed`: where not set → id > 0',
  ],
  ['checks.*.failing', '0.01%', '0.02%', '25 widened readers | check `speed`: rows that may fail 0.01% → 0.02%'],
  [
    'checks.*.returning',
    'returning: 5%',
    'returning: 4%',
    '28 narrowed producers | check `none`: rows that may come back 5% → 4%',
  ],
  ['checks.*.between', '[5, 25]', '[5, 30]', '26 widened readers | check `mean`: limit ≥ 5 and ≤ 25 → ≥ 5 and ≤ 30'],
  ['checks.*.at-most', 'at-most: 300', 'at-most: 200', '27 narrowed producers | check `late`: limit ≤ 300 → ≤ 200'],
  [
    'checks.*.at-least',
    'at-most: 300',
    'at-least: 300',
    '27 changed readers+producers | check `late`: limit ≤ 300 → ≥ 300',
  ],
  [
    'checks.*.warn',
    '25] }',
    '25], warn: { at-most: 20 } }',
    '26 narrowed nobody | check `mean`: gets warning limit ≤ 20',
  ],
  ['checks.*.level', '25] }', '25], level: info }', '26 widened readers | check `mean`: level fail → info'],
  ['checks.*.why', '25] }', '25], why: storms }', '26 changed nobody | check `mean`: gets why storms'],
  // consumers
  ['consumers', 'train.py, ', '', '31 removed nobody | consumer `train.py` is no longer declared'],
  ['consumers', 'train.py, ', 'train.py, more.py, ', '31 added nobody | consumer `more.py` is new'],
];

describe('one change at a time', () => {
  test.each(cases)('%s: %s becomes %s', (_key, from, to, expected) => {
    expect(changes([from, to])).toEqual([expected]);
  });

  test('and back again: what was widened is narrowed', () => {
    const back: Readonly<Record<string, string>> = {
      widened: 'narrowed',
      narrowed: 'widened',
      added: 'removed',
      removed: 'added',
      changed: 'changed',
      're-typed': 're-typed',
    };
    for (const [key, from, to, expected] of cases) {
      // a column that must be absent is removed, and one that may come back is let through
      if (key === 'columns.*.absent') continue;
      const [kind = ''] = /(?<=^\d+ )\S+/.exec(expected) ?? [];
      const kinds = between(replaced([from, to]), contract).map((line) => line.split(' ')[1]);
      expect([from, to, kinds]).toEqual([from, to, [back[kind]]]);
    }
  });

  test('of every key', () => {
    const tried = new Set(cases.map(([key]) => key));
    // a version has one value; the rest says together with `mean` what a check is about, or is told by entry
    const elsewhere = ['version', 'rows', 'tables.*', 'keys.*', 'columns.*', 'checks.*', ...comparedSections];
    const alike = ['sum', 'stddev', 'min', 'max', 'distinct'].map((one) => `checks.*.${one}`);
    const parts =
      /\.(nulls|unique|failing|matching|returning|in|not-in|range|length|quantile|increasing|references|at-most|warn|tables)\./;
    const left = classedKeys().filter((key) => !tried.has(key) && !parts.test(`${key}`));
    expect(left.toSorted()).toEqual([...elsewhere, ...alike].toSorted());
  });
});

describe('a section', () => {
  const drift = 'drift: { numeric: { wasserstein: 0.1 }, nulls: 2% }\nconsumers';
  const labels = (classes: string) => `labels: { classes: { column: arr_delay, ${classes} } }\nconsumers`;
  const k = (inside: string) => `privacy: { k-anonymity: { columns: [origin], ${inside} } }\nconsumers`;
  test.each([
    ['consumers', labels('each-at-least: 10'), ['31 added producers | `labels` is new']],
    [labels('each-at-least: 10'), 'consumers', ['1 removed readers | `labels` is removed']],
    [
      labels('each-at-least: 10'),
      labels('each-at-least: 5'),
      ['31 widened readers | `labels.classes.each-at-least` 10 → 5'],
    ],
    [
      labels('each-at-least: 10'),
      labels('each-at-least: 50'),
      ['31 narrowed producers | `labels.classes.each-at-least` 10 → 50'],
    ],
    [
      labels('each-at-least: 10'),
      labels('each-at-least: 50, level: warn'),
      [
        '31 widened readers | `labels.classes.level` fail → warn',
        '31 narrowed nobody | `labels.classes.each-at-least` 10 → 50',
      ],
    ],
    [k('k: 5'), k('k: 3'), ['31 widened readers | `privacy.k-anonymity.k` 5 → 3']],
    [k('k: 5'), k('k: 5, at-most: 1%'), ['31 widened readers | `privacy.k-anonymity.at-most` none → 1%']],
    [k('k: 5'), k('k: 5, why: because'), ['31 changed nobody | `privacy.k-anonymity.why` not set → because']],
    [
      drift,
      drift.replace('wasserstein', 'kolmogorov-smirnov'),
      ['31 changed readers+producers | `drift.numeric.comparator` wasserstein → kolmogorov-smirnov'],
    ],
    [drift, drift.replace('0.1', '0.3'), ['31 changed readers+producers | `drift.numeric.floor` 0.1 → 0.3']],
  ])('%s → %s', (base, head, expected) => {
    expect(between(replaced(['consumers', base]), replaced(['consumers', head]))).toEqual(expected);
  });
});

describe('who is told', () => {
  const told = (head: string) =>
    contractChanges(read(contract), read(head)).map(({ words, consumers }) => [words, consumers]);

  test('the consumers of both sides, of a breaking change alone', () => {
    const head = replaced(
      ['[train.py, dashboard/delays]', '[dashboard/delays, new.py]'],
      ['miles', 'km'],
      ['min: 17', 'min: 18'],
    );
    expect(told(head)).toEqual([
      ['`distance`: unit miles → km', ['train.py', 'dashboard/delays', 'new.py']],
      ['`distance`: range ≥ 17 and < 5000 → ≥ 18 and < 5000', []],
      ['consumer `train.py` is no longer declared', []],
      ['consumer `new.py` is new', []],
    ]);
  });

  test('readers first, then producers, then nobody', () => {
    expect(
      changes(['data@example.com', 'ml@example.com'], ['at-least: 1000', 'at-least: 2000'], ['0.01%', '1%']),
    ).toEqual([
      '25 widened readers | check `speed`: rows that may fail 0.01% → 1%',
      '4 narrowed producers | rows: at least 1000 → 2000',
      '3 changed nobody | owner data@example.com → ml@example.com',
    ]);
  });

  test('a new contract', () => {
    expect(contractChanges(undefined, read(contract))).toEqual([
      {
        path: '',
        kind: 'added',
        breaking: false,
        breaksProducers: true,
        consumers: [],
        words: 'contract `flights` is new',
        where: { file: 'contracts/flights.yml', line: 1, column: 1 },
      },
    ]);
  });

  test('a place that a program can point at', () => {
    expect(contractChanges(read(contract), read(replaced(['nullable: false', 'nulls: 3%'])))).toEqual([
      {
        path: 'columns.origin.nulls',
        kind: 'widened',
        breaking: true,
        breaksProducers: false,
        consumers: ['train.py', 'dashboard/delays'],
        words: '`origin`: nulls allowed none → 3%',
        where: { file: 'contracts/flights.yml', line: 13, column: 71 },
      },
    ]);
  });
});

describe('what hangs together', () => {
  const small = (lines: string, more = '') => `version: 1\nname: t\n${more}columns:\n${lines}`;

  test('a rule that only warns stops no producer', () => {
    expect(between(small('  a: { level: warn }\n'), small('  a: { level: warn, nullable: false }\n'))).toEqual([
      '4 narrowed nobody | `a`: nulls allowed any → none',
    ]);
  });

  test('a removed key that follows from another one is missed by nobody', () => {
    const keys = (list: string) => small('  a:\n', `keys: ${list}\n`);
    expect(between(keys('[[a, b], [a]]'), keys('[[a]]'))).toEqual([
      '3 removed nobody | key [a, b] is removed: it follows from [a]',
    ]);
    expect(between(keys('[[a, b], { columns: [a], at-most: 1% }]'), keys('[{ columns: [a], at-most: 1% }]'))).toEqual([
      '3 removed readers | key [a, b] is removed',
    ]);
  });

  test('where no others are allowed a column that is no longer named must go, and an absent one stays away', () => {
    const closed = 'extra-columns: fail\n';
    expect(between(small('  a:\n  b:\n', closed), small('  a:\n', closed))).toEqual([
      '4 removed readers+producers | `b` is removed',
    ]);
    expect(between(small('  a:\n  b: { absent: true }\n', closed), small('  a:\n', closed))).toEqual([
      '4 removed nobody | `b`: no longer named, and still refused as an extra column',
    ]);
  });

  test('other columns stop a table at `fail` alone', () => {
    const extra = (word: string) => small('  a:\n', `extra-columns: ${word}\n`);
    expect(between(extra('warn'), extra('fail'))).toEqual(['3 narrowed producers | extra-columns warn → fail']);
    expect(between(extra('fail'), extra('allow'))).toEqual(['3 widened readers | extra-columns fail → allow']);
    expect(between(extra('allow'), extra('warn'))).toEqual(['3 narrowed nobody | extra-columns allow → warn']);
  });

  test('a promised order', () => {
    const ordered = (lines: string) => small(lines, 'order: true\n');
    expect(between(ordered('  a:\n  2026:\n  c:\n'), ordered('  c:\n  a:\n  2026:\n'))).toEqual([
      '5 changed readers+producers | `c`: stands in another place, and the order was promised',
    ]);
    expect(between(ordered('  a:\n  b:\n'), ordered('  a:\n  x: { required: false }\n  b:\n  y:\n'))).toEqual([
      '6 changed readers+producers | `x`: is new before others, and the order was promised',
      '8 added producers | `y` is new',
      '6 added nobody | `x` is new',
    ]);
    expect(between(ordered('  a:\n  b:\n'), small('  b:\n  a:\n'))).toEqual([
      '1 widened readers | columns may come in any order from now on',
    ]);
  });

  test('instants below a millisecond, and with offsets', () => {
    const until = (max: string) => small(`  a: { type: timestamp, range: { max: "${max}" } }\n`);
    const kinds = (from: string, to: string) =>
      contractChanges(read(until(from)), read(until(to))).map(({ kind }) => kind);
    expect(kinds('2026-01-01T00:00:00.0001Z', '2026-01-01T00:00:00.0002Z')).toEqual(['widened']);
    expect(kinds('2026-01-01T00:00:00Z', '2026-01-01T01:00:00+01:00')).toEqual([]);
    expect(kinds('2026-01-01T00:00:00Z', '2026-01-01T00:30:00+01:00')).toEqual(['narrowed']);
  });

  test('fewer forbidden values are more allowed ones', () => {
    const without = (more: string) => small(`  a: { not-in: { table: bad.csv, column: a${more} } }\n`);
    expect(between(without(''), without(', where: old'))).toEqual([
      '4 widened readers | `a`: not-in bad.csv (a) → bad.csv (a where old)',
    ]);
  });

  test('a name that breaks the line does not break the words', () => {
    expect(between(small('  a:\n  "b\\nc":\n'), small('  a:\n'))).toEqual(['3 removed readers | `b c` is removed']);
  });

  test('names that objects have anyway', () => {
    expect(between(small('  a:\n  constructor:\n'), small('  a:\n  toString:\n'))).toEqual([
      '3 removed readers | `constructor` is removed',
      '5 added producers | `toString` is new',
    ]);
  });
});
