import { type LabelContract, UserError } from '@modelgate/core';
import { type AgreementStatistic, agreement } from './label-agreement.ts';
import type { ContractWorld, Found } from './measurement.ts';
import { columnIn, comparable, namedAll } from './source-column.ts';

const statistics: Readonly<Record<AgreementStatistic, string>> = {
  'krippendorff-alpha': 'Krippendorff’s alpha',
  'cohens-kappa': 'Cohen’s kappa',
  'fleiss-kappa': 'Fleiss’ kappa',
};

const mostAnnotators = 50;

/** How far annotators agree, from counts; the pairs of them are compared in the one pass over the table. */
export async function measureAgreement(
  rule: NonNullable<LabelContract['agreement']>,
  world: ContractWorld,
): Promise<Found> {
  const { annotators, statistic } = rule;
  if (annotators.length > mostAnnotators)
    throw new UserError(
      'contract-invalid',
      `${annotators.length} annotators are more than the ${mostAnnotators} that can be compared.`,
    );
  const found = await world.engine.ask({
    sql: countingSql(rule, world),
    tables: { this: world.source },
  });
  const count = (name: string) => Number(found[0]?.[name] ?? 0);
  const value = agreement(
    statistic,
    {
      rows: count('rated'),
      labels: count('labels'),
      agreeing: count('agreeing'),
      agreeingPerLabel: count('per_label'),
      squares: count('squares'),
      products: count('products'),
    },
    annotators.length,
  );
  return {
    kind: 'number',
    what: `${statistics[statistic]} of ${namedAll(annotators)}`,
    value,
    limits: { atLeast: rule['at-least'] },
    rows: count('rated'),
  };
}

function countingSql({ annotators, statistic }: NonNullable<LabelContract['agreement']>, world: ContractWorld): string {
  const columns = annotators.map((name) => columnIn(world.source, name));
  const asLabel = comparable(columns);
  const each = columns.map(({ name }, index) => ({
    column: `CAST(${asLabel(world.dialect.identifier(name))} AS VARCHAR)`,
    label: `label_${index}`,
  }));
  const labels = each.map(({ label }) => label);
  const given = labels.map((label) => `(CASE WHEN ${label} IS NULL THEN 0 ELSE 1 END)`).join(' + ');
  const pairs = labels.flatMap((one, index) =>
    labels.slice(index + 1).map((other) => `(CASE WHEN ${one} = ${other} THEN 1 ELSE 0 END)`),
  );
  const needed = statistic === 'krippendorff-alpha' ? 2 : labels.length;
  const said = `CASE annotator ${labels.map((label, index) => `WHEN ${index} THEN ${label}`).join(' ')} END`;
  return `WITH patterns AS (
      SELECT ${each.map(({ column, label }) => `${column} AS ${label}`).join(', ')}, count(*) AS n
      FROM this GROUP BY ${each.map((_, index) => index + 1).join(', ')}
    ), rated AS (
      SELECT *, CAST(${pairs.join(' + ')} AS DOUBLE) AS agreeing, CAST(${given} AS DOUBLE) AS given
      FROM patterns WHERE ${given} >= ${needed}
    ), said AS (
      SELECT n, annotator, ${said} AS label
      FROM rated CROSS JOIN (VALUES ${labels.map((_, index) => `(${index})`).join(', ')}) AS all_of_them (annotator)
    ), classes AS (
      SELECT label, CAST(sum(n) AS DOUBLE) AS labels,
        CAST(sum(CASE WHEN annotator = 0 THEN n ELSE 0 END) AS DOUBLE) AS first_labels,
        CAST(sum(CASE WHEN annotator = ${labels.length - 1} THEN n ELSE 0 END) AS DOUBLE) AS last_labels
      FROM said WHERE label IS NOT NULL GROUP BY label
    )
    SELECT rated, agreeing, per_label, labels, squares, products
    FROM (SELECT sum(n) AS rated, sum(n * agreeing) AS agreeing, sum(n * agreeing / (given - 1)) AS per_label FROM rated) AS a
    CROSS JOIN (SELECT sum(labels) AS labels, sum(labels * labels) AS squares, sum(first_labels * last_labels) AS products FROM classes) AS b`;
}
