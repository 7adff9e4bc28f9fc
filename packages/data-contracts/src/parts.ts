// Everything of this room, for tests and benchmarks. A bundle keeps whatever one of its entries takes from a file for all
// of them, so what gates and the command line start from is index.ts alone.
export { type ContractChange, contractChanges } from './contract-change.ts';
export type { ContractChangeKind } from './contract-rule.ts';
export { type Dialect, duckdb, trino } from './dialect.ts';
export { type ColumnDrift, type DriftReason, drift } from './drift.ts';
export { measureDrift } from './drift-measurement.ts';
export {
  type Comparator,
  comparatorsFor,
  type DriftRule,
  type DriftSettings,
  defaultDriftSettings,
} from './drift-settings.ts';
export { type ContractSource, contractSources, type ImportedContract, importContract } from './import-contract.ts';
export type { LeftOut } from './import-draft.ts';
export { inferContract, type ObservedColumn } from './infer-contract.ts';
export {
  type ContractWorld,
  type Counted,
  type DataMeasurement,
  type Drifted,
  type Fact,
  type Found,
  type Measured,
  measured,
  type NumberLimits,
  type RuleIdentity,
  type Unit,
  type Unmeasured,
} from './measurement.ts';
export { observeColumns } from './observe-columns.ts';
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
export { type PersonalColumnKind, personalColumn, personalColumns } from './personal-data-column.ts';
export {
  type CategoryColumn,
  type DateColumn,
  leastNamedRows,
  type NumberColumn,
  type Profile,
  type ProfileColumn,
  profileSchema,
  profileSchemaId,
} from './profile.ts';
export { proposedProfileChange } from './profile-change.ts';
export { profilePatch } from './profile-patch.ts';
export { parseProfile, writeProfile } from './profile-text.ts';
export { type ProfileSpec, profileTable } from './profiler.ts';
export { type SchemaChange, type SchemaColumn, schemaChanges } from './schema-change.ts';
export { type ContractSituation, isExpected, type StructureFinding, structureFindings } from './structure.ts';
export { measureTable, sourceAsAsked } from './table-measurement.ts';
export { patternOf } from './text-format.ts';
