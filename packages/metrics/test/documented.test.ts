import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { findMetric, type MetricTask, metricNames } from '../src/index.ts';

const page = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');
/** First cells of tables: names in code, the number behind an `@` as a letter. */
const listed = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
const tasks: readonly MetricTask[] = ['binary', 'multiclass', 'regression', 'ranking', 'answers'];

it.each(tasks)('docs/metrics.md lists every metric of a %s task', (task) => {
  const letter = task === 'regression' ? 'q' : 'k';
  const names = metricNames(task).map((name) =>
    name.replace(/^expected_calibration_error@.*/, '…@bins').replace(/@[\d.]+$/, `@${letter}`),
  );
  expect(names.filter((name) => !listed.includes(name))).toEqual([]);
});

it('every metric that docs/metrics.md lists is one', () => {
  const columns = ['statistic', 'mean', 'median', 'p90', 'p95', 'p99', 'rate', 'ratio', 'per', '…@bins'];
  const unknown = listed
    .filter((name) => !columns.includes(name))
    .filter((name) => {
      const example = name.replace('@k', '@3').replace('@q', '@0.3');
      return !tasks.some((task) => findMetric(example, task).kind === 'metric');
    });
  expect(unknown).toEqual([]);
});
