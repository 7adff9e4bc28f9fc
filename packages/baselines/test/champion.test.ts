import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import {
  type ChampionRequest,
  type ChampionStores,
  type ContentStore,
  expiryNotice,
  FolderStore,
  fetchChampion,
  type RecordedLookup,
  type RecordedStore,
} from '../src/index.ts';
import { content, emptyFolder, manifest, recorded, refusal } from './stored.ts';

const name = 'modelgate-baseline--flight-delays--quality';
const base = 'abcdef0123456789abcdef0123456789abcdef01';
const anew = 'run the gate once on the default branch to record a new one';

function request(source: ChampionRequest['source'], over: Partial<ChampionRequest> = {}): ChampionRequest {
  const [workspace, temporary] = [emptyFolder(), emptyFolder()];
  const now = new Date('2026-11-04T00:00:00Z');
  return { source, policy: 'flight-delays', gate: 'quality', leg: undefined, workspace, temporary, now, ...over };
}

const noContents: ContentStore = {
  baseCommit: () => Promise.reject(new Error('the base was asked for')),
  read: () => Promise.reject(new Error('a file of the base was asked for')),
};

function stores(recordedStore: RecordedStore, contents: ContentStore = noContents): ChampionStores {
  return { recorded: recordedStore, contents };
}

async function folderStore(given: Parameters<typeof recorded>[1] = {}): Promise<FolderStore> {
  const root = emptyFolder();
  await recorded(path.join(root, name), given);
  return new FolderStore(root);
}

/** A store that answers so; what it finds is downloaded from a folder. */
function answering(lookup: RecordedLookup, download: RecordedStore['download'] = () => Promise.reject(new Error())) {
  return stores({ find: () => Promise.resolve(lookup), download });
}

it('a recorded champion comes with age, commit, branch and digest', async () => {
  const asked = request({ from: 'recorded' });
  const got = await fetchChampion(asked, stores(await folderStore()));
  expect(got).toEqual({
    kind: 'results',
    path: path.join(asked.temporary, 'champion', 'predictions.csv'),
    manifest,
    identity: {
      from: 'recorded',
      name,
      sha256: manifest.data.sha256,
      commit: manifest.commit,
      branch: 'main',
      recordedAt: '2026-11-01T12:00:00.000Z',
      ageDays: 2.5,
    },
  });
});

it('what the store knows of run and expiry is part of the identity; a clock behind the record makes no negative age', async () => {
  const baseline = {
    id: '7',
    runId: 41,
    runUrl: 'https://github.com/acme/delays/actions/runs/41',
    recordedAt: manifest.recordedAt,
    expiresAt: '2027-01-30T12:00:00Z',
  };
  const world = answering({ kind: 'found', baseline }, async (_, folder) => void (await recorded(folder)));
  const got = await fetchChampion(request({ from: 'recorded' }, { now: new Date('2026-10-30T00:00:00Z') }), world);
  expect(got).toMatchObject({
    identity: {
      runId: 41,
      runUrl: 'https://github.com/acme/delays/actions/runs/41',
      expiresAt: '2027-01-30T12:00:00Z',
      ageDays: 0,
    },
  });
});

it('a leg of a matrix has a champion of its own', async () => {
  const root = emptyFolder();
  await recorded(path.join(root, `${name}--linux`));
  const world = stores(new FolderStore(root));
  expect((await fetchChampion(request({ from: 'recorded' }, { leg: 'linux' }), world)).kind).toBe('results');
  expect((await fetchChampion(request({ from: 'recorded' }, { leg: 'macos' }), world)).kind).toBe('bootstrap');
});

it('bootstrap is only the answer of a store that could be read and holds nothing', async () => {
  expect(await fetchChampion(request({ from: 'recorded' }), answering({ kind: 'none', looked: 'main' }))).toEqual({
    kind: 'bootstrap',
    notice:
      'There is no champion yet: main has recorded quality. Nothing was compared; the first green run on the default branch records one.',
  });
});

it.each<[string, RecordedLookup, readonly unknown[]]>([
  [
    'cannot be read',
    { kind: 'unreadable', message: 'this token may not read actions', how: 'add `actions: read`' },
    ['baseline-unreadable', 'this token may not read actions', 'add `actions: read`'],
  ],
  [
    'has expired',
    { kind: 'expired', baseline: { id: '7', recordedAt: '2026-07-01T12:00:00Z' } },
    [
      'baseline-missing',
      "the champion's record of 2026-07-01 has expired",
      'run the workflow on the default branch to record it anew; a scheduled run keeps it alive',
    ],
  ],
])('a record that %s is an error, never a bootstrap', async (_, lookup, expected) => {
  expect(await refusal(fetchChampion(request({ from: 'recorded' }), answering(lookup)))).toEqual(expected);
});

