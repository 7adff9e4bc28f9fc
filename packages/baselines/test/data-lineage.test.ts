import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataLineage } from '../src/index.ts';
import { emptyFolder } from './stored.ts';

function workspace(files: Readonly<Record<string, string>>): string {
  const root = emptyFolder();
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  return root;
}

const rows = 'id,y\n1,0\n2,1\n';
const md5 = 'd6149ccc7b4dda2515b0fcc32c56d3b3';

// dvc.lock and raw.dvc as DVC 3.67.1 wrote them over these files
const dvcLock = `schema: '2.0'
stages:
  prepare:
    cmd: cp data/train.csv golden.csv
    deps:
    - path: data/train.csv
      hash: md5
      md5: ${md5}
      size: 13
    outs:
    - path: golden.csv
      hash: md5
      md5: ${md5}
      size: 13
`;
const rawDvc = `outs:
- md5: 197a5cc0a0a54dee5463f6e13a9c0be5.dir
  size: 6
  nfiles: 4
  hash: md5
  path: raw
`;
const raw = {
  'data/raw/a.txt': 'a\n',
  'data/raw/sub/é ü.txt': 'b\n',
  'data/raw/Z.txt': 'z',
  'data/raw/q"\\.txt': 'x',
};

describe('DVC', () => {
  it('files and folders that are what it recorded', async () => {
    const root = workspace({
      'dvc.lock': dvcLock,
      'golden.csv': rows,
      'data/train.csv': rows,
      'data/raw.dvc': rawDvc,
      ...raw,
    });
    const files = ['golden.csv', 'data/train.csv', 'data/raw/a.txt', path.join(root, 'data/raw/Z.txt')];
    expect(await dataLineage({ workspace: root, files })).toEqual({
      lineage: [
        { kind: 'dvc', path: 'golden.csv', recordedIn: 'dvc.lock', md5, bytes: 13, matches: true },
        { kind: 'dvc', path: 'data/train.csv', recordedIn: 'dvc.lock', md5, bytes: 13, matches: true },
        {
          kind: 'dvc',
          path: 'data/raw',
          recordedIn: 'data/raw.dvc',
          md5: '197a5cc0a0a54dee5463f6e13a9c0be5.dir',
          bytes: 6,
          matches: true,
        },
      ],
      notices: [],
    });
  });

  it.each([
    ['other contents', rows.replace('2,1', '2,0'), 'MD5 1b486e295261f56d4a33485ab5cc3de2'],
    ['another length', `${rows}3,1\n`, 'its size differs'],
  ])('a file with %s', async (_, contents, difference) => {
    const root = workspace({ 'dvc.lock': dvcLock, 'golden.csv': contents });
    const { lineage, notices } = await dataLineage({ workspace: root, files: ['golden.csv'] });
    expect(lineage).toMatchObject([{ path: 'golden.csv', matches: false }]);
    expect(notices).toEqual([
      `golden.csv is not what dvc.lock records (${difference}, recorded ${md5}): commit what DVC recorded of it, or bring the recorded data back with \`dvc checkout\`.`,
    ]);
  });

  it('a folder to which a file came', async () => {
    const root = workspace({ 'data/raw.dvc': rawDvc, ...raw, 'data/raw/new.txt': '' });
    const { lineage, notices } = await dataLineage({ workspace: root, files: ['data/raw/a.txt'] });
    expect(lineage).toMatchObject([{ path: 'data/raw', matches: false }]);
    expect(notices.length).toBe(1);
  });

  it('texts whose line ends older versions did not count', async () => {
    const old = `outs:\n- md5: ${md5}\n  size: 16\n  path: golden.csv\n`;
    const root = workspace({ 'golden.csv.dvc': old, 'golden.csv': rows.replaceAll('\n', '\r\n') });
    expect((await dataLineage({ workspace: root, files: ['golden.csv'] })).lineage).toMatchObject([{ matches: true }]);
  });

  it('a file that something else was made from in another version', async () => {
    const now = createHash('md5').update('x').digest('hex');
    const tracked = `outs:\n- md5: ${now}\n  size: 1\n  hash: md5\n  path: train.csv\n`;
    const root = workspace({ 'dvc.lock': dvcLock, 'data/train.csv.dvc': tracked, 'data/train.csv': 'x' });
    expect((await dataLineage({ workspace: root, files: ['data/train.csv'] })).notices).toEqual([
      `DVC records two versions of data/train.csv: ${now} in data/train.csv.dvc, ${md5} as a dependency in dvc.lock. Run \`dvc repro\`: something was made from another version.`,
    ]);
  });

  it('files that it does not know, and lock files of the first schema', async () => {
    const first = dvcLock.replace("schema: '2.0'\nstages:\n", '').replaceAll(/^ {2}/gm, '');
    const root = workspace({ 'dvc.lock': first, 'golden.csv': rows, 'other.csv': rows });
    const { lineage } = await dataLineage({ workspace: root, files: ['other.csv', 'golden.csv'] });
    expect(lineage).toMatchObject([{ path: 'golden.csv', matches: true }]);
  });
});

