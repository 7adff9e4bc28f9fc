import { type InputIdentity, UserError } from '@modelgate/core';
import type { Source, Tables } from '@modelgate/tables';
import { type Arena, type Arenas, leavesOut, type Meeting } from './arena.ts';
import type { EvaluationPlan } from './evaluation-plan.ts';
import {
  type EvaluationWorld,
  type Opponent,
  type OpponentRole,
  problemOf,
  rescored,
  tableIdentity,
} from './evaluation-sources.ts';
import { join, type ModelTable, type OwnTables } from './joining.ts';

/** Everybody whom the candidate meets, and what was read for it. */
export interface Meetings extends Arenas {
  readonly inputs: readonly InputIdentity[];
  readonly notices: readonly string[];
}

export interface Opponents {
  readonly champion: Opponent;
  readonly anchor: Opponent;
}

/**
 * Joins the candidate with all its opponents. One join each when all is well; when one fails, the candidate is joined
 * alone, so that its own faults are told apart from the opponent's.
 *
 * @throws UserError for anything wrong with examples or candidate
 */
export async function meetAll(
  plan: EvaluationPlan,
  own: OwnTables,
  opponents: Opponents,
  tables: Tables,
  world: EvaluationWorld,
): Promise<Meetings> {
  const examples = await examplesNow(plan, own, world);
  const champion = await meet(plan, 'champion', own, opponents.champion, examples, tables, world);
  const anchor = await meet(plan, 'anchor', own, opponents.anchor, examples, tables, world);
  const complete =
    champion.arena !== undefined && !leavesOut(champion.arena) && plan.checks.every(champion.arena.covers);
  const alone = complete ? undefined : await join(plan, own, undefined, tables);
  const met = [champion, anchor];
  return {
    champion,
    anchor: opponents.anchor.kind === 'none-needed' ? undefined : anchor,
    alone,
    inputs: met.flatMap((one) => one.inputs),
    notices: met.flatMap((one) => one.notices),
  };
}

interface Met extends Meeting {
  readonly inputs: readonly InputIdentity[];
  readonly notices: readonly string[];
}

async function meet(
  plan: EvaluationPlan,
  role: OpponentRole,
  own: OwnTables,
  fetched: Opponent,
  examples: ExamplesNow,
  tables: Tables,
  world: EvaluationWorld,
): Promise<Met> {
  const { opponent, notices } = await onTheseExamples(plan, role, fetched, examples, world);
  if (opponent.kind !== 'results') return { opponent, arena: undefined, inputs: [], notices };
  try {
    const theirs = opponent.identity.from === 'file' || opponent.identity.from === 'rescore';
    const source = theirs ? await tables.describe(opponent.path) : await tables.describeOwn(opponent.path);
    const arena = await join(plan, own, modelTable(plan, role, opponent, source, own.candidate), tables);
    const inputs = [tableIdentity(role, source)];
    const dropped = leavesOut(arena) ? [droppedNotice(role, arena)] : [];
    return { opponent, arena, inputs, notices: [...notices, ...dropped] };
  } catch (error) {
    return { opponent: { kind: 'failed', problem: problemOf(error) }, arena: undefined, inputs: [], notices };
  }
}

/** An opponent's columns: as its record or the policy names them, else as the candidate's. */
function modelTable(
  { gate }: EvaluationPlan,
  role: OpponentRole,
  { manifest }: Extract<Opponent, { kind: 'results' }>,
  source: Source,
  candidate: ModelTable,
): ModelTable {
  if (manifest !== undefined) {
    const { key = candidate.key, label, prediction, score, scores, document, rank } = manifest;
    return { source, key, label, prediction, score, scores, document, rank, recorded: new Set(manifest.columns) };
  }
  const named = role === 'anchor' ? gate.anchor : gate.champion;
  if (named === undefined || named.from === 'recorded') return { ...candidate, source };
  const { prediction = candidate.prediction, score = candidate.score, scores = candidate.scores } = named;
  return { ...candidate, source, prediction, score, scores };
}

/** Fewer common examples than this share are another comparison. */
const leastOverlap = 0.95;

/** @throws UserError examples-changed */
function droppedNotice(role: OpponentRole, { rows, dropped }: Arena): string {
  const overlap = rows / (rows + Math.max(dropped.candidate, dropped.champion));
  const [both, fresh, gone] = [rows, dropped.candidate, dropped.champion].map((count) => count.toLocaleString('en'));
  const common = `${both} examples in common, ${fresh} new, ${gone} gone`;
  if (overlap >= leastOverlap) return `Compared with the ${role} on the examples that both answered: ${common}.`;
  throw new UserError('examples-changed', `too few examples are left to compare with the ${role}: ${common}`, {
    how: `at least ${leastOverlap * 100} % must be common to both; record the champion anew on the default branch, or use on-new-examples: rescore`,
  });
}

interface Kept {
  readonly opponent: Opponent;
  readonly notices: readonly string[];
}

/**
 * An opponent answered certain examples. Others now: an error, except on the base branch, which then records anew, and
 * where the policy says what to do.
 */
async function onTheseExamples(
  plan: EvaluationPlan,
  role: OpponentRole,
  opponent: Opponent,
  examples: ExamplesNow,
  world: EvaluationWorld,
): Promise<Kept> {
  const change = changeFor(role, opponent, examples);
  if (change === undefined) return { opponent, notices: [] };
  const { 'on-new-examples': allowed, rescore } = plan.gate;
  if (allowed === 'rescore' && rescore !== undefined && role === 'champion') {
    const notices = [`The examples changed: ${change}. The champion was scored anew by \`${rescore.command}\`.`];
    try {
      return { opponent: await rescored({ ...rescore, file: undefined }, world), notices };
    } catch (error) {
      return { opponent: { kind: 'failed', problem: problemOf(error) }, notices: [] };
    }
  }
  // without a record only a comparison of keys can tell, which follows
  if (allowed === 'intersect' || examples.brought) return { opponent, notices: [`The examples changed: ${change}.`] };
  if (world.onBaseBranch) {
    const note = `The examples changed on this branch: ${change}. Nothing was compared; a green run records the champion anew.`;
    return { opponent: { kind: 'not-compared', reason: 'examples-changed', note }, notices: [] };
  }
  const problem = {
    reason: 'examples-changed' as const,
    message: `the examples are not those that the ${role} answered: ${change}, with other contents`,
    how: 'change examples in a pull request of their own; once merged, the default branch records the champion anew',
  };
  return { opponent: { kind: 'failed', problem }, notices: [] };
}

/** The examples, and whether the change that is judged brings them, as the policy of the base allows it to. */
interface ExamplesNow {
  readonly source: Source | undefined;
  readonly brought: boolean;
}

async function examplesNow(
  { gate, examples }: EvaluationPlan,
  { examples: source }: OwnTables,
  world: EvaluationWorld,
) {
  const asked = examples !== undefined && gate['on-new-examples'] !== 'error' && !world.onBaseBranch;
  return { source, brought: asked && (await world.sameAsBase(examples.table)) === 'changed' };
}

/** In words, or undefined where the opponent answered these examples. */
function changeFor(role: OpponentRole, opponent: Opponent, { source, brought }: ExamplesNow): string | undefined {
  if (opponent.kind !== 'results' || source === undefined) return undefined;
  const recorded = opponent.manifest?.examples;
  if (recorded !== undefined && recorded.sha256 !== source.digest) {
    return `${recorded.name} had ${recorded.rows} rows when the ${role} was recorded and has ${source.rows} now`;
  }
  return recorded === undefined && brought ? `${source.path} is not the one of the base` : undefined;
}
