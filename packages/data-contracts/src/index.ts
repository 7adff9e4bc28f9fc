export { type ContractChange, contractChanges } from './contract-change.ts';
export type { ContractChangeKind } from './contract-rule.ts';
export { type Counting, rowCountings } from './counting.ts';
export { type Dialect, duckdb, trino } from './dialect.ts';
export { type ContractSituation, isExpected, type StructureFinding, structureFindings } from './structure.ts';
export { patternOf } from './text-format.ts';
export { type Anonymity, kAnonymity, suppressed } from './k-anonymity.ts';
export {
  chanceConfirmed,
  confirmsPersonalData,
  findPersonalData,
  type PersonalDataFound,
  type PersonalDataKind,
  personalDataGroups,
  personalDataKinds,
  personalDataPattern,
} from './personal-data.ts';
export { type PersonalColumnKind, personalColumn } from './personal-data-column.ts';
export { type SchemaChange, type SchemaColumn, schemaChanges } from './schema-change.ts';
