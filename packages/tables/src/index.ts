export { type ClassKind, type ClassSet, classIndex } from './class-set.ts';
export type { ColumnType } from './column-type.ts';
export type { Cell, DataEngine, Duplicates, DuplicatesSpec, Query, Row, SampleSpec } from './data-engine.ts';
export { type CrossedSpec, type Division, type DivisionSpec, mostGroups } from './division.ts';
export { currentPlatform } from './engine-platform.ts';
export type { Numbers } from './numbers.ts';
export type {
  Examples,
  Judgements,
  OutputColumn,
  Outputs,
  PairSpec,
  RankingSpec,
  Retrieved,
  Role,
  Side,
  SingleSpec,
} from './pair-spec.ts';
export type { PairedRows, RowClusters, RowsColumn, WantedColumn } from './paired-rows.ts';
export type { ColumnPair, GroupedCounts, JointCounts, Moments, PairedMoments, PairedTable } from './paired-table.ts';
export type { PairedRankings, RankedDocuments } from './ranked-rows.ts';
export type { RemoteStore } from './remote-store.ts';
export type { ExampleRows, RepeatedRows, RepeatedTable } from './repeated-table.ts';
export { sampleLimit } from './sample.ts';
export type { Column, Source } from './source.ts';
export type { FileFormat, Format, SourceFile } from './source-files.ts';
export {
  type EngineIdentity,
  type OpenOptions,
  openTables,
  type RecordedTable,
  type RecordSpec,
  type Tables,
} from './tables.ts';
export { openTrino, type TrinoEngine, type TrinoOptions } from './trino-engine.ts';
