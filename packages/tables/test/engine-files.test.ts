import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { engineFiles } from '../src/engine-files.ts';
import { currentPlatform, type EnginePin, pinOf } from '../src/engine-platform.ts';
import { openTables } from '../src/index.ts';
import { filesOfTar } from '../src/tar.ts';
import { emptyFolder, preplaced, seen } from './opened.ts';

const mending =
  'Let this runner reach the package registry, name one that it can reach in the input "registry", or put the libraries of this version into a folder and name it in the input "engine-path".';
const lead = 'The embedded engine (DuckDB 1.0.0-r.1 for plan9-x64) is not there: ';
const library = Buffer.from('\x7fELF not really');
const tarball = gzipSync(
  tar([
    ['package/package.json', Buffer.from('{}')],
    ['package/libduckdb.so', library],
  ]),
);
const pin: EnginePin = {
  platform: 'plan9-x64',
  version: '1.0.0-r.1',
  tarball: { bytes: tarball.length, integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}` },
  libraries: [{ name: 'libduckdb.so', bytes: library.length, sha256: sha256(library) }],
};
const tarballPath = '/@duckdb/node-bindings-plan9-x64/-/node-bindings-plan9-x64-1.0.0-r.1.tgz';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

async function registry(answer: RequestListener): Promise<{ readonly url: string; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const started = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(started.address() as AddressInfo).port}`, asked };
}

function fetching(
  url: string,
  over: {
    toolCache?: string;
    preplaced?: string;
    environment?: Readonly<Record<string, string | undefined>>;
    timeout?: number;
    log?: (line: string) => void;
  } = {},
) {
  return engineFiles(pin, {
    toolCache: emptyFolder(),
    temporary: emptyFolder(),
    registry: url,
    environment: {},
    fetch: globalThis.fetch,
    timeout: 5_000,
    log: () => undefined,
    ...over,
  });
}

const cached = (toolCache: string) => path.join(toolCache, 'modelgate-duckdb/1.0.0-r.1/x64');

test('the engine is fetched once, laid out as the runner does it, and then found', async () => {
  const { url, asked } = await registry((_, response) => response.end(tarball));
  const toolCache = emptyFolder();
  expect(await fetching(`${url}/`, { toolCache })).toEqual({ folder: cached(toolCache), origin: 'download' });
  expect(await fetching(url, { toolCache })).toEqual({ folder: cached(toolCache), origin: 'cache' });
  expect(asked).toEqual([tarballPath]);
  expect(readdirSync(path.dirname(cached(toolCache)))).toEqual(['x64', 'x64.complete']);
  expect(readFileSync(path.join(cached(toolCache), 'libduckdb.so'))).toEqual(library);
});

test("npm's configured registry counts when no input names one", async () => {
  const { url, asked } = await registry((_, response) => response.end(tarball));
  const options = {
    toolCache: emptyFolder(),
    temporary: emptyFolder(),
    registry: '',
    environment: { npm_config_registry: `${url}/npm/` },
  };
  await engineFiles(pin, { ...options, fetch: globalThis.fetch, timeout: 5_000, log: () => undefined });
  expect(asked).toEqual([`/npm${tarballPath}`]);
});

test("so does the one in npm's configuration files", async () => {
  const { url, asked } = await registry((_, response) => response.end(tarball));
  const home = emptyFolder();
  writeFileSync(path.join(home, 'npmrc'), `registry=${url}/mirror/\n`);
  const environment = { PATH: process.env['PATH'], HOME: home, NPM_CONFIG_USERCONFIG: path.join(home, 'npmrc') };
  await fetching('', { environment });
  expect(asked).toEqual([`/mirror${tarballPath}`]);
});

test('without an input and without npm it says what is missing', async () => {
  await expect(fetching('', { environment: { PATH: '' } })).rejects.toThrow(
    'The embedded engine (DuckDB 1.0.0-r.1 for plan9-x64) is not there: npm could not be asked which registry to use (ENOENT).',
  );
});

