export type { RecordedFolder, RecordRequest } from './baseline-record.ts';
export { type EvaluationOutcome, type EvaluationRequest, evaluate } from './evaluation.ts';
export { type EvaluationPlan, planEvaluation } from './evaluation-plan.ts';
export type { EvaluationWorld } from './evaluation-sources.ts';
