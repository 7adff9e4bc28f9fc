import { createHash } from 'node:crypto';
import type { InputIdentity } from '@modelgate/core';
import type { Source, Tables } from '@modelgate/tables';
import { type Arenas, measureCheck } from './arena.ts';
import type { Measured } from './effect.ts';
import type { EvaluationPlan, PlannedCheck } from './evaluation-plan.ts';
import { type EvaluationWorld, type Opponent, tableIdentity } from './evaluation-sources.ts';
import { type Family, stepDown } from './guard-family.ts';
import type { ModelTable } from './joining.ts';
import { meetAll, type Opponents } from './meeting.ts';
import { replicatesFor } from './resampling.ts';

export interface RowMeasurement {
  readonly measured: ReadonlyMap<string, Measured>;
  readonly rows: number;
  readonly inputs: readonly InputIdentity[];
  readonly candidate: Source;
  readonly examples: Source | undefined;
  /** After their tables were read: one whose table is broken or recorded on other examples has failed. */
  readonly champion: Opponent;
  readonly anchor: Opponent;
  readonly notices: readonly string[];
}

/**
 * Measures every check of a plan on joined rows.
 *
 * @throws UserError for anything wrong with examples or candidate; what is wrong with an opponent's table stops only the
 *         checks that need it
 */
export async function measureRows(
  plan: EvaluationPlan,
  opponents: Opponents,
  tables: Tables,
  world: EvaluationWorld,
): Promise<RowMeasurement> {
  const examples = plan.examples === undefined ? undefined : await tables.describe(plan.examples.table);
  const candidate = await tables.describe(plan.gate.candidate.table ?? '');
  const met = await meetAll(plan, { candidate: candidateTable(plan, candidate), examples }, opponents, tables, world);
  const inputs = [
    ...(examples ? [tableIdentity('examples', examples)] : []),
    tableIdentity('candidate', candidate),
    ...met.inputs,
  ];
  try {
    const measured = await measureAll(plan, met);
    const { champion, anchor, alone, notices } = met;
    return {
      measured,
      rows: (champion.arena ?? alone)?.rows ?? 0,
      inputs,
      candidate,
      examples,
      champion: champion.opponent,
      anchor: anchor?.opponent ?? { kind: 'none-needed' },
      notices,
    };
  } finally {
    for (const arena of [met.champion.arena, met.anchor?.arena, met.alone]) await arena?.drop();
  }
}

export function candidateTable({ gate, examples }: EvaluationPlan, source: Source): ModelTable {
  const { key, label, prediction, score, scores, document, rank } = gate.candidate;
  return { source, key: key ?? examples?.key ?? '', label, prediction, score, scores, document, rank };
}

async function measureAll(plan: EvaluationPlan, arenas: Arenas): Promise<ReadonlyMap<string, Measured>> {
  // not of the files: neither another order of rows nor a blank line at the end may draw again
  const seed = createHash('sha256')
    .update(JSON.stringify([plan.policy.name, plan.id]))
    .digest('hex');
  const measureAt = (check: PlannedCheck, confidence: number): Promise<Measured> =>
    measureCheck(check, arenas, { confidence, seed, replicates: replicatesFor(confidence) });
  const measured = new Map<string, Measured>();
  for (const check of plan.checks) measured.set(check.id, await measureAt(check, plan.policy.confidence));
  const family: Family = { plan, measured, measureAt };
  return await stepDown(family);
}
