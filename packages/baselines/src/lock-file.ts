import { readdir } from 'node:fs/promises';
import type { LineageEntry } from '@modelgate/core';
import type { WorkspaceFiles } from './workspace-files.ts';

/** Files that pin every package by version and hash, of the package managers that models are built with. */
const known: readonly RegExp[] = [
  /^uv\.lock$/,
  /^poetry\.lock$/,
  /^pdm\.lock$/,
  /^Pipfile\.lock$/,
  /^pylock(\.[\w-]+)?\.toml$/, // PEP 751
  /^pixi\.lock$/,
  /^([\w.-]+\.)?conda-lock\.ya?ml$/,
  /^renv\.lock$/,
  /^Manifest\.toml$/,
  /^package-lock\.json$/,
  /^npm-shrinkwrap\.json$/,
  /^yarn\.lock$/,
  /^pnpm-lock\.yaml$/,
  /^Cargo\.lock$/,
  /^go\.sum$/,
];
const requirements = /^requirements[\w.-]*\.txt$/;

const atMost = 50;

/** The lock files at the root, by name. A requirements file counts where it pins by hash: others say what may be taken. */
export async function lockFiles(reader: WorkspaceFiles): Promise<readonly LineageEntry[]> {
  const found: LineageEntry[] = [];
  for (const name of await namesAtRoot(reader)) {
    if (found.length === atMost) break;
    const isRequirements = requirements.test(name);
    if (!isRequirements && !known.some((pattern) => pattern.test(name))) continue;
    if (isRequirements && !(await pinsByHash(reader, name))) continue;
    const [bytes, sha256] = [await reader.size(name), await reader.digest(name, 'sha256').catch(() => undefined)];
    if (bytes !== undefined && sha256 !== undefined) found.push({ kind: 'lock-file', path: name, bytes, sha256 });
  }
  return found;
}

async function namesAtRoot(reader: WorkspaceFiles): Promise<readonly string[]> {
  return (await readdir(reader.root).catch(() => [])).toSorted();
}

async function pinsByHash(reader: WorkspaceFiles, name: string): Promise<boolean> {
  const text = await reader.text(name).catch(() => undefined);
  return text !== undefined && /(?:^|\s)--hash=sha\d+:[0-9a-f]{32,}/.test(text);
}
