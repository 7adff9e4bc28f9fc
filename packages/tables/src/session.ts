import { mkdtemp, realpath, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { UserError } from '@modelgate/core';
import type * as z from 'zod';
import { cellOf } from './cell.ts';
import type { Row } from './data-engine.ts';
import { loadClient } from './engine-binding.ts';
import { allowedPrefixes, type RemoteStore } from './remote-store.ts';
import { list, literal } from './sql-text.ts';
import { type ReadColumn, type ReadKind, readColumns } from './stream-columns.ts';

export interface SessionOptions {
  /** Folder of the verified engine libraries. */
  readonly engine: string;
  readonly workspace: string;
  readonly temporary: string;
  readonly threads: number;
  /** Bytes. */
  readonly memoryLimit: number;
  readonly objects?: SessionObjects | undefined;
}

export interface SessionObjects {
  readonly store: RemoteStore;
  /** Where an extension that is not pre-placed is installed, and found the next time. */
  readonly extensions: string;
}

/** A statement that the engine refused. The message names only the kind: the engine's own text quotes rows of the data. */
export class EngineFailure extends Error {
  /** The engine's own words. Not for people: they hold values of cells. */
  readonly detail: string;

  constructor(detail: string) {
    super(`The engine refused a statement: ${/^[A-Z][A-Za-z -]* Error/.exec(detail)?.[0] ?? 'unknown error'}`);
    this.name = 'EngineFailure';
    this.detail = detail;
    Object.defineProperty(this, 'detail', { enumerable: false });
  }
}

/** One statement at a time on one connection; what leaves has passed a schema or is a typed array. */
export interface Session {
  /** Absolute, symbolic links resolved. */
  readonly workspace: string;
  /** This session's own folder inside the temporary one; removed by `close`. */
  readonly temporary: string;
  run(sql: string): Promise<void>;
  rows<T>(sql: string, schema: z.ZodType<T>): Promise<readonly T[]>;
  row<T>(sql: string, schema: z.ZodType<T>): Promise<T>;
  /** Rows of any query, `most` at most. */
  cells(sql: string, most: number): Promise<readonly Row[]>;
  /** Columns without nulls, each of the engine's type that its kind names, `rows` long, streamed chunk by chunk. */
  read(sql: string, kinds: readonly ReadKind[], rows: number): Promise<readonly ReadColumn[]>;
  /** The same where all are of DOUBLE. */
  doubles(sql: string, columns: number, rows: number): Promise<readonly Float64Array[]>;
  close(): Promise<void>;
}

/** Beyond this, more memory made pairing ten million rows no faster; what does not fit is spilled to disk. In bytes. */
const enoughMemory = 768 << 20;

/** 70 % of what this machine, or the cgroup that holds this process, has, and 768 MiB at most. In bytes. */
export function defaultMemoryLimit(): number {
  const constrained = process.constrainedMemory();
  const available = constrained > 0 ? Math.min(constrained, os.totalmem()) : os.totalmem();
  return Math.min(Math.floor(available * 0.7), enoughMemory);
}

/**
 * An in-memory database in the engine's own sandbox: only the workspace and the session's temporary folder can be read
 * or written, nothing can be installed, loaded or attached from elsewhere, and the configuration is locked, all before
 * any path or SQL of a user arrives. The engine resolves symbolic links before it compares folders.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const client = await loadClient(options.engine);
  const workspace = await realpath(options.workspace);
  const temporary = await mkdtemp(path.join(await realpath(options.temporary), 'modelgate-'));
  const instance = await client.DuckDBInstance.create(':memory:', {
    threads: String(options.threads),
    memory_limit: `${Math.floor(options.memoryLimit / 1024)}KiB`,
    temp_directory: path.join(temporary, 'spill'),
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  });
  const connection = await instance.connect();
  const { objects } = options;
  if (objects !== undefined) await openObjects((sql) => connection.run(sql), objects);
  const folders = [
    ...[workspace, temporary].map((folder) => folder.replaceAll('\\', '/')),
    ...(objects === undefined ? [] : allowedPrefixes(objects.store)),
  ];
  await connection.run(`SET allowed_directories = ${list(folders)}`);
  await connection.run(`SET TimeZone = ${literal('UTC')}`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');

  let last: Promise<unknown> = Promise.resolve();
  function exclusive<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work).catch((error: unknown) => {
      throw translated(error, options.memoryLimit);
    });
    last = turn.catch(() => undefined);
    return turn;
  }
  async function rows<T>(sql: string, schema: z.ZodType<T>): Promise<readonly T[]> {
    const found = await exclusive(async () => (await connection.runAndReadAll(sql)).getRowObjectsJS());
    return found.map((row) => schema.parse(row));
  }
  function cells(sql: string, most: number): Promise<readonly Row[]> {
    return exclusive(async () => {
      const reader = await connection.streamAndReadUntil(sql, most);
      const names = reader.columnNames();
      return reader
        .getRows()
        .slice(0, most)
        .map((row) => Object.fromEntries(row.map((value, index) => [names[index] ?? '', cellOf(value, client)])));
    });
  }
  function read(sql: string, kinds: readonly ReadKind[], rowCount: number): Promise<readonly ReadColumn[]> {
    return exclusive(async () => readColumns(await connection.stream(sql), client, kinds, rowCount));
  }
  return {
    workspace,
    temporary,
    run: (sql) => exclusive(async () => void (await connection.run(sql))),
    rows,
    cells,
    async row(sql, schema) {
      const [first] = await rows(sql, schema);
      if (first === undefined) throw new Error('a statement that always gives a row gave none');
      return first;
    },
    read,
    async doubles(sql, columns, rowCount) {
      const columnsRead = await read(sql, Array<ReadKind>(columns).fill('doubles'), rowCount);
      return columnsRead.map((column) => {
        if (column.kind !== 'doubles') throw new Error('doubles were asked for');
        return column.values;
      });
    },
    async close() {
      await last;
      connection.closeSync();
      instance.closeSync();
      await rm(temporary, { recursive: true, force: true });
    },
  };
}

/** The extension is checked by the engine against the signature of its makers; it is loaded before the sandbox closes. */
async function openObjects(
  run: (sql: string) => Promise<unknown>,
  { store, extensions }: SessionObjects,
): Promise<void> {
  const { extension, endpoint, region, accessKeyId, secretAccessKey, sessionToken } = store;
  try {
    if (extension === undefined) {
      await run(`SET extension_directory = ${literal(extensions)}`);
      await run('INSTALL httpfs');
    }
    await run(extension === undefined ? 'LOAD httpfs' : `LOAD ${literal(extension)}`);
  } catch (error) {
    throw new UserError('engine-unavailable', "The engine's extension for object stores (httpfs) cannot be loaded.", {
      how:
        extension === undefined
          ? 'Where the engine cannot fetch it from its own repository, put the signed file of the same version on the machine.'
          : 'It must be the signed file of the same version and platform as the engine.',
      cause: error,
    });
  }
  const url = endpoint === undefined ? undefined : new URL(endpoint);
  const settings = [
    `KEY_ID ${literal(accessKeyId)}`,
    `SECRET ${literal(secretAccessKey)}`,
    `REGION ${literal(region)}`,
    ...(sessionToken === undefined ? [] : [`SESSION_TOKEN ${literal(sessionToken)}`]),
    ...(url === undefined
      ? []
      : [`ENDPOINT ${literal(url.host)}`, "URL_STYLE 'path'", `USE_SSL ${url.protocol === 'https:'}`]),
    `SCOPE ${list(allowedPrefixes(store))}`,
  ];
  await run(`CREATE SECRET modelgate_objects (TYPE s3, ${settings.join(', ')})`);
}

function translated(error: unknown, memoryLimit: number): unknown {
  if (!(error instanceof Error)) return error;
  if (error.message.startsWith('Out of Memory Error')) {
    return new UserError(
      'engine-unavailable',
      `The embedded engine needs more memory than the ${Math.floor(memoryLimit / 2 ** 20)} MiB that it may use here.`,
      { how: 'Use a larger runner, or give the gate fewer rows or columns.' },
    );
  }
  const words = error.message.replace(/^Failed to extract statements: /, '');
  return /^[A-Z][A-Za-z -]* Error: /.test(words) ? new EngineFailure(words) : error;
}
