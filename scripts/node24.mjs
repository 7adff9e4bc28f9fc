// Runs a script or a locked tool with Node 24, whatever Node started us: the host's own if it is 24, else the copy that `npm ci` brought.
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const bundled = path.join(root, 'node_modules', 'node24', 'bin', 'node');

function node24() {
  if (process.env.MODELGATE_NODE) return process.env.MODELGATE_NODE;
  if (process.versions.node.startsWith('24.')) return process.execPath;
  return existsSync(bundled) ? bundled : undefined;
}

const node = node24();
if (node === undefined) {
  console.error(
    `Node 24 is needed, this is ${process.version}. On linux-x64 run "npm ci", elsewhere install Node 24; then repeat the command.`,
  );
  process.exit(1);
}

const [tool, ...args] = process.argv.slice(2);
if (tool === undefined) {
  console.error('usage: node scripts/node24.mjs <script.ts | tool of node_modules/.bin> [arguments]');
  process.exit(1);
}
const linked = path.join(root, 'node_modules', '.bin', tool);
const entry = /\.[cm]?[jt]s$/.test(tool) ? tool : existsSync(linked) ? realpathSync(linked) : undefined;
if (entry === undefined) {
  console.error(`No such tool: ${tool}. Run "npm ci" first.`);
  process.exit(1);
}
const env = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}` };
const child = spawnSync(node, [entry, ...args], { stdio: 'inherit', env });
process.exit(child.status ?? 1);
