import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { staleFiles, write } from '../../scripts/build.ts';
import { bundle, startBytes } from '../../scripts/bundle.ts';
import { licenceAllowed, packageFolder } from '../../scripts/licences.ts';

let house: string;

beforeEach(() => {
  house = mkdtempSync(path.join(tmpdir(), 'modelgate-build-'));
  put('LICENSE', 'Apache License\n');
  put(
    'actions/near/main.ts',
    `import { load } from 'js-yaml';\nconst far = await import('far-away');\nconsole.log(load('1'), far);\n`,
  );
  put('actions/near/post.ts', `import { load } from 'js-yaml';\nconsole.log(load('2'));\n`);
  dependency(
    'js-yaml',
    { version: '5.5.0', license: 'MIT' },
    'export const load = (text) => text + "near".repeat(100);\n',
  );
  dependency(
    'far-away',
    { version: '1.0.0', license: '(GPL-3.0-only OR BSD-3-Clause)' },
    'export const far = "far".repeat(9e3);\n',
  );
  put('node_modules/far-away/LICENSE', 'Redistribution and use\r\n');
  put(
    'packages/tables/scripts/duckdb-binding-plugin.mjs',
    `export const duckdbBinding = () => ({ name: 'none', setup() {} });\n`,
  );
});

afterEach(() => rmSync(house, { recursive: true }));

test('actions become entries with shared chunks and a licence file', async () => {
  const { files, metafile } = await bundle(house);
  const names = [...files.keys()];
  expect(names.filter((name) => !name.includes('/chunks/'))).toEqual([
    'dist/THIRD-PARTY-LICENSES.txt',
    'dist/near/main.mjs',
    'dist/near/post.mjs',
  ]);
  const main = Object.entries(metafile.outputs['dist/near/main.mjs']?.imports ?? []);
  expect(main.map(([, { kind }]) => kind).toSorted()).toEqual(['dynamic-import', 'import-statement']);
  const chunks = names.filter((name) => name.includes('/chunks/'));
  const size = (name: string) => files.get(name)?.byteLength ?? 0;
  const farAway = chunks.find((name) => metafile.outputs[name]?.entryPoint === 'node_modules/far-away/index.js') ?? '';
  const all = ['dist/near/main.mjs', ...chunks].reduce((sum, name) => sum + size(name), 0);
  expect(startBytes(metafile, 'dist/near/main.mjs')).toBe(all - size(farAway));
  expect(Buffer.from(files.get('dist/THIRD-PARTY-LICENSES.txt') ?? '').toString()).toMatch(
    /^far-away 1\.0\.0 \(\(GPL-3\.0-only OR BSD-3-Clause\)\)\n\nRedistribution and use\n[\s\S]*^js-yaml 5\.5\.0 \(MIT\)\n\nCopyright \(c\) the authors of js-yaml\n/m,
  );
});

test('the same sources give the same files in another folder', async () => {
  const first = await bundle(house);
  const moved = mkdtempSync(path.join(tmpdir(), 'modelgate-elsewhere-'));
  try {
    for (const name of ['actions', 'packages', 'node_modules', 'LICENSE'])
      symlinkSync(path.join(house, name), path.join(moved, name));
    const second = await bundle(moved);
    expect([...second.files]).toEqual([...first.files]);
  } finally {
    rmSync(moved, { recursive: true });
  }
});

test('a stale dist is told by file', async () => {
  const fresh = await bundle(house);
  await write(house, fresh);
  expect(await staleFiles(house, fresh)).toEqual([]);
  put('dist/near/main.mjs', 'console.log("by hand");');
  put('dist/left-over.mjs', '');
  rmSync(path.join(house, 'dist/near/post.mjs'));
  expect(await staleFiles(house, fresh)).toEqual([
    'dist/left-over.mjs: no build makes it',
    'dist/near/main.mjs: differs',
    'dist/near/post.mjs: missing',
  ]);
});

test('code under a licence that is not allowed does not get into dist', async () => {
  dependency('js-yaml', { version: '6.0.0', license: 'AGPL-3.0-only' }, 'export const load = (text) => text;\n');
  await expect(bundle(house)).rejects.toThrow(
    'Code that may not be handed out would end up in dist:\n  js-yaml@6.0.0 has the licence "AGPL-3.0-only"; allowed are',
  );
});

test.each([
  ['MIT', true],
  ['MIT OR GPL-3.0-only', true],
  ['(MIT AND (GPL-2.0-only OR ISC))', true],
  ['MIT AND GPL-3.0-only', false],
  ['SEE LICENSE IN x', false],
  ['(MIT', false],
  ['', false],
])('licence expression "%s" is allowed: %s', (expression, expected) => {
  expect(licenceAllowed(expression)).toBe(expected);
});

test('the package of a module', () => {
  expect(packageFolder('node_modules/a/node_modules/@b/c/lib/x.js')).toBe('node_modules/a/node_modules/@b/c');
  expect(packageFolder('packages/core/src/index.ts')).toBe(undefined);
});

function put(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(house, file)), { recursive: true });
  writeFileSync(path.join(house, file), text);
}

function dependency(name: string, manifest: object, source: string): void {
  put(`node_modules/${name}/package.json`, JSON.stringify({ name, type: 'module', main: 'index.js', ...manifest }));
  put(`node_modules/${name}/index.js`, source);
}
