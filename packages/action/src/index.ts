export { flag, gateInputs, readInputs } from './action-inputs.ts';
export { reportFailure } from './failure.ts';
export type { EngineOptions, GateWorld } from './gate-world.ts';
export { readText } from './gate-world.ts';
export { runPolicyCommand } from './policy-command.ts';
export { type GateKind, type GateRequest, runGates } from './run-gates.ts';
export { reportInputs, runReport } from './run-report.ts';
export { type VerdictFrame, verdictOf } from './verdict.ts';
export { version } from './version.ts';
