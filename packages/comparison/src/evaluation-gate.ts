import { openTables } from '@modelgate/tables';
import { type EvaluationRequest, evaluate } from './evaluation.ts';
import type { EvaluationWorld } from './evaluation-sources.ts';

type Engine = Parameters<typeof openTables>[0];

/** The evaluation gate as the frame of an action, or the command line, runs it: with the embedded engine for its rows. */
export const evaluationGate = {
  kind: 'evaluation',
  run: (request: EvaluationRequest, world: Omit<EvaluationWorld, 'openTables'> & { readonly engine: Engine }) =>
    evaluate(request, { ...world, openTables: () => openTables(world.engine) }),
} as const;
