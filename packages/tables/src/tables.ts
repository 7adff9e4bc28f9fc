import { createHash, randomUUID } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { UserError } from '@modelgate/core';
import { ask, countOf } from './answer.ts';
import { asWritten } from './as-written.ts';
import type { DataEngine, Query, SampleSpec } from './data-engine.ts';
import { type CrossedSpec, type Division, type DivisionSpec, divided } from './division.ts';
import { duplicates } from './duplicates.ts';
import { type EngineFiles, engineFiles } from './engine-files.ts';
import { currentPlatform, pinOf } from './engine-platform.ts';
import { refuseForeignExpression } from './foreign-sql.ts';
import { type Numbers, numbers } from './numbers.ts';
import { pair } from './pair.ts';
import { pairRankings } from './pair-rankings.ts';
import { pairRepeats } from './pair-repeats.ts';
import type { PairSpec, RankingSpec, SingleSpec } from './pair-spec.ts';
import type { PairedTable } from './paired-table.ts';
import type { PairedRankings } from './ranked-rows.ts';
import type { Relation } from './relation.ts';
import { isObjectAddress, matchObjects, type RemoteStore, type StoredFile } from './remote-store.ts';
import type { RepeatedTable } from './repeated-table.ts';
import { sampleOf } from './sample.ts';
import { defaultMemoryLimit, openSession, type Session } from './session.ts';
import { single } from './single.ts';
import { describeObjects, describeSource, type Source } from './source.ts';
import { identifier, literal } from './sql-text.ts';
import { checkTable, columnOf, refuseMissingColumns } from './table-check.ts';

export interface OpenOptions {
  /** Absolute. Relative paths and globs start here, and nothing outside is read. */
  readonly workspace: string;
  /** Folder of the runner for temporary files. */
  readonly temporary: string;
  /** The runner's tool cache. */
  readonly toolCache: string;
  /** Folder that holds the engine's libraries; nothing is fetched then. Verified all the same. */
  readonly preplaced?: string | undefined;
  /** Package registry; otherwise `npm_config_registry`, otherwise npm's default. */
  readonly registry?: string | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly threads?: number;
  /** Bytes for the engine; by default 70 % of what the machine or its cgroup has, 768 MiB at most. Beyond it the engine spills to disk. */
  readonly memoryLimit?: number;
  readonly fetch?: typeof globalThis.fetch;
  /** Milliseconds for fetching the engine. */
  readonly timeout?: number;
  readonly log?: (line: string) => void;
  /** From which tables named `s3://…` are read, and how. */
  readonly remote?: RemoteStore | undefined;
}

export interface EngineIdentity {
  readonly name: 'duckdb';
  /** Of the pinned package. */
  readonly version: string;
  readonly platform: string;
  readonly origin: EngineFiles['origin'];
}

export interface RecordSpec {
  readonly source: Source;
  /** Undefined for rows that have none. */
  readonly key: string | undefined;
  readonly columns: readonly string[];
  /** Absolute path of the file to write; its folder is made. */
  readonly to: string;
}

