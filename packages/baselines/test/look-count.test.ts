import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { GateOutcome } from '@modelgate/core';
import { effectiveTolerance } from '@modelgate/statistics';
import { expect, test } from 'vitest';
import {
  type Look,
  type LookListing,
  type LookRequest,
  type LookStore,
  looksAt,
  type Manifest,
  manifestSchema,
  noLooks,
  withLooks,
} from '../src/index.ts';
import { emptyFolder, manifest } from './stored.ts';

const golden = 'a'.repeat(64);
const digest = (name: string) => createHash('sha256').update(name).digest('hex');
const budget = { 'at-most': 10, 'on-exhausted': 'fail', adaptivity: 'full' } as const;

function request(more: Partial<LookRequest> = {}): LookRequest {
  return {
    policy: 'flights',
    gate: 'quality',
    leg: undefined,
    golden,
    candidate: digest('this'),
    rows: 500,
    budget,
    confidence: 0.95,
    carried: undefined,
    folder: emptyFolder(),
    now: new Date('2026-11-20T10:00:00Z'),
    ...more,
  };
}

/** The digest of the mark that a candidate leaves. */
function markOf(candidate: string, examples = golden): string {
  const schema = 'https://github.com/modelgate/modelgate/look/v1';
  return `sha256:${digest(`${JSON.stringify({ schema, examples, candidate: digest(candidate) })}\n`)}`;
}

/** Candidates judged one a day from 1 November on; given oldest first. */
function daily(candidates: readonly string[], firstDay = 1): readonly Look[] {
  return candidates
    .map((candidate, i) => ({
      digest: markOf(candidate),
      commit: `c${i}`,
      createdAt: `2026-11-${String(firstDay + i).padStart(2, '0')}T12:00:00Z`,
    }))
    .reverse();
}

function store(looks: readonly Look[], more: Partial<Extract<LookListing, { kind: 'listed' }>> = {}): LookStore {
  return { list: async () => ({ kind: 'listed', looks, fromForks: [], complete: true, commit: 'head', ...more }) };
}

const names = (count: number) => Array.from({ length: count }, (_, i) => `candidate ${i}`);

test('the first look: counted, marked, and how far the rows may be off', async () => {
  const given = request();
  const got = await looksAt(given, store([]));
  expect(got.reuse).toEqual({
    looks: 1,
    atMost: 10,
    since: '2026-11-20T10:00:00.000Z',
    tolerance: effectiveTolerance({ rows: 500, delta: 1 - 0.95, looks: 1, adaptivity: 'full' }),
    exhausted: false,
    note: '1 candidate was judged on these 500 rows since 2026-11-20; the policy allows 10. After so many looks a share of these rows may be off by 6.1 points.',
  });
  expect([got.notice, got.status]).toEqual([undefined, 'pass']);
  const name = 'modelgate-look--flights--quality--aaaaaaaaaaaaaaaa.json';
  expect(got.mark).toEqual({ name, folder: given.folder, files: [name] });
  const text = await readFile(path.join(given.folder, name), 'utf8');
  expect(`sha256:${digest(text)}`).toBe(markOf('this'));
  // its own mark is stored after the list was read: the next list shows it
  expect(got.recorded).toEqual({ examples: golden, since: '2026-11-20T10:00:00.000Z', count: 0 });
});

test('a candidate that was judged before is no new look and leaves no second mark', async () => {
  const given = request();
  const got = await looksAt(given, store(daily(['other', 'this', 'this'])));
  expect(got.reuse).toMatchObject({ looks: 2, since: '2026-11-01T12:00:00Z' });
  expect(got.mark).toBeUndefined();
  expect(await readdir(given.folder)).toEqual([]);
});

test('ten looks of ten: adaptive ones cost more than independent ones (.100 and .073 of 500 rows)', async () => {
  const nine = store(daily(names(9)));
  const tolerance = async (adaptivity: 'full' | 'none') =>
    (await looksAt(request({ budget: { ...budget, adaptivity } }), nine)).reuse.tolerance?.toFixed(3);
  expect([await tolerance('full'), await tolerance('none')]).toEqual(['0.100', '0.073']);
});