test('a half-written and an altered copy in the cache are replaced, and the log says why', async () => {
  const { url } = await registry((_, response) => response.end(tarball));
  const toolCache = emptyFolder();
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  mkdirSync(cached(toolCache), { recursive: true });
  writeFileSync(path.join(cached(toolCache), 'libduckdb.so'), library.subarray(0, 3));
  expect((await fetching(url, { toolCache, log })).origin).toBe('download');
  writeFileSync(path.join(cached(toolCache), 'libduckdb.so'), 'altered');
  expect((await fetching(url, { toolCache, log })).origin).toBe('download');
  rmSync(path.join(cached(toolCache), 'libduckdb.so'));
  expect((await fetching(url, { toolCache, log })).origin).toBe('download');
  expect((await fetching(url, { toolCache, log })).origin).toBe('cache');
  const get = `Fetching the embedded engine (DuckDB 1.0.0-r.1 for plan9-x64) from ${url}${tarballPath}`;
  expect(lines).toEqual([
    'The engine in the tool cache is replaced: its copy was not finished',
    get,
    `The engine in the tool cache is replaced: libduckdb.so has sha-256 ${sha256('altered')}, expected ${sha256(library)}`,
    get,
    'The engine in the tool cache is replaced: libduckdb.so cannot be read',
    get,
  ]);
});

test('another tarball is asked for twice, then refused with both hashes; nothing is cached', async () => {
  const other = Buffer.from(tarball);
  other[30] = (other[30] ?? 0) ^ 1;
  const { url, asked } = await registry((_, response) => response.end(other));
  const toolCache = emptyFolder();
  const found = `sha512-${createHash('sha512').update(other).digest('base64')}`;
  expect(await seen(fetching(url, { toolCache }))).toEqual([
    'engine-unavailable',
    `${lead}${url}${tarballPath} sent other bytes than expected, twice: expected ${pin.tarball.integrity}, found ${found}.`,
    mending,
  ]);
  expect(asked.length).toBe(2);
  expect(readdirSync(toolCache)).toEqual([]);
});

test('a cut download is repeated once', async () => {
  const { url } = await registry(once(tarball.subarray(0, 40), tarball));
  expect((await fetching(url)).origin).toBe('download');
});

test('404, 500, more bytes than pinned, no answer in time, nobody there', async () => {
  for (const status of [404, 500]) {
    const { url } = await registry((_, response) => response.writeHead(status).end());
    expect(await seen(fetching(url))).toEqual([
      'engine-unavailable',
      `${lead}${url}${tarballPath} answered ${status}.`,
      mending,
    ]);
    server?.close();
  }
  const large = await registry((_, response) => response.end(Buffer.concat([tarball, tarball])));
  expect(await seen(fetching(large.url))).toEqual([
    'engine-unavailable',
    `${lead}${large.url}${tarballPath} sends more than the expected ${tarball.length} bytes.`,
    mending,
  ]);
  server?.close();
  const silent = await registry(() => undefined);
  expect(await seen(fetching(silent.url, { timeout: 50 }))).toEqual([
    'engine-unavailable',
    `${lead}${silent.url}${tarballPath} did not answer within 0.05 s.`,
    mending,
  ]);
  server?.closeAllConnections();
  const gone = silent.url;
  await new Promise((resolve) => server?.close(resolve));
  expect(await seen(fetching(gone))).toEqual([
    'engine-unavailable',
    `${lead}${gone}${tarballPath} could not be reached (ECONNREFUSED).`,
    mending,
  ]);
});

test('redirects are followed, but not for ever and not to another protocol', async () => {
  const { url, asked } = await registry((request, response) => {
    if (request.url === '/moved') response.end(tarball);
    else response.writeHead(302, { location: request.url?.startsWith('/loop') ? '/loop' : '/moved' }).end();
  });
  expect((await fetching(url)).origin).toBe('download');
  expect(asked).toEqual([tarballPath, '/moved']);
  expect(await seen(fetching(`${url}/loop`))).toEqual([
    'engine-unavailable',
    `${lead}${url}/loop${tarballPath} could not be reached (more than 3 redirects).`,
    mending,
  ]);
  server?.close();
  const odd = await registry((_, response) => response.writeHead(302, { location: 'ftp://127.0.0.1/x' }).end());
  expect(await seen(fetching(odd.url))).toEqual([
    'engine-unavailable',
    `${lead}${odd.url}${tarballPath} could not be reached (redirected to ftp:).`,
    mending,
  ]);
});

