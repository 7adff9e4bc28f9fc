import { UserError } from '@modelgate/core';
import { isShare, type MetricsFile, metricOf } from '@modelgate/metrics';
import type { PlannedBound } from './bound-plan.ts';
import { championNearZero, type Effect, type Measured, nearZero } from './effect.ts';
import { type Opponent, type OpponentRole, problemOf, withoutOpponent } from './evaluation-sources.ts';

interface OpponentMetrics {
  readonly role: OpponentRole;
  readonly opponent: Opponent;
  /** Undefined where there is nothing to compare with; the opponent says why. */
  readonly file: MetricsFile | undefined;
}

/**
 * Effects of a bare metric: estimates only, for there are no rows to say how sure they are. A metric that is missing, not
 * finite or no share is this check's error; the others are judged.
 */
export function fileEffects(
  metric: string,
  bounds: readonly PlannedBound[],
  candidateFile: MetricsFile,
  opponent: OpponentMetrics,
): Measured {
  const own = read(candidateFile, metric);
  if (typeof own !== 'number') {
    return { rows: undefined, candidate: undefined, champion: undefined, gap: own, effects: bounds.map(() => own) };
  }
  const theirs = opponentMetric(metric, opponent);
  const effects = bounds.map((bound): Effect => {
    if (bound.of === 'value') return { kind: 'estimate', estimate: own };
    if (typeof theirs !== 'number') return theirs;
    if (bound.of === 'difference') return { kind: 'estimate', estimate: own - theirs };
    if (nearZero(theirs)) return championNearZero(metric, theirs);
    return { kind: 'estimate', estimate: (own - theirs) / Math.abs(theirs) };
  });
  return { rows: undefined, candidate: own, champion: typeof theirs === 'number' ? theirs : undefined, effects };
}

/** A record that is older than the check is nobody's mistake; a file that somebody names must hold the metric. */
function opponentMetric(metric: string, { role, opponent, file }: OpponentMetrics): number | Effect {
  if (file === undefined) return withoutOpponent(role, opponent, metric);
  const theirs = read(file, metric);
  if (typeof theirs === 'number' || opponent.kind !== 'results' || opponent.manifest === undefined) return theirs;
  const missing = theirs.kind === 'undefined' && theirs.problem.reason === 'metric-missing';
  return missing ? withoutOpponent(role, opponent, metric) : theirs;
}

function read(file: MetricsFile, metric: string): number | Extract<Effect, { kind: 'undefined' }> {
  try {
    return share(file, metric, metricOf(file, metric));
  } catch (error) {
    return { kind: 'undefined', problem: problemOf(error) };
  }
}

/** An accuracy of 91.2 would clear every floor and turn a point into a hundred. */
function share(file: MetricsFile, metric: string, value: number): number {
  if (!isShare(metric) || (value >= 0 && value <= 1)) return value;
  throw new UserError('probability-out-of-range', `${metric} in ${file.file} is ${value}, outside [0, 1]`, {
    where: { file: file.file },
    how: 'write shares, not percent: 0.912 for 91.2 %',
  });
}