test.each([
  [6, undefined],
  [7, '2 are left before the gate fails: draw new examples that nobody has seen, and demote these to development.'],
  [8, '1 is left before the gate fails: draw new examples that nobody has seen, and demote these to development.'],
  [
    9,
    'None is left, and with the next one the gate fails: draw new examples that nobody has seen, and demote these to development.',
  ],
  [10, 'They are used up: draw new examples that nobody has seen, and demote these to development.'],
])('after %i earlier candidates of a budget of 10', async (earlier, advice) => {
  const { reuse, notice, status } = await looksAt(request(), store(daily(names(earlier))));
  expect([reuse.looks, reuse.exhausted, status]).toEqual([earlier + 1, earlier >= 10, earlier >= 10 ? 'fail' : 'pass']);
  expect(notice).toBe(advice === undefined ? undefined : reuse.note);
  if (advice !== undefined) expect(reuse.note.endsWith(advice)).toBe(true);
});

test('used up with on-exhausted: warn warns, and says so beforehand', async () => {
  const warn = { ...budget, 'on-exhausted': 'warn' } as const;
  expect((await looksAt(request({ budget: warn }), store(daily(names(10))))).status).toBe('warn');
  expect((await looksAt(request({ budget: warn }), store(daily(names(8))))).notice).toContain(
    '1 is left before the gate warns: ',
  );
});

test('the count goes on from a recorded baseline, without counting anything twice', async () => {
  const carried = { examples: golden, since: '2026-08-01T00:00:00Z', count: 40, until: '2026-11-03T12:00:00Z' };
  // 1 to 3 November are among the 40; `candidate 1` came again on the 4th, `candidate 3` is new
  const listed = daily(['candidate 0', 'candidate 1', 'candidate 2', 'candidate 1', 'candidate 3']);
  const got = await looksAt(request({ carried }), store(listed));
  expect(got.reuse).toMatchObject({ looks: 42, since: '2026-08-01T00:00:00Z' });
  expect(got.recorded).toEqual({ ...carried, count: 41, until: '2026-11-05T12:00:00Z' });
});

test('recording after every merge comes to the same count as never recording', async () => {
  const all: Look[] = [];
  let carried: Manifest['looks'];
  for (const [day, name] of [...names(4), 'candidate 2', ...names(8)].entries()) {
    const got = await looksAt(request({ carried, candidate: digest(name) }), store([...all].reverse()));
    carried = got.recorded;
    if (got.mark !== undefined) {
      all.push({
        digest: markOf(name),
        commit: `c${day}`,
        createdAt: new Date(Date.UTC(2026, 10, 1 + day)).toISOString(),
      });
    }
  }
  expect(all).toHaveLength(8);
  expect((await looksAt(request({ carried }), store([...all].reverse()))).reuse.looks).toBe(9);
});

test('other examples start at nothing', async () => {
  const carried = { examples: 'b'.repeat(64), since: '2026-08-01T00:00:00Z', count: 40, until: '2026-11-03T12:00:00Z' };
  const got = await looksAt(request({ carried }), store([]));
  expect([got.reuse.looks, got.recorded?.count, got.recorded?.examples]).toEqual([1, 0, golden]);
});

test('where it cannot be counted there is no number, above all not 0', async () => {
  const given = request({ carried: { examples: golden, since: '2026-08-01T00:00:00Z', count: 40 } });
  const got = await looksAt(given, noLooks('The command line does not see them.'));
  expect(got.reuse).toEqual({
    atMost: 10,
    exhausted: false,
    note: 'Looks at these examples are not counted here. The command line does not see them.',
  });
  expect([got.notice, got.status]).toEqual([undefined, 'pass']);
  expect(got.recorded).toEqual(given.carried);
  expect(got.mark).toBeDefined();
  const why = 'The token lacks `actions: read` (403).';
  const refused: LookStore = { list: async () => ({ kind: 'unknown', why, expected: false }) };
  expect((await looksAt(request(), refused)).notice).toBe(`Looks at these examples are not counted here. ${why}`);
});

