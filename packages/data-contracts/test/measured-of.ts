import { type DataContract, parseDataContract } from '@modelgate/core';
import type { Source } from '@modelgate/tables';
import { type ContractWorld, type DataMeasurement, duckdb, type Found, measureTable } from '../src/parts.ts';
import type { Opened } from './opened.ts';

export const now = new Date('2026-11-22T12:00:00Z');

export function contractOf(rules: string): DataContract {
  return parseDataContract(`version: 1\nname: t\n${rules}`, 'c.yml').contract;
}

export interface AskedWorld {
  readonly environment?: string;
  readonly share?: number;
}

/** The world of a contract over a file of the workspace. */
export async function worldOf(
  { tables: engine }: Opened,
  path: string,
  contract: DataContract,
  { environment, share = 1 }: AskedWorld = {},
): Promise<ContractWorld> {
  const described = new Map<string, Promise<Source>>();
  const seed = '00112233445566778899aabbccddeeff';
  return {
    engine,
    dialect: duckdb,
    source: await engine.sample(await engine.describe(path), { share, seed }),
    contract,
    table(name) {
      const asked = contract.tables[name] ?? name;
      const source = described.get(asked) ?? engine.describe(asked);
      described.set(asked, source);
      return source;
    },
    readText: () => Promise.reject(new Error('no text is read here')),
    lines() {
      throw new Error('no lines are read here');
    },
    now,
    seed,
    situation: { environment, today: '2026-11-22' },
  };
}

export async function measurementsOf(
  engine: Opened,
  path: string,
  rules: string,
  asked: AskedWorld = {},
): Promise<readonly DataMeasurement[]> {
  return measureTable(await worldOf(engine, path, contractOf(rules), asked));
}

/** What was found by the check's id: `failing/of`, the number, the words of a fact or of why it could not be measured. */
export async function measuredOf(
  engine: Opened,
  path: string,
  rules: string,
  asked: AskedWorld = {},
): Promise<Readonly<Record<string, unknown>>> {
  const found = await measurementsOf(engine, path, rules, asked);
  return Object.fromEntries(found.map((one) => [one.id, briefly(one.found)]));
}

function briefly(found: Found): unknown {
  switch (found.kind) {
    case 'counted':
      return `${found.failing}/${found.of}`;
    case 'number':
      return found.value;
    case 'fact':
      return found.holds ? 'holds' : `broken: ${found.words}${found.how === undefined ? '' : `; ${found.how}`}`;
    case 'unmeasured':
      return `${found.reason}: ${found.words}`;
    case 'drift':
      return found.drift.status;
  }
}
