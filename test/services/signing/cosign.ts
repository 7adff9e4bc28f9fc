import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Statement } from '@modelgate/core';
import { verdictPredicateType } from '@modelgate/core';
import { expect } from 'vitest';
import { removeFolder, serverFolder } from '../server-process.ts';
import { toolPath } from '../tool.ts';
import { model } from './evidence-samples.ts';

type Env = Readonly<Record<string, string>>;

export interface CosignRun {
  readonly status: number;
  /** What it said, on both streams. */
  readonly log: string;
}

/** Which services cosign asks, and which it trusts: paths of files that it made itself. */
export interface CosignServices {
  readonly signingConfig: string;
  readonly trustedRoot: string;
}

/** cosign in a folder of its own, which is its home too. It never reaches the network, as it is told of no service there. */
export interface Cosign {
  run(args: readonly string[], env?: Env): Promise<CosignRun>;
  /** As `run`, for what has to succeed. @throws Error with what it said */
  do(args: readonly string[], env?: Env): Promise<string>;
  /** `attest-blob` of the model: the bundle. */
  attest(what: {
    /** `--key …` or `--identity-token …`. */
    readonly by: readonly string[];
    /** The whole statement, or only its predicate, of which cosign makes a statement. */
    readonly statement: Statement;
    readonly wholly?: boolean;
    /** Default: none. */
    readonly services?: CosignServices;
    readonly env?: Env;
  }): Promise<string>;
  /** `verify-blob-attestation` of a bundle, about the model and a verdict unless said otherwise. */
  verify(
    bundle: string,
    by: readonly string[],
    more?: { readonly type?: string; readonly blob?: string },
  ): Promise<CosignRun>;
  /** Path of the file. */
  write(name: string, data: string | Uint8Array): string;
  read(name: string): string;
  path(name: string): string;
  remove(): void;
}

export const password = 'a password of tests';
export const verified = { status: 0, log: expect.stringContaining('Verified OK') };

export function startCosign(): Cosign {
  const program = toolPath('cosign');
  const folder = serverFolder('cosign');
  const at = (name: string) => path.join(folder, name);
  const write: Cosign['write'] = (name, data) => {
    writeFileSync(at(name), data);
    return at(name);
  };
  mkdirSync(at('home'));
  write(model.name, model.bytes);
  const own = { PATH: process.env['PATH'] ?? '', HOME: at('home'), COSIGN_PASSWORD: password };
  const run: Cosign['run'] = (args, env = {}) =>
    // Not at once: Fulcio asks the stand-in, which is in this process, while cosign waits for it.
    new Promise((resolve) => {
      execFile(program, args, { cwd: folder, env: { ...own, ...env }, timeout: 60_000 }, (error, stdout, stderr) => {
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ status, log: stdout + stderr });
      });
    });
  const done: Cosign['do'] = async (args, env) => {
    const { status, log } = await run(args, env);
    if (status !== 0) throw new Error(`cosign ${args[0]} ended with ${status}:\n${log}`);
    return log;
  };
  const none = async (): Promise<CosignServices> => {
    const made = { signingConfig: at('no-services.json'), trustedRoot: at('no-root.json') };
    await done(['signing-config', 'create', '--out', made.signingConfig]);
    await done(['trusted-root', 'create', '--out', made.trustedRoot]);
    return made;
  };
  return {
    run,
    do: done,
    async attest({ by, statement, wholly = false, services, env }) {
      const { predicateType, predicate } = statement;
      const content = wholly
        ? ['--statement', write('statement.json', JSON.stringify(statement))]
        : ['--predicate', write('predicate.json', JSON.stringify(predicate)), '--type', predicateType];
      const { signingConfig, trustedRoot } = services ?? (await none());
      const asked = ['--signing-config', signingConfig, '--trusted-root', trustedRoot, '--bundle', at('theirs.json')];
      await done(['attest-blob', '--yes', ...by, ...asked, ...content, model.name], env);
      return readFileSync(at('theirs.json'), 'utf8');
    },
    verify: (bundle, by, { type = verdictPredicateType, blob = model.name } = {}) =>
      run(['verify-blob-attestation', '--bundle', write('bundle.json', bundle), '--type', type, ...by, at(blob)]),
    write,
    read: (name) => readFileSync(at(name), 'utf8'),
    path: at,
    remove: () => removeFolder(folder),
  };
}
