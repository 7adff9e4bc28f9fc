import type { openTables } from '@modelgate/tables';
import type { EvaluationRequest } from './evaluation.ts';
import type { EvaluationWorld } from './evaluation-sources.ts';

type Engine = Parameters<typeof openTables>[0];

/**
 * The gate of groups of rows as the frame of an action, or the command line, runs it. It records no champion and counts
 * no look: the evaluation gate that it divides does. Everything behind it is loaded by the first run.
 */
export const sliceGate = {
  kind: 'slices',
  run: async (
    request: Omit<EvaluationRequest, 'record'>,
    world: Omit<EvaluationWorld, 'openTables'> & { readonly engine: Engine },
  ) => {
    const { judgeSlices } = await import('./slices.ts');
    const openTables = async () => (await import('@modelgate/tables')).openTables(world.engine);
    return await judgeSlices(request, { ...world, openTables });
  },
} as const;
