import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { parseDataContract } from '@modelgate/core';
import { currentPlatform, openTables, openTrino, type Source, type Tables, type TrinoEngine } from '@modelgate/tables';
import {
  type ContractWorld,
  type DataMeasurement,
  type Dialect,
  duckdb,
  type Found,
  trino,
} from '../../../packages/data-contracts/src/parts.ts';
import { removeFolder, serverFolder } from '../server-process.ts';
import { statement } from './raw-statement.ts';
import { startTrino, type TrinoServer } from './trino-server.ts';

/** One table in two engines: a Parquet file that DuckDB wrote, and an external table of Trino over it. */
export interface TwoSources {
  readonly duckdb: Source;
  readonly trino: Source;
}

export interface BothEngines {
  readonly server: TrinoServer;
  readonly duckdb: Tables;
  readonly trino: TrinoEngine;
  readonly dialects: { readonly duckdb: Dialect; readonly trino: Dialect };
  /**
   * @param select DuckDB's SQL of the rows
   * @param columns names with their types in Trino
   */
  table(select: string, columns: Readonly<Record<string, string>>): Promise<TwoSources>;
  /** What both measure of one contract. */
  measured(
    measure: (world: ContractWorld) => Promise<readonly DataMeasurement[]>,
    rules: string,
    tables: { readonly this: TwoSources; readonly others?: Readonly<Record<string, TwoSources>> },
  ): Promise<{ readonly duckdb: FoundById; readonly trino: FoundById }>;
  close(): Promise<void>;
}

export type FoundById = Readonly<Record<string, Found>>;

export async function openBoth(): Promise<BothEngines> {
  const server = await startTrino();
  const temporary = serverFolder('both');
  const preplaced = path.dirname(
    createRequire(createRequire(import.meta.url).resolve('@duckdb/node-api')).resolve(
      `@duckdb/node-bindings-${currentPlatform()}/package.json`,
    ),
  );
  const tables = await openTables({ workspace: server.data, temporary, toolCache: temporary, preplaced });
  const engine = await openTrino({ url: server.url, user: 'tests', fetch, timeout: 120_000 });
  await statement(server.url, 'CREATE SCHEMA hive.d');
  const writer = await (await DuckDBInstance.create(':memory:')).connect();
  let count = 0;
  return {
    server,
    duckdb: tables,
    trino: engine,
    dialects: { duckdb, trino },
    async table(select, columns) {
      const name = `t${++count}`;
      mkdirSync(path.join(server.data, name));
      await writer.run(`COPY (${select}) TO '${path.join(server.data, name, 'part.parquet')}' (FORMAT parquet)`);
      const typed = Object.entries(columns).map(([column, type]) => `"${column}" ${type}`);
      await statement(
        server.url,
        `CREATE TABLE hive.d.${name} (${typed.join(', ')}) WITH (external_location = 'local:///${name}', format = 'PARQUET')`,
      );
      return { duckdb: await tables.describe(`${name}/part.parquet`), trino: await engine.describe(`hive.d.${name}`) };
    },
    async measured(measure, rules, { this: own, others = {} }) {
      const { contract } = parseDataContract(`version: 1\nname: t\n${rules}`, 'c.yml');
      const world = (kind: 'duckdb' | 'trino'): ContractWorld => ({
        engine: kind === 'duckdb' ? tables : engine,
        dialect: kind === 'duckdb' ? duckdb : trino,
        source: own[kind],
        contract,
        async table(name) {
          const found = name === 'this' ? own : others[name];
          if (found === undefined) throw new Error(`the test has no table ${name}`);
          return found[kind];
        },
        readText: () => Promise.reject(new Error('the test has no files')),
        lines: () => {
          throw new Error('the test has no files');
        },
        now: new Date('2026-01-01T00:00:00Z'),
        seed: '0123456789abcdef',
        situation: { environment: undefined, today: '2026-01-01' },
      });
      return { duckdb: byId(await measure(world('duckdb'))), trino: byId(await measure(world('trino'))) };
    },
    async close() {
      writer.closeSync();
      await engine.close();
      await tables.close();
      await server.stop();
      removeFolder(temporary);
    },
  };
}

function byId(all: readonly DataMeasurement[]): FoundById {
  return Object.fromEntries(all.map(({ id, found }) => [id, found]));
}
