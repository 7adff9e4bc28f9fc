import { type DataContract, parseDataContract } from '@modelgate/core';
import type { Source } from '@modelgate/tables';
import { type ContractWorld, type DataMeasurement, duckdb } from '../src/parts.ts';
import { linesOf } from '../src/text-lines.ts';
import type { Opened } from './opened.ts';

export type TableRow = Readonly<Record<string, string | number | boolean | null>>;

export function contractOf(rules: string): DataContract {
  return parseDataContract(`version: 1\nname: t\n${rules}`, 'c.yml').contract;
}

let tables = 0;

/** Writes rows as JSON lines and describes them. */
export async function tableOf(session: Opened, rows: readonly TableRow[]): Promise<Source> {
  const name = `t${++tables}.jsonl`;
  session.write(name, rows.map((row) => JSON.stringify(row)).join('\n'));
  return session.tables.describe(name);
}

export interface WorldParts {
  readonly source: Source;
  readonly others?: Readonly<Record<string, Source>>;
  readonly files?: Readonly<Record<string, string>>;
}

export function worldOf(
  session: Opened,
  rules: string,
  { source, others = {}, files = {} }: WorldParts,
): ContractWorld {
  const found = <T>(all: Readonly<Record<string, T>>, name: string): T => {
    const one = all[name];
    if (one === undefined) throw new Error(`the test has no ${name}`);
    return one;
  };
  return {
    engine: session.tables,
    dialect: duckdb,
    source,
    contract: contractOf(rules),
    table: async (name) => (name === 'this' ? source : found(others, name)),
    readText: async (path) => found(files, path),
    lines: (pattern) => linesOf(session.workspace, pattern),
    now: new Date('2026-01-01T00:00:00Z'),
    seed: '0123456789abcdef',
    situation: { environment: undefined, today: '2026-01-01' },
  };
}

/** What was found, by the rule's id. */
export function foundById(all: readonly DataMeasurement[]): Readonly<Record<string, DataMeasurement['found']>> {
  return Object.fromEntries(all.map(({ id, found }) => [id, found]));
}
