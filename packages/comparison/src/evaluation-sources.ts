import { createHash } from 'node:crypto';
import path from 'node:path';
import { type Champion, type ChampionStores, fetchChampion, type LookStore } from '@modelgate/baselines';
import { type ChampionSource, type InputIdentity, type Problem, UserError } from '@modelgate/core';
import { type MetricsFile, parseMetricsFile } from '@modelgate/metrics';
import type { Source, Tables } from '@modelgate/tables';
import type { Effect } from './effect.ts';
import type { EvaluationPlan } from './evaluation-plan.ts';

/** What an evaluation needs of the world. */
export interface EvaluationWorld {
  /** Absolute; every path of a policy starts here. */
  readonly workspace: string;
  /** Absolute; a folder of ours for this gate. */
  readonly temporary: string;
  readonly now: Date;
  readonly champions: ChampionStores;
  readonly looks: LookStore;
  /** Opens the table engine; called only when there are rows to read. */
  openTables(): Promise<Tables>;
  /** Text of a file of the workspace, or of an absolute path of ours. @throws UserError file-missing */
  readText(path: string): Promise<string>;
  /**
   * Whether a file of the workspace is the one of the base: `unknown` where the base has no such file or cannot be asked.
   * Keeps a change from judging itself on easier examples.
   */
  sameAsBase(path: string): Promise<'same' | 'changed' | 'unknown'>;
  /**
   * Runs a command of the policy in the workspace, without the tokens and secrets that the step itself has.
   *
   * @throws UserError command-failed, with the end of what it printed
   */
  run(command: string): Promise<void>;
  /** Set when the base branch itself is being measured: then what changed has already been accepted by people. */
  readonly onBaseBranch: boolean;
}

/** The champion as the checks meet it. */
export type Opponent =
  | (Extract<Champion, { kind: 'results' }> & { readonly kind: 'results' })
  | { readonly kind: 'none-needed' }
  | { readonly kind: 'not-compared'; readonly reason: 'bootstrap' | 'examples-changed'; readonly note: string }
  | { readonly kind: 'failed'; readonly problem: Problem };

const kinds = { rows: 'rows', metrics: 'bare metrics' } as const;

/** Whom the candidate is compared with: the last accepted model, or the fixed one that small losses add up against. */
export type OpponentRole = 'champion' | 'anchor';

/** Fetches an opponent; what goes wrong with it stops only the checks that need it. */
export async function opponentOf(
  plan: EvaluationPlan,
  role: OpponentRole,
  leg: string | undefined,
  world: EvaluationWorld,
): Promise<Opponent> {
  const source = role === 'anchor' ? plan.gate.anchor : plan.gate.champion;
  if (source === undefined || !needsOpponent(plan, role)) return { kind: 'none-needed' };
  try {
    if (source.from === 'rescore') return await rescored(source, world);
    const request = {
      source,
      policy: plan.policy.name,
      gate: plan.id,
      leg,
      workspace: world.workspace,
      temporary: world.temporary,
      now: world.now,
      wants: plan.mode,
      role,
    };
    const champion = await fetchChampion(request, world.champions);
    if (champion.kind === 'bootstrap') return { kind: 'not-compared', reason: 'bootstrap', note: champion.notice };
    const recorded = champion.manifest?.data.kind;
    if (recorded !== undefined && recorded !== plan.mode) {
      // an error would also keep the default branch from ever recording the other kind
      const note = `The ${role} was recorded as ${kinds[recorded]}, and this gate now judges ${kinds[plan.mode]}. Not compared; the next green run on the default branch records it anew.`;
      return { kind: 'not-compared', reason: 'bootstrap', note };
    }
    return champion;
  } catch (error) {
    return { kind: 'failed', problem: problemOf(error) };
  }
}

function needsOpponent({ checks }: EvaluationPlan, role: OpponentRole): boolean {
  return checks.some((check) =>
    check.bounds.some((bound) => bound.of !== 'value' && (bound.against ?? 'champion') === role),
  );
}

/** The old model, scored anew by a command of the policy. @throws UserError command-failed */
export async function rescored(
  { command, table, file }: Pick<Extract<ChampionSource, { from: 'rescore' }>, 'command' | 'table' | 'file'>,
  world: EvaluationWorld,
): Promise<Opponent> {
  await world.run(command);
  const path = table ?? file ?? '';
  return { kind: 'results', path, identity: { from: 'rescore', name: path } };
}

/** What a comparison comes to when there is nobody to compare with. */
export function withoutOpponent(role: OpponentRole, opponent: Opponent, name: string): Effect {
  switch (opponent.kind) {
    case 'failed':
      return { kind: 'undefined', problem: opponent.problem };
    case 'not-compared':
      // the gate says why once; its checks need not repeat it
      return { kind: 'not-compared', reason: opponent.reason };
    case 'results':
      return {
        kind: 'not-compared',
        reason: 'bootstrap',
        note: `The ${role} was recorded before ${name} was asked for. Not compared; the next green run on the default branch records it.`,
      };
    case 'none-needed':
      return {
        kind: 'undefined',
        problem: { reason: 'crash', message: `a comparison with the ${role} is asked for, but it was not fetched` },
      };
  }
}

/** What a person can mend becomes part of the verdict; anything else is a defect and goes up. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof UserError)) throw error;
  return {
    reason: error.reason,
    message: error.message,
    ...(error.how === undefined ? {} : { how: error.how }),
    ...(error.where === undefined ? {} : { where: error.where }),
  };
}

export interface MetricsFileInput {
  readonly file: MetricsFile;
  readonly identity: InputIdentity;
}

/** @throws UserError file-missing, file-empty, file-unreadable */
export async function readMetricsFile(
  role: 'candidate' | OpponentRole,
  file: string,
  world: EvaluationWorld,
): Promise<MetricsFileInput> {
  const text = await world.readText(file);
  const bytes = Buffer.byteLength(text);
  const sha256 = createHash('sha256').update(text).digest('hex');
  // what was fetched lies in a folder of ours, which is nobody's business
  const name = path.isAbsolute(file) ? path.basename(file) : file;
  return { file: parseMetricsFile(name, text), identity: { role, name, files: 1, bytes, sha256 } };
}

export function tableIdentity(role: InputIdentity['role'], source: Source): InputIdentity {
  const { path, files, bytes, digest, rows } = source;
  return { role, name: path, files: files.length, bytes, sha256: digest, rows };
}
