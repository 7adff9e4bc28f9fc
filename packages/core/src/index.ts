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
