import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { FolderStore, noLooks } from '../../packages/baselines/src/index.ts';
import { evaluate } from '../../packages/comparison/src/evaluation.ts';
import { type BoundResult, type GateOutcome, parsePolicy, UserError } from '../../packages/core/src/index.ts';
import { currentPlatform, openTables, type Tables } from '../../packages/tables/src/index.ts';

const value = z.union([z.number(), z.string(), z.boolean(), z.null(), z.array(z.string())]);
const packed = z.union([
  z.object({ count: z.int(), from: z.int().default(1) }),
  z.object({ runs: z.string() }),
  z.object({ digits: z.string(), over: z.number().optional(), words: z.array(z.string()).optional() }),
  z.object({ of: z.array(value), over: z.number().optional() }),
]);
/** A number of an exact method, or the least and the most that random numbers may make of it. */
const number = z.union([z.number().transform((of) => [of, of] as const), z.tuple([z.number(), z.number()])]);
const expectedBound = z.strictObject({
  /** Absent: as of the check, which has no other bound. */
  status: z.string().optional(),
  reason: z.string().optional(),
  estimate: z.number().optional(),
  interval: z.tuple([number, number]).optional(),
  method: z.string().optional(),
});
const expectedCheck = z.strictObject({
  status: z.string(),
  reason: z.string(),
  candidate: z.number().optional(),
  champion: z.number().optional(),
  bounds: z.array(expectedBound),
});
const document = z.object({
  cases: z.array(
    z.object({
      id: z.string(),
      confidence: z.number(),
      gate: z.looseObject({ candidate: z.record(z.string(), z.unknown()), examples: z.record(z.string(), z.unknown()).optional() }),
      tables: z.record(z.string(), z.union([z.string(), z.object({ columns: z.unknown(), parquet: z.string() }), z.record(z.string(), packed)])),
      expected: z.union([
        z.strictObject({ problem: z.string() }),
        z.strictObject({ status: z.string(), reason: z.string(), checks: z.record(z.string(), expectedCheck) }),
      ]),
    }),
  ),
});
type Case = z.infer<typeof document>['cases'][number];
type Value = z.infer<typeof value>;

const { cases } = document.parse(JSON.parse(readFileSync(new URL('gates.json', import.meta.url), 'utf8')));
const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'gate-oracle-')));
const preplaced = path.dirname(
  createRequire(createRequire(import.meta.url).resolve('../../packages/tables/package.json')).resolve(`@duckdb/node-bindings-${currentPlatform()}/package.json`),
);
let tables: Tables | undefined;
beforeAll(async () => {
  mkdirSync(path.join(folder, 'tmp'));
  tables = await openTables({ workspace: folder, temporary: path.join(folder, 'tmp'), toolCache: path.join(folder, 'cache'), preplaced });
});
afterAll(async () => {
  await tables?.close();
  rmSync(folder, { recursive: true, force: true });
});

function unpacked(column: z.infer<typeof packed>): readonly Value[] {
  if ('count' in column) return Array.from({ length: column.count }, (_, row) => row + column.from);
  if ('runs' in column) return [...column.runs].flatMap((length, key) => new Array<Value>(Number.parseInt(length, 36)).fill(key + 1));
  const { over } = column;
  if ('of' in column) return over === undefined ? column.of : column.of.map((one) => Number(one) / over);
  const { words } = column;
  const digits = Array.from(column.digits, (digit) => Number.parseInt(digit, 36));
  if (words !== undefined) return digits.map((digit) => words[digit] ?? '');
  return over === undefined ? digits : digits.map((digit) => digit / over);
}

/** Models list their rows from the last to the first: rows are joined by key, whatever their order. */
function text(name: string, columns: Readonly<Record<string, z.infer<typeof packed>>>): string {
  const names = Object.keys(columns);
  const values = Object.values(columns).map(unpacked);
  const rows = Array.from({ length: values[0]?.length ?? 0 }, (_, row) => values.map((column) => column[row] ?? null));
  if (!name.startsWith('golden')) rows.reverse();
  if (name.endsWith('.jsonl')) return rows.map((row) => `${JSON.stringify(Object.fromEntries(names.map((of, at) => [of, row[at]])))}\n`).join('');
  return [names, ...rows].map((row) => `${row.map((one) => one ?? '').join(',')}\n`).join('');
}

/** Of a case without what all policies have; tables are called by what they are. */
function policyOf({ confidence, gate, tables: files }: Case): object {
  const named = (role: string) => Object.keys(files).find((name) => name.startsWith(`${role}.`));
  const from = (role: string) => (named(role) === undefined ? undefined : { from: 'file', table: named(role) });
  const own = { table: named('out'), ...gate.candidate };
  const examples = named('golden') === undefined ? undefined : { table: named('golden'), key: 'id', ...gate.examples };
  const g = { kind: 'evaluation', ...gate, candidate: own, champion: from('champ'), anchor: from('anchor'), examples };
  return { version: 1, name: 'oracle', confidence, gates: { g } };
}

