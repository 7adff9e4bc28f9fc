export type { RecordRequest } from './baseline-record.ts';
export { type EvaluationRequest, evaluate } from './evaluation.ts';
export { evaluationGate } from './evaluation-gate.ts';
export { type EvaluationPlan, planEvaluation } from './evaluation-plan.ts';
export type { EvaluationWorld } from './evaluation-sources.ts';
