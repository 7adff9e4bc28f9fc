import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readText, subjectAt, verdictOf, version, withDataChange } from '@modelgate/action';
import { evaluationGate, sliceGate } from '@modelgate/comparison';
import {
  type GateOutcome,
  type PolicyDocument,
  parsePolicy,
  parseWaivers,
  stageOf,
  UserError,
  type Verdict,
  type Waiver,
} from '@modelgate/core';
import { dataGate } from '@modelgate/data-contracts';
import { page, terminal } from '@modelgate/reports';
import type { Shell } from './command.ts';
import { headCommit, localWorld } from './local-world.ts';

export interface CheckOptions {
  readonly gate: string | undefined;
  readonly policy: string;
  readonly stage: string;
  readonly base?: string;
  readonly champions: string;
  readonly report?: string;
  readonly json: boolean;
  readonly 'engine-path'?: string;
  readonly registry?: string;
}

/** Judges gates of the checkout's policy and prints what the pull request would show. @returns the exit code */
export async function check(options: CheckOptions, shell: Shell): Promise<number> {
  const text = await readText(shell.folder, options.policy);
  const document = parsePolicy(text, options.policy);
  const waivers = await waiversOf(document, shell.folder);
  const temporary = await mkdtemp(path.join(tmpdir(), 'modelgate-'));
  try {
    const verdicts: Verdict[] = [];
    const kept: string[] = [];
    for (const gate of gatesOf(document, options)) {
      verdicts.push(await judged(gate, { document, waivers, text, temporary, kept }, options, shell));
    }
    await print(verdicts, kept, options, shell);
    return verdicts.some((verdict) => verdict.stops) ? 1 : 0;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

const kinds = { data: dataGate, evaluation: evaluationGate, slices: sliceGate } as const;

function gatesOf({ policy }: PolicyDocument, { gate, stage }: CheckOptions): string[] {
  const { gates } = stageOf(policy, stage);
  if (gate === undefined) return gates;
  if (policy.gates[gate] === undefined) {
    throw new UserError('policy-invalid', `the policy ${policy.name} has no gate ${gate}`, {
      how: `its gates are: ${Object.keys(policy.gates).join(', ')}`,
    });
  }
  return [gate];
}

async function waiversOf({ policy }: PolicyDocument, folder: string): Promise<readonly Waiver[]> {
  const text = await readFile(path.resolve(folder, policy.waivers), 'utf8').catch(() => undefined);
  return text === undefined ? [] : parseWaivers(text, policy.waivers, policy);
}

interface Judging {
  readonly document: PolicyDocument;
  readonly waivers: readonly Waiver[];
  readonly text: string;
  readonly temporary: string;
  /** Files that a gate wrote for people, beside the report. */
  readonly kept: string[];
}

async function judged(
  gate: string,
  { document, waivers, text, temporary, kept }: Judging,
  options: CheckOptions,
  shell: Shell,
): Promise<Verdict> {
  const world = localWorld({ ...options, folder: shell.folder, env: shell.env, temporary });
  const { subject: named } = document.policy;
  const found = named === undefined ? undefined : await subjectAt(shell.folder, named.model);
  const stage = stageOf(document.policy, options.stage);
  const { onInconclusive = options.stage === 'release' ? 'fail' : 'warn' } = stage;
  const kind = kinds[document.policy.gates[gate]?.kind ?? 'evaluation'];
  const request = {
    document,
    gate,
    leg: undefined,
    onInconclusive,
    waivers,
    sample: stage.sample[gate] ?? 1,
    checkout: document.document,
    commit: await headCommit(shell.folder),
    tool: version,
  };
  const outcome = await withKeptTable(await kind.run(request, world), { gate, kept }, options, shell);
  return verdictOf(outcome, {
    gate: { id: gate, kind: kind.kind },
    policy: {
      name: document.policy.name,
      file: options.policy,
      sha256: createHash('sha256').update(text).digest('hex'),
      source: 'checkout',
      verified: false,
      advisory: false,
    },
    subject: found?.subject,
    notices: [],
    checkout: document.document,
    change: withDataChange(undefined, outcome.dataChange),
    run: { event: 'local', stage: options.stage },
    at: new Date(),
  });
}

/** There is no artifact here: the table of groups is kept beside the report, where one is written. */
async function withKeptTable(
  outcome: GateOutcome,
  { gate, kept }: { readonly gate: string } & Pick<Judging, 'kept'>,
  { report }: CheckOptions,
  { folder }: Shell,
): Promise<GateOutcome> {
  const { slices, sliceTable } = outcome;
  if (slices === undefined || sliceTable === undefined) return outcome;
  if (report !== undefined) {
    for (const file of sliceTable.files) {
      const beside = path.join(path.dirname(report), `${gate}.${file}`);
      await copyFile(path.join(sliceTable.folder, file), path.resolve(folder, beside));
      kept.push(beside);
    }
  }
  const { table: _, ...told } = slices;
  return { ...outcome, slices: told };
}

async function print(
  verdicts: readonly Verdict[],
  kept: readonly string[],
  options: CheckOptions,
  shell: Shell,
): Promise<void> {
  shell.out(options.json ? `${JSON.stringify(verdicts, null, 2)}\n` : terminal(verdicts, shell));
  if (options.report === undefined) return;
  const policyName = verdicts[0]?.policy.name ?? '';
  await writeFile(
    path.resolve(shell.folder, options.report),
    page(verdicts, { policyName, workflowPath: '', headSha: '' }),
  );
  if (!options.json) shell.out(`${['Report:', [options.report, ...kept].join(', ')].join(' ')}\n`);
}
