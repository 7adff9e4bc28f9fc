export { type ChampionSource, isNetworkSource, needsNoFile } from './champion-source.ts';
export { type ColumnContract, type ColumnTypeName, columnTypes, formats } from './column-contract.ts';
export { type CorpusContract, type IndexManifest, indexManifestSchema } from './corpus-contract.ts';
export {
  type DataContract,
  type DataContractDocument,
  dataContractSchema,
  parseDataContract,
} from './data-contract.ts';
export type { DataGate } from './data-gate.ts';
export type { DataFinding, DataTable } from './data-verdict.ts';
export type { DriftContract } from './drift-contract.ts';
export { duration, hoursOf } from './duration.ts';
export { behaviors, columnStatistics, type EvaluationCheck } from './evaluation-check.ts';
export { type EvaluationGate, type Examples, type Looks, tasks } from './evaluation-gate.ts';
export {
  type Attester,
  type EvidenceLevel,
  type EvidenceSubject,
  evidenceEvents,
  evidenceLevels,
  gatesWorkflow,
  isEvidenceForRelease,
  type Statement,
  type SummaryStatement,
  statementType,
  summaryPredicateType,
  summaryStatementSchema,
  type VerdictStatement,
  verdictPredicateType,
  verdictStatementSchema,
} from './evidence.ts';
export type { EvidencePolicy } from './evidence-policy.ts';
export type { GateOutcome, RecordedFolder } from './gate-outcome.ts';
export { contractJsonSchema, policyJsonSchema, verdictJsonSchema } from './json-schema.ts';
export type { LabelContract } from './label-contract.ts';
export {
  type Gate,
  type Policy,
  type PolicyDocument,
  parsePolicy,
  parseRules,
  policySchema,
  stageOf,
} from './policy.ts';
export { type PolicyChange, type PolicySide, policyChanges } from './policy-change.ts';
export { PolicyError, type PolicyProblem } from './policy-error.ts';
export { type PrivacyContract, personalData } from './privacy-contract.ts';
export { quantity, shown } from './quantity.ts';
export { type Reason, reasonCodes, reasons } from './reason.ts';
export type { ResultsSource } from './results-source.ts';
export { type ChangeEffect, ruleClasses } from './rule-class.ts';
export { type Judgement, settled, type Weighing } from './settlement.ts';
export { type FairnessMetric, fairnessMetrics, type SliceCheck } from './slice-check.ts';
export type { SliceDivision, SliceGate } from './slice-gate.ts';
export {
  type ComparedGroup,
  type SliceFinding,
  type SliceOutcome,
  type SliceResult,
  type SliceTable,
  sliceOutcomes,
} from './slice-verdict.ts';
export type { ParityContract, SplitContract } from './split-contract.ts';
export {
  inconclusivePolicies,
  type Level,
  levels,
  type OnInconclusive,
  type Status,
  softened,
  statuses,
  stopsStep,
  worstStatus,
} from './status.ts';
export { nearest } from './suggestion.ts';
export { aggregates, type TableCheck } from './table-check.ts';
export { tightenedPolicy } from './tightened-policy.ts';
export { type Amount, none, type Tolerance } from './tolerance.ts';
export { type Location, UserError } from './user-error.ts';
export {
  type BaselineIdentity,
  type BoundResult,
  type BoundRule,
  boundRules,
  type CheckFamily,
  type CheckResult,
  type InputIdentity,
  type Interval,
  type Limit,
  type LineageEntry,
  overall,
  type PolicyIdentity,
  type Problem,
  type Reuse,
  type RuleChange,
  type RunIdentity,
  type Verdict,
  verdictSchema,
  verdictSchemaId,
} from './verdict.ts';
export { isLive, parseWaivers, type Waiver } from './waiver.ts';
export { type KeyPath, parseYaml, type YamlDocument } from './yaml-document.ts';
