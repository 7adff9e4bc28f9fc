import type { InputIdentity } from '@modelgate/core';
import type { Measured } from './effect.ts';
import type { EvaluationPlan, PlannedCheck } from './evaluation-plan.ts';
import {
  type EvaluationWorld,
  type MetricsFileInput,
  type Opponent,
  type OpponentRole,
  problemOf,
  readMetricsFile,
} from './evaluation-sources.ts';
import { fileEffects } from './file-effect.ts';
import type { Opponents } from './meeting.ts';

export interface FileMeasurement extends Opponents {
  readonly measured: ReadonlyMap<string, Measured>;
  readonly candidate: MetricsFileInput;
  readonly inputs: InputIdentity[];
}

/**
 * Measures every check of a plan on bare metrics files.
 *
 * @throws UserError for anything wrong with the candidate's file; what is wrong with an opponent's stops only the checks
 *         that need it
 */
export async function measureFiles(
  plan: EvaluationPlan,
  opponents: Opponents,
  world: EvaluationWorld,
): Promise<FileMeasurement> {
  const candidate = await readMetricsFile('candidate', plan.gate.candidate.file ?? '', world);
  const champion = await opponentFile('champion', opponents.champion, world);
  const anchor = await opponentFile('anchor', opponents.anchor, world);
  const measure = ({ name, bounds }: PlannedCheck): Measured => {
    const against = (opponent: OpponentFile) => fileEffects(name, bounds, candidate.file, opponent);
    const own = against(champion);
    if (plan.gate.anchor === undefined) return own;
    const anchored = against(anchor);
    const effects = bounds.map((bound, at) => (bound.against === 'anchor' ? anchored : own).effects[at]);
    return { ...own, anchor: anchored.champion, effects };
  };
  return {
    measured: new Map(plan.checks.map((check) => [check.id, measure(check)])),
    candidate,
    champion: champion.opponent,
    anchor: anchor.opponent,
    inputs: [candidate, champion.read, anchor.read].flatMap((read) => (read === undefined ? [] : [read.identity])),
  };
}

type OpponentFile = Awaited<ReturnType<typeof opponentFile>>;

async function opponentFile(role: OpponentRole, opponent: Opponent, world: EvaluationWorld) {
  if (opponent.kind !== 'results') return { role, opponent, read: undefined, file: undefined };
  try {
    const read = await readMetricsFile(role, opponent.path, world);
    return { role, opponent, read, file: read.file };
  } catch (error) {
    const failed = { kind: 'failed', problem: problemOf(error) } as const;
    return { role, opponent: failed, read: undefined, file: undefined };
  }
}
