import type { openTables } from '@modelgate/tables';
import type { EvaluationRequest } from './evaluation.ts';
import type { EvaluationWorld } from './evaluation-sources.ts';

type Engine = Parameters<typeof openTables>[0];

/**
 * The evaluation gate as the frame of an action, or the command line, runs it: with the embedded engine for its rows.
 * Everything behind it is loaded by the first run, so that a step that has nothing to judge ends at once.
 */
export const evaluationGate = {
  kind: 'evaluation',
  run: async (request: EvaluationRequest, world: Omit<EvaluationWorld, 'openTables'> & { readonly engine: Engine }) => {
    const { evaluate } = await import('./evaluation.ts');
    const openTables = async () => (await import('@modelgate/tables')).openTables(world.engine);
    return await evaluate(request, { ...world, openTables });
  },
} as const;
