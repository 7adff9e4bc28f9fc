export type { RecordRequest } from './baseline-record.ts';
// types only, beside the gate: what it runs is loaded by its first run
export type { EvaluationRequest } from './evaluation.ts';
export { evaluationGate } from './evaluation-gate.ts';
export type { EvaluationWorld } from './evaluation-sources.ts';
export { sliceGate } from './slice-gate.ts';
