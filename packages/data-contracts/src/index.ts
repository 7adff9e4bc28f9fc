export { type Counting, rowCountings } from './counting.ts';
export { type Dialect, duckdb, trino } from './dialect.ts';
export { type ContractSituation, isExpected, type StructureFinding, structureFindings } from './structure.ts';
export { patternOf } from './text-format.ts';
