import path from 'node:path';
import { expect, it } from 'vitest';
import { baselineName, manifestSchema, readManifest } from '../src/index.ts';
import { emptyFolder, manifest, recorded, refusal } from './stored.ts';

const anew = 'run the gate once on the default branch to record a new one';

it('reads back what was recorded, and where its data lie', async () => {
  const folder = await recorded(emptyFolder());
  expect(await readManifest(folder)).toEqual({ manifest, data: path.join(folder, 'predictions.csv') });
});

it('reads a manifest of a later version of the same schema, whose new keys it passes over', async () => {
  const folder = await recorded(emptyFolder(), { manifest: { ...manifest, region: 'eu' } });
  expect((await readManifest(folder)).manifest).toEqual(manifest);
});

it('refuses data of which one byte was changed', async () => {
  const folder = await recorded(emptyFolder(), { data: 'key,predicted\n1,1\n2,1\n' });
  expect(await refusal(readManifest(folder))).toEqual([
    'baseline-mismatch',
    `the recorded baseline holds other data than was recorded (sha-256 99724bcc4d0d5cd7839f4cc06c52f116f9f0ed027f7d5cf81bbf4cd88b3d005b, recorded ${manifest.data.sha256})`,
    anew,
  ]);
});

it.each([
  ['no manifest', { manifest: null }, 'has no baseline.json'],
  ['no data', { data: null }, 'has no predictions.csv'],
])('refuses an artifact with %s', async (_, given, message) => {
  expect(await refusal(readManifest(await recorded(emptyFolder(), given)))).toEqual([
    'baseline-mismatch',
    `the recorded baseline ${message}`,
    anew,
  ]);
});

it.each([
  '../predictions.csv',
  '/etc/passwd',
  'sub/predictions.csv',
  '..',
  '.hidden',
  'a\\b.csv',
  '',
  'a\n.csv',
  'C:predictions.csv',
])('refuses a manifest whose file is %j: it may not point outside its folder', async (file) => {
  const folder = await recorded(emptyFolder(), { manifest: { ...manifest, data: { ...manifest.data, file } } });
  const [reason, message] = await refusal(readManifest(folder));
  expect(reason).toBe('baseline-mismatch');
  expect(message).toMatch(
    /^the recorded baseline has a baseline\.json that this version cannot read: [\s\S]*data\.file$/,
  );
});

it.each<[string, unknown]>([
  ['half written', '{"schema": "https'],
  ['a list', []],
  ['of another schema', { ...manifest, schema: 'https://github.com/modelgate/modelgate/baseline/v2' }],
  ['without a digest', { ...manifest, data: { ...manifest.data, sha256: '' } }],
  ['of a commit that is none', { ...manifest, commit: 'main' }],
  ['of zero rows', { ...manifest, data: { ...manifest.data, rows: 0 } }],
])('refuses a manifest that is %s', async (_, broken) => {
  const [reason, message, how] = await refusal(readManifest(await recorded(emptyFolder(), { manifest: broken })));
  expect([reason, how]).toEqual(['baseline-mismatch', anew]);
  expect(message).toContain('the recorded baseline has a baseline.json that this version cannot read: ✖ ');
});

it('defaults to no columns, as a record of bare metrics has none', () => {
  const { columns: _, ...bare } = {
    ...manifest,
    data: { kind: 'metrics', file: 'metrics.json', sha256: 'b'.repeat(64) },
  };
  expect(manifestSchema.parse(bare).columns).toEqual([]);
});

it.each([
  [['flight-delays', 'quality'], 'modelgate-baseline--flight-delays--quality'],
  [
    ['flight-delays', 'quality', 'python 3.13 / linux'],
    'modelgate-baseline--flight-delays--quality--python-3.13-linux',
  ],
  [['../..', 'a:b*?'], 'modelgate-baseline--..-..--a-b-'],
] as const)('%j is stored under a name that artifacts may have', ([policy, gate, leg], name) => {
  expect(baselineName(policy, gate, leg)).toBe(name);
});