async function run(one: Case): Promise<GateOutcome> {
  const { tables: files } = one;
  for (const [name, of] of Object.entries(files)) {
    const file = path.join(folder, name);
    if (typeof of === 'string') writeFileSync(file, of);
    else if ('parquet' in of && typeof of.parquet === 'string') writeFileSync(file, Buffer.from(of.parquet, 'base64'));
    else writeFileSync(file, text(name, z.record(z.string(), packed).parse(of)));
  }
  const engine = tables;
  if (engine === undefined) throw new Error('the engine is not open');
  const request = { document: parsePolicy(JSON.stringify(policyOf(one)), 'modelgate.yml'), gate: 'g', leg: undefined, onInconclusive: 'warn', waivers: [] } as const;
  return await evaluate(request, {
    workspace: folder,
    temporary: path.join(folder, 'tmp'),
    now: new Date('2026-11-22T00:00:00Z'),
    champions: {
      recorded: new FolderStore(path.join(folder, '.recorded')),
      contents: { baseCommit: () => Promise.resolve('b'.repeat(40)), read: () => Promise.resolve(undefined) },
    },
    // one engine serves all cases
    openTables: () => Promise.resolve({ ...engine, close: () => Promise.resolve() }),
    readText: async (file) => {
      try {
        return await readFile(path.resolve(folder, file), 'utf8');
      } catch (cause) {
        throw new UserError('file-missing', `${file} is not there`, { cause });
      }
    },
    sameAsBase: () => Promise.resolve('unknown'),
    looks: noLooks('not counted in tests'),
    run: () => Promise.reject(new Error('no command is expected')),
    onBaseBranch: false,
  });
}

/** 1e-9 of the larger of 1 and the number; a bracket says itself how far it reaches. */
function inside(actual: number | undefined, [least, most]: readonly [number, number], what: string): string[] {
  const room = least === most ? 1e-9 * Math.max(1, Math.abs(least)) : 1e-5 * Math.max(Math.abs(least), Math.abs(most));
  if (actual !== undefined && actual >= least - room && actual <= most + room) return [];
  return [`${what}: ${actual}, oracle ${least === most ? least : `${least} … ${most}`}`];
}

/** Wilson's interval is also called clustered-wilson, Student's paired-t. */
function family(method: string | undefined): string | undefined {
  return method === 'woodruff' ? 'order-statistic' : method?.replace(/^(paired|weighted|clustered)-/, '');
}

function boundDifferences(actual: BoundResult, expected: z.infer<typeof expectedBound>, known: z.infer<typeof expectedCheck>, what: string): string[] {
  const { candidate, champion } = known;
  const difference = candidate === undefined || champion === undefined ? undefined : candidate - champion;
  const estimate = expected.estimate ?? (actual.estimate === undefined || actual.against === 'anchor' ? undefined : actual.of === 'value' ? candidate : difference);
  const { status = actual.status, reason = actual.reason, method } = expected;
  const { interval } = actual;
  const [lower, upper] = expected.interval ?? [];
  return [
    ...(actual.status === status && actual.reason === reason
      ? []
      : [`${what}: ${actual.status} (${actual.reason}), oracle ${status} (${reason})`]),
    ...(estimate === undefined ? [] : inside(actual.estimate, [estimate, estimate], `${what}, estimate`)),
    ...(lower === undefined ? [] : inside(interval?.lower, lower, `${what}, lower`)),
    ...(upper === undefined ? [] : inside(interval?.upper, upper, `${what}, upper`)),
    ...(lower === undefined && interval !== undefined ? [`${what}: an interval, which the oracle has not`] : []),
    ...(method === undefined || family(interval?.method) === method ? [] : [`${what}: ${interval?.method}, oracle ${method}`]),
  ];
}

function differences(actual: GateOutcome, expected: Case['expected']): string[] {
  if ('problem' in expected) {
    return actual.problem?.reason === expected.problem ? [] : [`${actual.problem?.reason ?? actual.reason}, oracle ${expected.problem}`];
  }
  if (actual.problem !== undefined) return [`${actual.problem.reason}: ${actual.problem.message}`];
  const checks = actual.checks.flatMap((check) => {
    const known = expected.checks[check.id];
    if (known === undefined) return [`${check.id}: not in the oracle`];
    const { candidate, champion } = known;
    return [
      ...(candidate === undefined ? [] : inside(check.candidate, [candidate, candidate], `${check.id} candidate`)),
      ...(champion === undefined ? [] : inside(check.champion, [champion, champion], `${check.id} champion`)),
      ...(check.status === known.status && check.reason === known.reason ? [] : [`${check.id}: ${check.status} (${check.reason}), oracle ${known.status} (${known.reason})`]),
      ...(check.bounds.length === known.bounds.length ? [] : [`${check.id}: ${check.bounds.length} bounds, oracle ${known.bounds.length}`]),
      ...known.bounds.flatMap((bound, at) => {
        const own = check.bounds[at];
        return own === undefined ? [] : boundDifferences(own, bound, known, `${check.id} ${own.rule}${own.against === undefined ? '' : ` from ${own.against}`} (${check.metric})`);
      }),
    ];
  });
  return actual.status === expected.status && actual.reason === expected.reason
    ? checks
    : [`gate: ${actual.status} (${actual.reason}), oracle ${expected.status} (${expected.reason})`, ...checks];
}

test('200 random gates and 66 degenerate ones', () => {
  expect(cases.filter(({ id }) => id.startsWith('degenerate-'))).toHaveLength(66);
  expect(cases).toHaveLength(266);
});

test.each(cases)('$id', async (one) => {
  const found = differences(await run(one), one.expected);
  expect(found.length, found.join('\n')).toBe(0);
});
