export { type Reason, reasonCodes, reasons } from './reason.ts';
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
export { type Location, UserError } from './user-error.ts';
export {
  type BaselineIdentity,
  type BoundResult,
  type BoundRule,
  boundRules,
  type CheckResult,
  type InputIdentity,
  type Interval,
  type Limit,
  overall,
  type PolicyIdentity,
  type Problem,
  type RunIdentity,
  type Verdict,
  verdictSchema,
  verdictSchemaId,
} from './verdict.ts';
