import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FolderStore, noLooks } from '@modelgate/baselines';
import { type GateOutcome, parsePolicy, UserError } from '@modelgate/core';
import { currentPlatform, openTables } from '@modelgate/tables';
import { afterAll } from 'vitest';
import { type EvaluationRequest, evaluate } from '../src/evaluation.ts';
import type { EvaluationWorld } from '../src/evaluation-sources.ts';

const preplaced = path.dirname(
  createRequire(import.meta.resolve('@duckdb/node-api')).resolve(
    `@duckdb/node-bindings-${currentPlatform()}/package.json`,
  ),
);
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export type Files = Readonly<Record<string, string>>;

/** A workspace that runs gates of policies over the files that are written into it. */
export function workspace() {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'comparison-test-')));
  folders.push(folder);
  const inside = (...parts: string[]) => path.join(folder, ...parts);
  mkdirSync(inside('tmp'));
  const store = new FolderStore(inside('.recorded'));
  const engines: string[] = [];

  async function run(
    gate: string,
    files: Files,
    over: Partial<EvaluationWorld> & { record?: boolean } = {},
  ): Promise<GateOutcome> {
    for (const [name, text] of Object.entries(files)) writeFileSync(inside(name), text);
    const now = new Date('2026-11-22T00:00:00Z');
    const text = `version: 1\nname: p\ngates:\n  g:\n    kind: evaluation\n${gate.trimEnd().replace(/^/gm, '    ')}\n`;
    const record = {
      folder: inside('.record'),
      leg: undefined,
      commit: 'a'.repeat(40),
      branch: 'main',
      at: now,
      tool: '0.1.0',
    };
    const request: EvaluationRequest = {
      document: parsePolicy(text, 'modelgate.yml'),
      gate: 'g',
      leg: undefined,
      onInconclusive: 'warn',
      waivers: [],
      ...(over.record === true ? { record } : {}),
    };
    const outcome = await evaluate(request, {
      workspace: folder,
      temporary: inside('tmp'),
      now,
      champions: {
        recorded: store,
        contents: { baseCommit: () => Promise.resolve('b'.repeat(40)), read: () => Promise.resolve(undefined) },
      },
      openTables: () => {
        engines.push('opened');
        return openTables({ workspace: folder, temporary: inside('tmp'), toolCache: inside('cache'), preplaced });
      },
      readText: async (file) => {
        try {
          return await readFile(path.resolve(folder, file), 'utf8');
        } catch (cause) {
          throw new UserError('file-missing', `${file} is not there`, { cause });
        }
      },
      sameAsBase: () => Promise.resolve('unknown'),
      looks: noLooks('not counted in tests'),
      run: () => Promise.reject(new Error('no command is expected')),
      onBaseBranch: false,
      ...over,
    });
    if (outcome.recorded !== undefined) await store.save(outcome.recorded.name, outcome.recorded.folder);
    return outcome;
  }
  return { run, engines };
}

/** A table of keys 1 … n and one column for each function of the row. */
export function csv(rows: number, columns: Readonly<Record<string, (row: number) => number | string>>): string {
  const lines = [['id', ...Object.keys(columns)].join(',')];
  for (let row = 1; row <= rows; row++) lines.push([row, ...Object.values(columns).map((of) => of(row))].join(','));
  return `${lines.join('\n')}\n`;
}
