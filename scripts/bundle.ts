import { existsSync, globSync } from 'node:fs';
import path from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import * as z from 'zod';
import { thirdPartyLicences } from './licences.ts';

/** What a build makes: file contents by path (`dist/…`, with "/"), sorted, and esbuild's account of where each byte came from. */
export interface Bundle {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly metafile: Metafile;
}

/**
 * Builds every action and the command line in memory: ES modules with shared chunks, minified, without source maps.
 * The same sources and lock file give the same bytes on every machine.
 *
 * @param root  absolute path of the repository
 * @throws Error when a source does not compile, a licence is not allowed, or an output is not reproducible
 */
export async function bundle(root: string): Promise<Bundle> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: Object.entries(entryPoints(root)).map(([out, file]) => ({ in: file, out })),
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minify: true,
    legalComments: 'none', // all of them stand in THIRD-PARTY-LICENSES.txt
    banner: { js: requireBanner },
    // A chunk's name hashes the paths of its modules; kept symlinks make them `node_modules/…` wherever the store really lies.
    preserveSymlinks: true,
    // minipass-fetch, below Sigstore's client, converts character sets with it where it is there: 490 KB that nobody needs for JSON
    external: ['iconv-lite'],
    plugins: [await engineOutside(root), workspacesInPlace(root), noUnzipStream, oidcOnDemand],
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const files = new Map<string, Uint8Array>();
  for (const file of result.outputFiles) files.set(slashes(path.relative(root, file.path)), file.contents);
  const licences = await thirdPartyLicences(root, Object.keys(result.metafile.inputs));
  files.set('dist/THIRD-PARTY-LICENSES.txt', Buffer.from(licences));
  const sorted = new Map([...files].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  for (const [name, contents] of sorted) refuseWhatDoesNotTravel(root, name, contents);
  return { files: sorted, metafile: result.metafile };
}

/** Entry points by their name below `dist`: `eval-gate/main` is made of `actions/eval-gate/main.ts`. */
export function entryPoints(root: string): Readonly<Record<string, string>> {
  const entries: Record<string, string> = {};
  for (const file of globSync('actions/*/{main,post}.ts', { cwd: root }).map(slashes).toSorted()) {
    entries[file.slice('actions/'.length, -'.ts'.length)] = file;
  }
  if (existsSync(path.join(root, 'packages/cli/src/main.ts'))) entries['cli/main'] = 'packages/cli/src/main.ts';
  return entries;
}

/** Bytes that node reads before the first line of `entry` runs: the entry and everything it imports statically. */
export function startBytes(metafile: Metafile, entry: string): number {
  const seen = new Set<string>();
  const visit = (name: string): number => {
    const output = metafile.outputs[name];
    if (output === undefined || seen.has(name)) return 0;
    seen.add(name);
    const needed = output.imports.filter((one) => one.kind === 'import-statement' && one.external !== true);
    return needed.reduce((sum, one) => sum + visit(one.path), output.bytes);
  };
  return visit(entry);
}

/** CommonJS packages call `require` of node's own modules, which an ES module lacks. `__filename` stays undefined on purpose: some packages take it for a sign of CommonJS. */
const requireBanner =
  'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);';

/** With kept symlinks, `@modelgate/x` would be another module below node_modules than below packages. */
function workspacesInPlace(root: string): Plugin {
  return {
    name: 'workspaces-in-place',
    setup({ onResolve }) {
      onResolve({ filter: /^@modelgate\/[^/]+$/ }, ({ path: name }) => ({
        path: path.join(root, 'packages', name.slice('@modelgate/'.length), 'src/index.ts'),
        // as their package.json says, which is not asked where a plugin has resolved
        sideEffects: false,
      }));
    },
  };
}

/** The native engine stays outside: `tables` fetches it at run time. */
async function engineOutside(root: string): Promise<Plugin> {
  const loaded: unknown = await import(path.join(root, 'packages/tables/scripts/duckdb-binding-plugin.mjs'));
  return bindingPlugin.parse(loaded).duckdbBinding();
}

const bindingPlugin = z.object({ duckdbBinding: z.custom<() => Plugin>((value) => typeof value === 'function') });

/**
 * `@actions/artifact` brings unzip-stream for downloads, which brings `buffers` 0.1.1, which has no licence (actions/toolkit#2392).
 * Uploads do not need it, so `dist` goes without: whoever downloads reads the archive with something else.
 */
const noUnzipStream: Plugin = {
  name: 'no-unzip-stream',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^unzip-stream$/ }, ({ path: name }) => ({ path: name, namespace: 'left-out' }));
    onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path: name }) => ({
      contents: `const absent=()=>{throw new Error(${JSON.stringify(`${name} is not part of dist`)})};export default {Extract:absent,Parse:absent};export{absent as Extract,absent as Parse}`,
    }));
  },
};

/**
 * `@actions/core` loads a whole HTTP client (415 KB) at start for the one function that asks for an identity token. Every
 * gate would pay for it, so it is loaded by the first call.
 */
const oidcOnDemand: Plugin = {
  name: 'oidc-on-demand',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /oidc-utils\.js$/ }, ({ importer, resolveDir, kind }) =>
      kind === 'import-statement' && /@actions.core.lib.core\.js$/.test(importer)
        ? { path: 'oidc', namespace: 'on-demand', pluginData: resolveDir }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'on-demand' }, ({ pluginData }) => ({
      contents: `export class OidcClient{static async getIDToken(audience){return (await import('./oidc-utils.js')).OidcClient.getIDToken(audience)}}`,
      resolveDir: z.string().parse(pluginData),
    }));
  },
};

function refuseWhatDoesNotTravel(root: string, name: string, contents: Uint8Array): void {
  const bytes = Buffer.from(contents.buffer, contents.byteOffset, contents.byteLength);
  if (bytes.includes(`${root}/`)) throw new Error(`${name} holds the path ${root} of this machine.`);
  if (bytes.includes('\r'))
    throw new Error(`${name} holds a carriage return, which git would normalise away (.gitattributes).`);
}

function slashes(file: string): string {
  return file.replaceAll(path.sep, '/');
}