test('more than can be listed is at least, and stays so', async () => {
  const got = await looksAt(request(), store(daily(names(3)), { complete: false }));
  expect(got.reuse).toMatchObject({ looks: 4, atLeast: true });
  expect(got.reuse.note).toContain('At least 4 candidates were judged');
  expect(got.recorded?.atLeast).toBe(true);
  expect((await looksAt(request({ carried: got.recorded }), store([]))).reuse.atLeast).toBe(true);
});

test('forks are told and not counted: anybody could use up the budget of others', async () => {
  const got = await looksAt(request(), store([], { fromForks: daily(names(30)) }));
  expect([got.reuse.looks, got.status]).toEqual([1, 'pass']);
  expect(got.reuse.note.endsWith(' 30 candidates of forks are not counted.')).toBe(true);
});

test('a server without digests: candidates are told apart by commit', async () => {
  const plain = ['head', 'c1', 'c1'].map((commit) => ({ commit, createdAt: '2026-11-01T12:00:00Z' }));
  const got = await looksAt(request(), store(plain));
  expect([got.reuse.looks, got.mark]).toEqual([2, undefined]);
});

test('a matrix leg and another golden set have marks of their own', async () => {
  const asked: unknown[] = [];
  const listening: LookStore = {
    list: async (query) => {
      asked.push(query);
      return await store([]).list(query);
    },
  };
  const carried = { examples: golden, since: '2026-08-01T00:00:00Z', count: 4, until: '2026-11-03T12:00:00Z' };
  await looksAt(request({ leg: 'xl/α', carried }), listening);
  await looksAt(request({ golden: 'b'.repeat(64), carried }), listening);
  expect(asked).toEqual([
    { name: 'modelgate-look--flights--quality--xl---aaaaaaaaaaaaaaaa.json', until: '2026-11-03T12:00:00Z' },
    { name: 'modelgate-look--flights--quality--bbbbbbbbbbbbbbbb.json', until: undefined },
  ]);
});

test('what is recorded fits the manifest, and manifests of before have none', async () => {
  const { recorded } = await looksAt(request(), store(daily(names(3)), { complete: false }));
  expect(manifestSchema.parse({ ...manifest, looks: recorded }).looks).toEqual(recorded);
  expect(manifestSchema.parse(manifest).looks).toBeUndefined();
});

test('the outcome: the worse status decides, and a green one stops when the policy says so', async () => {
  const green: GateOutcome = {
    status: 'pass',
    reason: 'proven',
    onInconclusive: 'warn',
    stops: false,
    checks: [],
    notices: ['one'],
    inputs: [],
  };
  const few = withLooks(green, await looksAt(request(), store([])));
  expect(few).toMatchObject({ status: 'pass', reason: 'proven', stops: false, notices: ['one'], reuse: { looks: 1 } });
  expect(few.look?.files).toHaveLength(1);

  const usedUp = await looksAt(request(), store(daily(names(10))));
  expect(withLooks(green, usedUp)).toMatchObject({
    status: 'fail',
    reason: 'golden-set-expired',
    stops: true,
    notices: ['one', usedUp.reuse.note],
  });
  const red: GateOutcome = { ...green, status: 'error', reason: 'metric-undefined', stops: true };
  expect(withLooks(red, usedUp)).toMatchObject({ status: 'error', reason: 'metric-undefined', stops: true });
  const failed: GateOutcome = { ...green, status: 'fail', reason: 'margin-exceeded', stops: true };
  expect(withLooks(failed, usedUp)).toMatchObject({ status: 'fail', reason: 'margin-exceeded' });

  const warned = await looksAt(request({ budget: { ...budget, 'on-exhausted': 'warn' } }), store(daily(names(10))));
  expect(withLooks(green, warned)).toMatchObject({ status: 'warn', reason: 'golden-set-expired', stops: false });
});
