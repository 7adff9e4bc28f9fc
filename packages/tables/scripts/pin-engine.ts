/**
 * Writes src/engine-pins.json: for each platform the size and sha-512 of the engine's tarball (the lock file's
 * integrity, so that what `npm ci` trusts and what a runner fetches are the same bytes) and the sha-256 of each library
 * inside. Run by `node scripts/node24.mjs packages/tables/scripts/pin-engine.ts` after the engine's version changed.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { filesOfTar } from '../src/tar.ts';

const platforms = [
  'linux-x64',
  'linux-arm64',
  'linux-x64-musl',
  'linux-arm64-musl',
  'darwin-arm64',
  'darwin-x64',
  'win32-x64',
];
const here = import.meta.dirname;
const lock = z
  .object({
    packages: z.record(z.string(), z.object({ version: z.string().optional(), integrity: z.string().optional() })),
  })
  .parse(JSON.parse(readFileSync(path.join(here, '../../../package-lock.json'), 'utf8')));
const version = lock.packages['node_modules/@duckdb/node-api']?.version;
const folder = mkdtempSync(path.join(tmpdir(), 'pin-engine-'));
try {
  const pins = { version, platforms: Object.fromEntries(platforms.map((platform) => [platform, pinsOf(platform)])) };
  writeFileSync(path.join(here, '../src/engine-pins.json'), `${JSON.stringify(pins, undefined, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true });
}

function pinsOf(platform: string) {
  const name = `@duckdb/node-bindings-${platform}`;
  const integrity = lock.packages[`node_modules/${name}`]?.integrity;
  if (integrity === undefined) throw new Error(`${name} is not in the lock file`);
  const packed = execFileSync('npm', ['pack', '--silent', `${name}@${version}`], { cwd: folder, encoding: 'utf8' });
  const tarball = readFileSync(path.join(folder, packed.trim().split('\n').at(-1) ?? ''));
  const found = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  if (found !== integrity) throw new Error(`${name}: the lock file says ${integrity}, the registry sent ${found}`);
  const libraries = [...filesOfTar(gunzipSync(tarball))]
    .filter((file) => /\.(node|so|dylib|dll)$/.test(file.name))
    .map((file) => ({
      name: path.posix.basename(file.name),
      bytes: file.content.length,
      sha256: createHash('sha256').update(file.content).digest('hex'),
    }));
  return { tarball: { bytes: tarball.length, integrity }, libraries };
}
