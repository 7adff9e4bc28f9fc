import type { Source } from '@modelgate/tables';
import { beforeAll, describe, expect, test } from 'vitest';
import { judgeMeasurement } from '../src/judge-data.ts';
import { measureContract } from '../src/measure-contract.ts';
import type { ContractWorld } from '../src/measurement.ts';
import { duckdb } from '../src/parts.ts';
import type { Profile } from '../src/profile.ts';
import { profileTable } from '../src/profiler.ts';
import { sourceAsAsked } from '../src/table-measurement.ts';
import { linesOf } from '../src/text-lines.ts';
import { type CorpusFiles, cleanCorpus, contract as corpusContract } from './clean-corpus.ts';
import { cleanFiles, type Files, now, type Row, rulesContract, trustColumns, trustContract } from './clean-flights.ts';
import { corpusCorruptions, corruptionTable, ruleCorruptions, trustCorruptions } from './corruptions.ts';
import { contractOf } from './measured-of.ts';
import { opened } from './opened.ts';

const engine = await opened();
const described = new Map<string, Promise<Source>>();

function write(name: string, content: string): void {
  engine.write(name, content);
  described.delete(name);
}

const csv = (rows: readonly Row[]) => {
  const names = Object.keys(rows[0] ?? {});
  const field = (value = '') => (/[",]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  return `${names.join(',')}\n${rows.map((row) => names.map((name) => field(row[name])).join(',')).join('\n')}\n`;
};
const jsonl = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join('\n');

/** Only what differs from the clean files is written, and described, again. */
let written: Readonly<Record<string, string>> = {};
function writeAll(files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) if (written[name] !== content) write(name, content);
  written = { ...written, ...files };
}

function writeFlights({ log, budget, ...tables }: Files): void {
  const texts = Object.entries(tables).map(([name, rows]) => [`${name}.csv`, csv(rows)]);
  const part = tables.flights.map((row) => Object.fromEntries(trustColumns.map((name) => [name, row[name] ?? ''])));
  writeAll({ ...Object.fromEntries(texts), 'part.csv': csv(part), 'app.log': log, 'budget.json': budget });
}

function writeCorpus(files: CorpusFiles): void {
  writeAll(Object.fromEntries(Object.entries(files).map(([name, rows]) => [`${name}.jsonl`, jsonl(rows)])));
}

async function worldOf(
  rules: string,
  path: string,
  texts: Readonly<Record<string, string>> = {},
): Promise<ContractWorld> {
  const contract = contractOf(rules);
  const open = (name: string) => {
    const source = described.get(name) ?? engine.tables.describe(name);
    described.set(name, source);
    return source;
  };
  return {
    engine: engine.tables,
    dialect: duckdb,
    source: sourceAsAsked({ engine: engine.tables, source: await open(path), contract }),
    contract,
    table: (name) => open(contract.tables[name] ?? name),
    readText: async (name) => texts[name] ?? '',
    lines: (pattern) => linesOf(engine.workspace, pattern),
    now,
    seed: '00112233445566778899aabbccddeeff',
    situation: { environment: undefined, today: '2026-11-22' },
  };
}

/** Checks that do not pass. */
async function findings(world: ContractWorld, reference: Profile | undefined): Promise<readonly string[]> {
  const { source } = world;
  const rules = {
    ...{ onInconclusive: 'fail' as const, waivers: [], now, confidence: 0.95 },
    ...{ sampledFrom: undefined, rows: source.rows, drift: 'not-disproven' as const },
  };
  const measurements = await measureContract(world, { reference, index: undefined });
  return measurements.flatMap((one) => {
    const { check } = judgeMeasurement(one, rules);
    return check.status === 'pass' || check.status === 'inconclusive' ? [] : [one.id];
  });
}

let profile: Profile;
beforeAll(async () => {
  writeFlights(cleanFiles());
  profile = await profileTable(await worldOf(trustContract, 'part.csv'), { commit: 'c'.repeat(40), tool: '0.1.0' });
});

async function inRules(corrupt: (files: Files) => void): Promise<readonly string[]> {
  const files = cleanFiles();
  corrupt(files);
  writeFlights(files);
  return findings(await worldOf(rulesContract, 'flights.csv'), undefined);
}

async function inTrust(corrupt: (files: Files) => void): Promise<readonly string[]> {
  const files = cleanFiles();
  corrupt(files);
  writeFlights(files);
  return findings(await worldOf(trustContract, 'part.csv', { 'budget.json': files.budget }), profile);
}

async function inCorpus(corrupt: (files: CorpusFiles) => void): Promise<readonly string[]> {
  const files = cleanCorpus();
  corrupt(files);
  writeCorpus(files);
  return findings(await worldOf(corpusContract, 'documents.jsonl'), undefined);
}

test('clean tables have no finding', async () => {
  expect(await inRules(() => undefined)).toEqual([]);
  expect(await inTrust(() => undefined)).toEqual([]);
  expect(await inCorpus(() => undefined)).toEqual([]);
});

describe('of a table', () => {
  test.each(ruleCorruptions)('$name', async ({ foundBy, also = [], corrupt }) => {
    expect((await inRules(corrupt)).toSorted()).toEqual([foundBy, ...also].toSorted());
  });
});

describe('of splits, people and drift', () => {
  test.each(trustCorruptions)('$name', async ({ foundBy, also = [], corrupt }) => {
    expect((await inTrust(corrupt)).toSorted()).toEqual([foundBy, ...also].toSorted());
  });
});

describe('of a corpus', () => {
  test.each(corpusCorruptions)('$name', async ({ foundBy, also = [], corrupt }) => {
    expect((await inCorpus(corrupt)).toSorted()).toEqual([foundBy, ...also].toSorted());
  });
});

test('there is one for each rule kind, and the docs list them all', async () => {
  expect(ruleCorruptions.length + trustCorruptions.length + corpusCorruptions.length).toBeGreaterThan(80);
  await expect(corruptionTable()).toMatchFileSnapshot('../../../docs/data-corruptions.md');
});
