import { type MetricsFile, metricOf } from '@modelgate/metrics';
import { championNearZero, type Effect, type Measured, nearZero } from './effect.ts';
import type { PlannedBound } from './evaluation-plan.ts';

/**
 * Effects of a bare metric: estimates only, for there are no rows to say how sure they are.
 *
 * @throws UserError metric-missing, not-finite
 */
export function fileEffects(
  metric: string,
  candidateFile: MetricsFile,
  championFile: MetricsFile | undefined,
  bounds: readonly PlannedBound[],
): Measured {
  const candidate = metricOf(candidateFile, metric);
  const champion = championFile === undefined ? undefined : metricOf(championFile, metric);
  const effects = bounds.map((bound): Effect | undefined => {
    if (bound.of === 'value') return { kind: 'estimate', estimate: candidate };
    if (champion === undefined) return undefined;
    if (bound.of === 'difference') return { kind: 'estimate', estimate: candidate - champion };
    if (nearZero(champion)) return championNearZero(metric, champion);
    return { kind: 'estimate', estimate: (candidate - champion) / Math.abs(champion) };
  });
  return { rows: undefined, candidate, champion, effects };
}
