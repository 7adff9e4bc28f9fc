import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FolderStore, noLooks } from '@modelgate/baselines';
import { type GateOutcome, parsePolicy, UserError, type Waiver } from '@modelgate/core';
import { currentPlatform, openTables } from '@modelgate/tables';
import { afterAll } from 'vitest';
import { type EvaluationRequest, evaluate } from '../src/evaluation.ts';
import type { EvaluationWorld } from '../src/evaluation-sources.ts';
import { judgeSlices } from '../src/slices.ts';

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

  const now = new Date('2026-11-22T00:00:00Z');

  async function run(
    gate: string,
    files: Files,
    over: Partial<EvaluationWorld> & { record?: boolean } = {},
  ): Promise<GateOutcome> {
    write(files);
    const record = {
      folder: inside('.record'),
      leg: undefined,
      commit: 'a'.repeat(40),
      branch: 'main',
      at: now,
      tool: '0.1.0',
    };
    const request: EvaluationRequest = {
      document: parsePolicy(policyOf({ g: `kind: evaluation\n${gate}` }), 'modelgate.yml'),
      gate: 'g',
      leg: undefined,
      onInconclusive: 'warn',
      waivers: [],
      ...(over.record === true ? { record } : {}),
    };
    const outcome = await evaluate(request, world(over));
    if (outcome.recorded !== undefined) await store.save(outcome.recorded.name, outcome.recorded.folder);
    return outcome;
  }

  /** The gate s of the groups of the gate g. */
  async function slices(
    { g, s, waivers = [] }: { readonly g: string; readonly s: string; readonly waivers?: readonly Waiver[] },
    files: Files,
    over: Partial<EvaluationWorld> = {},
  ): Promise<GateOutcome> {
    write(files);
    const text = policyOf({ g: `kind: evaluation\n${g}`, s: `kind: slices\nof: g\n${s}` });
    const document = parsePolicy(text, 'modelgate.yml');
    return await judgeSlices({ document, gate: 's', leg: undefined, onInconclusive: 'warn', waivers }, world(over));
  }

  function write(files: Files): void {
    for (const [name, text] of Object.entries(files)) writeFileSync(inside(name), text);
  }

  function world(over: Partial<EvaluationWorld>): EvaluationWorld {
    return {
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
    };
  }
  return { run, slices, engines, inside };
}

function policyOf(gates: Readonly<Record<string, string>>): string {
  const told = Object.entries(gates).map(([id, gate]) => `  ${id}:\n${gate.trimEnd().replace(/^/gm, '    ')}\n`);
  return `version: 1\nname: p\ngates:\n${told.join('')}`;
}

/** A table of keys 1 … n and one column for each function of the row. */
export function csv(rows: number, columns: Readonly<Record<string, (row: number) => number | string>>): string {
  const lines = [['id', ...Object.keys(columns)].join(',')];
  for (let row = 1; row <= rows; row++) lines.push([row, ...Object.values(columns).map((of) => of(row))].join(','));
  return `${lines.join('\n')}\n`;
}
