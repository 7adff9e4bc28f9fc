import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { tables } from './tables.ts';

export const metrics = ['accuracy', 'precision', 'recall', 'f1', 'balanced_accuracy'] as const;
export type Metric = (typeof metrics)[number];

/** What a gate of groups judges. */
export interface Asked {
  /** Entries of `by`. */
  readonly by: Readonly<Record<string, readonly string[]>>;
  readonly metrics: readonly Metric[];
}

/** Metrics within each group of two features and a control, and of the control alone, as MetricFrame has them. */
export const framed: Asked = { by: { age: ['age'], group: ['age', 'sex', 'region'] }, metrics };

/** An `each` check a metric. Equal groups keep the margin, harmed ones (`tables.ts`) do not. */
export async function writePolicy(workspace: string, { by, metrics: asked }: Asked): Promise<void> {
  const text = `version: 1
name: bench
examples:
  golden: { table: ${tables.examples}, key: id, label: label }
gates:
  quality:
    kind: evaluation
    task: binary
    positive: 1
    examples: golden
    candidate: { table: ${tables.candidate}, prediction: predicted }
    champion: { from: file, table: ${tables.champion} }
    checks:
      accuracy: { metric: accuracy, max-regression: 5pt }
  groups:
    kind: slices
    of: quality
    at-most: 1000
    by:
${Object.entries(by)
  .map(([name, columns]) => `      ${name}: [${columns.join(', ')}]\n`)
  .join('')}    checks:
${asked.map((metric) => `      ${metric}: { metric: ${metric}, each: { max-regression: 5pt } }\n`).join('')}`;
  await writeFile(path.join(workspace, 'modelgate.yml'), text);
}