it.each([
  ['policy', { policy: 'other' }, 'other/quality'],
  ['gate', { gate: 'other' }, 'flight-delays/other'],
])('a record of another %s under this name is refused', async (_, over, owner) => {
  const world = stores(await folderStore({ manifest: { ...manifest, ...over } }));
  expect(await refusal(fetchChampion(request({ from: 'recorded' }), world))).toEqual([
    'baseline-mismatch',
    `the artifact ${name} was recorded for ${owner}`,
    anew,
  ]);
});

it('a tampered record is refused', async () => {
  const world = stores(await folderStore({ data: `${content}3,1\n` }));
  const [reason, message, how] = await refusal(fetchChampion(request({ from: 'recorded' }), world));
  expect([reason, how]).toEqual(['baseline-mismatch', anew]);
  expect(message).toContain(`recorded ${manifest.data.sha256}`);
});

it('a champion in git is read at the base commit and keeps its name, by whose ending the format is told', async () => {
  const asked = request({ from: 'git', table: 'champion/predictions.csv' });
  const read: string[] = [];
  const contents: ContentStore = {
    baseCommit: () => Promise.resolve(base),
    read: (file, commit) => {
      read.push(`${commit}:${file}`);
      return Promise.resolve(new TextEncoder().encode(content));
    },
  };
  const got = await fetchChampion(asked, stores(new FolderStore(emptyFolder()), contents));
  expect(read).toEqual([`${base}:champion/predictions.csv`]);
  const copy = path.join(asked.temporary, 'champion', 'predictions.csv');
  expect(got).toEqual({
    kind: 'results',
    path: copy,
    identity: { from: 'git', name: 'champion/predictions.csv', commit: base },
  });
  expect(await readFile(copy, 'utf8')).toBe(content);
});

it('a champion in git stays inside our folder, whatever its path says', async () => {
  const asked = request({ from: 'git', file: '../../../metrics.json' });
  const contents: ContentStore = {
    baseCommit: () => Promise.resolve(base),
    read: () => Promise.resolve(new Uint8Array()),
  };
  const got = await fetchChampion(asked, stores(new FolderStore(emptyFolder()), contents));
  expect(got).toMatchObject({ path: path.join(asked.temporary, 'champion', 'metrics.json') });
});

it('a champion that the base has not is missing', async () => {
  const contents: ContentStore = { baseCommit: () => Promise.resolve(base), read: () => Promise.resolve(undefined) };
  const asked = request({ from: 'git', table: 'champion/p.csv' });
  expect(await refusal(fetchChampion(asked, stores(new FolderStore(emptyFolder()), contents)))).toEqual([
    'baseline-missing',
    'champion/p.csv is not in the tree of abcdef0, the commit this change is measured against',
    "commit the champion's results on the base branch first, or use champion: { from: recorded }",
  ]);
});

it('a champion from a file is named as the policy names it, and read by whoever reads tables', async () => {
  const asked = request({ from: 'file', table: 'champion/*.parquet' });
  await mkdir(path.join(asked.workspace, 'champion'));
  expect(await fetchChampion(asked, stores(new FolderStore(emptyFolder())))).toEqual({
    kind: 'results',
    path: 'champion/*.parquet',
    identity: { from: 'file', name: 'champion/*.parquet' },
  });
});

it.each([
  ['2026-11-19T00:00:00Z', undefined],
  ['2026-11-18T23:59:59Z', 'in 14 days (2026-11-18)'],
  ['2026-11-18T00:00:00Z', 'in 14 days (2026-11-18)'],
  ['2026-11-06T00:00:00Z', 'in 2 days (2026-11-06)'],
  ['2026-11-05T23:00:00Z', 'in 1 day (2026-11-05)'],
  ['2026-11-05T00:00:00Z', 'in 1 day (2026-11-05)'],
  ['2026-11-04T23:59:59Z', 'within a day (2026-11-04)'],
  ['2026-11-03T23:59:59Z', 'within a day (2026-11-03)'],
])('on 4 November a record that expires at %s is announced: %s', (expiresAt, when) => {
  const notice = expiryNotice({ from: 'recorded', name, expiresAt }, new Date('2026-11-04T00:00:00Z'));
  expect(notice).toBe(when && `The champion's record expires ${when}: a green run on the default branch renews it.`);
});

it('a record without an expiry is not announced', () => {
  expect(expiryNotice({ from: 'file', name }, new Date())).toBeUndefined();
});