describe('what cannot be read is said, and stops nothing', () => {
  it.each([
    ['broken YAML', 'stages: [', 'Lineage: dvc.lock:1 is not valid YAML: '],
    [
      'nested aliases',
      'a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n',
      'Lineage: dvc.lock:2 is not valid YAML: aliases exceeded maxAliases (0)',
    ],
    ['deep nesting', `a: ${'['.repeat(5000)}`, 'Lineage: dvc.lock:1 is not valid YAML: '],
    ['another shape', 'stages: [1, 2]\nschema: "2.0"\n', 'Lineage: dvc.lock is not what DVC writes: '],
    ['a long text', `a: ${'x'.repeat(1_000_001)}`, 'dvc.lock has 1000004 characters; at most 1000000 are read'],
  ])('%s', async (_, text, expected) => {
    const root = workspace({ 'dvc.lock': text, 'golden.csv': rows });
    const { lineage, notices } = await dataLineage({ workspace: root, files: ['golden.csv'] });
    expect(lineage).toEqual([]);
    expect(notices.length).toBe(1);
    expect(notices[0]).toContain(expected);
  });

  it('a file of many megabytes is not read', async () => {
    const root = workspace({ 'dvc.lock': '', 'golden.csv': rows });
    truncateSync(path.join(root, 'dvc.lock'), 9 * 1024 * 1024);
    expect((await dataLineage({ workspace: root, files: ['golden.csv'] })).notices).toEqual([
      'Lineage: dvc.lock has 9.0 MiB; at most 8 are read',
    ]);
  });

  it('nothing outside of the checkout is looked at', async () => {
    const outside = workspace({ 'secret.csv': rows });
    const root = workspace({ 'dvc.lock': dvcLock.replace('golden.csv\n      hash', '../secret.csv\n      hash') });
    symlinkSync(path.join(outside, 'secret.csv'), path.join(root, 'golden.csv'));
    symlinkSync('/dev/zero', path.join(root, 'uv.lock'));
    const files = ['../secret.csv', path.join(outside, 'secret.csv'), 'golden.csv'];
    expect(await dataLineage({ workspace: root, files })).toEqual({ lineage: [], notices: [] });
  });
});

describe('lakeFS', () => {
  const reference = `# This file was generated by lakeFS for local checkout.
src: lakefs://models/main/golden/
at_head: 5cc2b4b0f1d6c9a3e8f7
active_operation: ""
`;

  it('the commit of a local copy', async () => {
    const root = workspace({ 'eval/.lakefs_ref.yaml': reference, 'eval/deep/golden.csv': rows });
    expect(await dataLineage({ workspace: root, files: ['eval/deep/golden.csv'] })).toEqual({
      lineage: [
        { kind: 'lakefs', path: 'eval', source: 'lakefs://models/main/golden/', commit: '5cc2b4b0f1d6c9a3e8f7' },
      ],
      notices: [],
    });
  });

  it('a copy that was interrupted', async () => {
    const root = workspace({ 'eval/.lakefs_ref.yaml': reference.replace('""', 'pull'), 'eval/golden.csv': rows });
    expect((await dataLineage({ workspace: root, files: ['eval/golden.csv'] })).notices).toEqual([
      'eval is a local copy of lakefs://models/main/golden/ in which `lakectl local pull` did not end: its files may be of two commits.',
    ]);
  });

  it('something else under its name', async () => {
    const root = workspace({ '.lakefs_ref.yaml': 'src: https://example.org\n', 'golden.csv': rows });
    const { lineage, notices } = await dataLineage({ workspace: root, files: ['golden.csv'] });
    expect(lineage).toEqual([]);
    expect(notices[0]).toContain('Lineage: .lakefs_ref.yaml is not what lakectl local writes: ');
  });
});

it('lock files at the root; a requirements file where it pins by hash', async () => {
  const pinned = `numpy==2.3.1 \\\n    --hash=sha256:${'a'.repeat(64)}\n`;
  const root = workspace({
    'uv.lock': 'version = 1\n',
    'requirements.txt': 'numpy>=2\n',
    'requirements-gpu.txt': pinned,
    'sub/poetry.lock': 'x',
    'README.md': 'x',
  });
  const digest = (text: string) => createHash('sha256').update(text).digest('hex');
  expect(await dataLineage({ workspace: root, files: [] })).toEqual({
    lineage: [
      { kind: 'lock-file', path: 'requirements-gpu.txt', bytes: Buffer.byteLength(pinned), sha256: digest(pinned) },
      { kind: 'lock-file', path: 'uv.lock', bytes: 12, sha256: digest('version = 1\n') },
    ],
    notices: [],
  });
});