export interface RecordedTable {
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** Tables and SQL over them, in an engine that only this package knows. */
export interface Tables extends DataEngine {
  readonly kind: 'duckdb';
  readonly engine: EngineIdentity;
  /** @see describeSource */
  describe(path: string): Promise<Source>;
  /** @see sampleOf */
  sample(source: Source, spec: SampleSpec): Promise<Source>;
  /** The same for a file of the caller's own outside the workspace (a downloaded champion), which is brought inside first. */
  describeOwn(file: string): Promise<Source>;
  /** @see divided */
  divide(
    source: Source,
    by: readonly (DivisionSpec | CrossedSpec)[],
  ): Promise<{ source: Source; divisions: readonly Division[] }>;
  /** @see pair */
  pair(spec: PairSpec): Promise<PairedTable>;
  /** @see pairRepeats */
  pairRepeats(spec: PairSpec): Promise<RepeatedTable>;
  /** @see pairRankings */
  pairRankings(spec: RankingSpec): Promise<PairedRankings>;
  /** @see single */
  single(spec: SingleSpec): Promise<PairedTable>;
  /** @see numbers */
  numbers(source: Source, expressions: Readonly<Record<string, string>>): Promise<Numbers>;
  /** Writes key and columns as Parquet, sorted by key and columns, so that the same data give the same bytes. */
  record(spec: RecordSpec): Promise<RecordedTable>;
}

/**
 * Finds or fetches the engine, verifies and loads it, and opens a sandboxed session.
 *
 * @throws UserError `engine-unavailable`
 */
export async function openTables(options: OpenOptions): Promise<Tables> {
  const pin = pinOf(currentPlatform());
  const files = await engineFiles(pin, {
    toolCache: options.toolCache,
    temporary: options.temporary,
    preplaced: options.preplaced,
    registry: options.registry,
    environment: options.environment ?? process.env,
    fetch: options.fetch ?? globalThis.fetch,
    timeout: options.timeout ?? 60_000,
    log: options.log ?? (() => undefined),
  });
  const session = await openSession({
    engine: files.folder,
    workspace: options.workspace,
    temporary: options.temporary,
    threads: options.threads ?? os.availableParallelism(),
    memoryLimit: options.memoryLimit ?? defaultMemoryLimit(),
    objects: options.remote && {
      store: options.remote,
      extensions: path.join(options.toolCache, 'modelgate-engine-extensions'),
    },
  });
  const relations = new WeakMap<Source, Relation>();
  const relationOf = (source: Source): Relation => {
    const relation = relations.get(source);
    if (relation === undefined) throw new Error(`${source.path} was not described by this session`);
    return relation;
  };
  const askedOf = ({ sql, tables }: Query) => ({
    sql,
    tables: Object.fromEntries(Object.entries(tables).map(([name, source]) => [name, relationOf(source)])),
  });
  let pairs = 0;
  let samples = 0;
  return {
    kind: 'duckdb',
    engine: { name: 'duckdb', version: pin.version, platform: pin.platform, origin: files.origin },
    async describe(asked) {
      const { source, relation } = isObjectAddress(asked)
        ? await describeObjects(session, await objectsOf(asked, options), asked)
        : await describeSource(session, asked);
      relations.set(source, relation);
      return source;
    },
    async describeOwn(file) {
      const folder = await mkdtemp(path.join(session.temporary, 'own-'));
      await copyFile(file, path.join(folder, path.basename(file)));
      const { source, relation } = await describeSource(session, path.basename(file), folder);
      relations.set(source, relation);
      return source;
    },
    async divide(asked, by) {
      const { source, relation, divisions } = await divided(
        session,
        asked,
        relationOf(asked),
        by,
        `divided_${++pairs}`,
      );
      relations.set(source, relation);
      return { source, divisions };
    },
    pair: (spec) => pair(session, spec, relationOf, `paired_${++pairs}`),
    pairRepeats: (spec) => pairRepeats(session, spec, relationOf, `repeated_${++pairs}`),
    pairRankings: (spec) => pairRankings(session, spec, relationOf, `ranked_${++pairs}`),
    single: (spec) => single(session, spec, relationOf, `single_${++pairs}`),
    asWritten(source, columns) {
      const [written, relation] = asWritten(source, relationOf(source), columns);
      relations.set(written, relation);
      return written;
    },
    async sample(source, spec) {
      if (spec.share === 1) return source;
      const whole = relationOf(source);
      const party = { words: `table ${source.path}`, file: source.files[0]?.path ?? source.path, relation: whole };
      refuseMissingColumns({ ...party, key: undefined, columns: spec.key ?? [] });
      const relation = await sampleOf(session, whole, spec, `sample_${++samples}`);
      const part = { ...source, rows: relation.rows, sampledFrom: source.sampledFrom ?? source.rows };
      relations.set(part, relation);
      return part;
    },
    async duplicates(source, spec) {
      if (spec.where !== undefined) await refuseForeignExpression(session, spec.where);
      return duplicates(session, relationOf(source), spec);
    },
    ask: ({ most, ...query }) => ask(session, { ...askedOf(query), ...(most === undefined ? {} : { most }) }),
    countOf: (query) => countOf(session, askedOf(query)),
    checkExpression: (sql) => refuseForeignExpression(session, sql),
    numbers: (source, expressions) => numbers(session, relationOf(source), expressions),
    record: (spec) => record(session, spec, relationOf(spec.source)),
    close: () => session.close(),
  };
}

async function objectsOf(asked: string, { remote, fetch, timeout }: OpenOptions): Promise<readonly StoredFile[]> {
  if (remote !== undefined)
    return matchObjects(remote, asked, { fetch: fetch ?? globalThis.fetch, timeout: timeout ?? 60_000 });
  throw new UserError('policy-invalid', `${asked} lies in an object store, and none is set up here.`, {
    how: 'Set keys that may list and read it, and the prefix that may be read.',
  });
}

/** Written inside the sandbox first: the runner's temporary folder as a whole is none of the engine's business. */
async function record(session: Session, spec: RecordSpec, relation: Relation): Promise<RecordedTable> {
  const file = spec.source.files[0]?.path ?? spec.source.path;
  const party = { words: `table ${spec.source.path}`, file, relation, key: spec.key };
  refuseMissingColumns({ ...party, columns: spec.columns });
  await checkTable(session, { ...party, wanted: [] });
  const names = spec.key === undefined ? spec.columns : [spec.key, ...spec.columns];
  const columns = [...new Set(names)].map((name) => {
    return `${columnOf(relation, name).sql} AS ${identifier(name)}`;
  });
  const written = path.join(session.temporary, `${randomUUID()}.parquet`);
  await session.run(
    `COPY (SELECT ${columns.join(', ')} FROM ${relation.sql} ORDER BY ALL)
     TO ${literal(written)} (FORMAT parquet, COMPRESSION zstd)`,
  );
  const content = await readFile(written);
  await mkdir(path.dirname(spec.to), { recursive: true });
  await copyFile(written, spec.to);
  await rm(written);
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { path: spec.to, rows: relation.rows, bytes: content.length, sha256 };
}