test('a tool cache that cannot be written costs a copy for this run; nowhere to write is an error', async () => {
  const { url } = await registry((_, response) => response.end(tarball));
  const file = path.join(emptyFolder(), 'file');
  writeFileSync(file, '');
  const temporary = emptyFolder();
  const lines: string[] = [];
  const common = {
    registry: url,
    environment: {},
    fetch: globalThis.fetch,
    timeout: 5_000,
    log: (line: string) => lines.push(line),
  };
  expect(await engineFiles(pin, { ...common, toolCache: file, temporary })).toEqual({
    folder: cached(temporary),
    origin: 'download',
  });
  expect(lines.at(-1)).toBe(`The tool cache ${file} cannot be written (ENOTDIR); this run keeps its own copy.`);
  expect(await seen(engineFiles(pin, { ...common, toolCache: file, temporary: file }))).toEqual([
    'engine-unavailable',
    `${lead}neither ${file} nor ${file} can be written (ENOTDIR).`,
    mending,
  ]);
});

test('a pre-placed copy is verified all the same, and nothing is fetched', async () => {
  const folder = emptyFolder();
  const refuse = () => seen(fetching('http://127.0.0.1:1', { preplaced: folder }));
  expect(await refuse()).toEqual([
    'engine-unavailable',
    `${lead}the copy in ${folder} is not it: libduckdb.so cannot be read.`,
    mending,
  ]);
  writeFileSync(path.join(folder, 'libduckdb.so'), 'other');
  expect(await refuse()).toEqual([
    'engine-unavailable',
    `${lead}the copy in ${folder} is not it: libduckdb.so has sha-256 ${sha256('other')}, expected ${sha256(library)}.`,
    mending,
  ]);
  writeFileSync(path.join(folder, 'libduckdb.so'), library);
  expect(await fetching('http://127.0.0.1:1', { preplaced: folder })).toEqual({ folder, origin: 'preplaced' });
});

test('a platform without an engine is named with those that have one', async () => {
  expect(await seen(Promise.resolve().then(() => pinOf('sunos-x64')))).toEqual([
    'engine-unavailable',
    'The embedded engine (DuckDB) is not available for sunos-x64.',
    'Run this job on one of: linux-x64, linux-arm64, linux-x64-musl, linux-arm64-musl, darwin-arm64, darwin-x64, win32-x64.',
  ]);
});

test('the real tarball of this platform, from a registry on this machine, opens', async () => {
  const real = pinOf(currentPlatform());
  const folder = emptyFolder();
  const name = `@duckdb/node-bindings-${real.platform}@${real.version}`;
  const packed = execFileSync('npm', ['pack', '--silent', '--prefer-offline', name], { cwd: folder, encoding: 'utf8' });
  const content = readFileSync(path.join(folder, packed.trim().split('\n').at(-1) ?? ''));
  const { url } = await registry((_, response) => response.end(content));
  const places = { workspace: emptyFolder(), temporary: emptyFolder(), toolCache: emptyFolder() };
  for (const origin of ['download', 'cache']) {
    const tables = await openTables({ ...places, registry: url });
    expect(tables.engine).toEqual({ name: 'duckdb', version: real.version, platform: real.platform, origin });
    await tables.close();
  }
  expect(readdirSync(places.temporary)).toEqual([]);
});

test('the pins are those of the lock file, and of the libraries that npm ci brought', () => {
  const lock: { packages: Record<string, { integrity?: string }> } = JSON.parse(
    readFileSync(path.join(import.meta.dirname, '../../../package-lock.json'), 'utf8'),
  );
  for (const platform of [
    'linux-x64',
    'linux-arm64',
    'linux-x64-musl',
    'linux-arm64-musl',
    'darwin-arm64',
    'darwin-x64',
    'win32-x64',
  ]) {
    expect(pinOf(platform).tarball.integrity).toBe(
      lock.packages[`node_modules/@duckdb/node-bindings-${platform}`]?.integrity,
    );
  }
  for (const { name, bytes, sha256: expected } of pinOf(currentPlatform()).libraries) {
    const content = readFileSync(path.join(preplaced, name));
    expect([content.length, sha256(content)]).toEqual([bytes, expected]);
  }
});

test('a tar that is cut off is refused', () => {
  const whole = tar([['a', Buffer.from('x'.repeat(600))]]);
  expect([...filesOfTar(whole)].map(({ name, content }) => [name, content.length])).toEqual([['a', 600]]);
  expect(() => [...filesOfTar(whole.subarray(0, 900))]).toThrow('the archive is cut off or damaged at byte 0');
});

function once(first: Buffer, then: Buffer): RequestListener {
  let answered = false;
  return (_, response) => {
    response.end(answered ? then : first);
    answered = true;
  };
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function tar(files: readonly (readonly [string, Buffer])[]): Buffer {
  const blocks = files.flatMap(([name, content]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(content.length.toString(8).padStart(11, '0'), 124);
    header.write('0', 156);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
