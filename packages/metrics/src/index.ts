export type { ClassTotals, MetricValue } from './class-totals.ts';
export { type MetricsFile, metricOf, parseMetricsFile } from './metrics-file.ts';
export {
  type ClassificationMetric,
  classificationMetrics,
  isShare,
  knownDirection,
  lookUpMetric,
  type MetricLookup,
} from './registry.ts';
