import { execFileSync } from 'node:child_process';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { duckdbBinding } from '../scripts/duckdb-binding-plugin.mjs';
import { emptyFolder, preplaced } from './opened.ts';

test('bundled, the engine comes from the verified folder, and the client stays out of what loads first', async () => {
  const folder = emptyFolder();
  const entry = path.join(folder, 'main.ts');
  const index = path.join(import.meta.dirname, '../src/index.ts');
  writeFileSync(
    entry,
    `import { openTables } from ${JSON.stringify(index)};
     const [preplaced, folder] = process.argv.slice(2);
     const tables = await openTables({ workspace: folder, temporary: folder, toolCache: folder, preplaced });
     const source = await tables.describe('t.csv');
     console.log(tables.engine.origin, source.rows, source.columns[0].storedAs);
     await tables.close();`,
  );
  writeFileSync(path.join(folder, 't.csv'), 'id\n1\n');
  const outdir = path.join(folder, 'dist');
  const result = await build({
    entryPoints: [entry],
    outdir,
    bundle: true,
    splitting: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    plugins: [duckdbBinding()],
    metafile: true,
    logLevel: 'silent',
  });
  const first = Object.entries(result.metafile.outputs).find(([, output]) =>
    output.entryPoint?.endsWith('main.ts'),
  )?.[1];
  const loaded = Object.keys(first?.inputs ?? {});
  expect(loaded.some((name) => name.endsWith('tables/src/tables.ts'))).toBe(true);
  expect(loaded.filter((name) => name.includes('@duckdb'))).toEqual([]);
  const bytes = readdirSync(outdir).reduce((sum, name) => sum + statSync(path.join(outdir, name)).size, 0);
  expect(bytes).toBeLessThan(1_000_000);
  const printed = execFileSync(process.execPath, [path.join(outdir, 'main.js'), preplaced, folder], {
    encoding: 'utf8',
  });
  expect(printed).toBe('preplaced 1 BIGINT\n');
});
