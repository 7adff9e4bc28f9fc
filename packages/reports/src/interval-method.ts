import type { CheckResult } from '@modelgate/core';

/** How an interval was made: its name, one line for everybody, and one for those who know statistics. */
export interface IntervalMethod {
  readonly name: string;
  readonly plain: string;
  readonly exact: string;
}

/** A method by its name in verdicts; one that is not known here is shown by that name alone. */
export function intervalMethod(method: string): IntervalMethod {
  return Object.hasOwn(methods, method) ? (methods[method] ?? unknown(method)) : unknown(method);
}

/** Methods of these checks, each once, in their order. */
export function methodsOf(checks: readonly CheckResult[]): readonly IntervalMethod[] {
  const used = checks.flatMap(({ bounds, slices }) => {
    const groups = slices?.kind === 'each' ? slices.slices : [];
    return [...bounds, ...groups].flatMap(({ interval }) => interval?.method ?? []);
  });
  return [...new Set(used)].map(intervalMethod);
}

function unknown(method: string): IntervalMethod {
  return { name: method, plain: '', exact: '' };
}

const methods: Readonly<Record<string, IntervalMethod>> = {
  wilson: {
    name: 'Wilson',
    plain: 'How far a share of these rows may be from the share of all rows; holds near 0 and 1 and for few rows.',
    exact: 'Score interval of one binomial share.',
  },
  tango: {
    name: 'Tango',
    plain: 'Two shares on the same rows, compared by the rows on which the two models differ.',
    exact: 'Score interval of the difference of two paired shares (Tango 1998).',
  },
  'clustered-wilson': {
    name: 'Wilson with clusters',
    plain: 'A share of rows, with as many rows as would tell as much if they did not belong together.',
    exact:
      'Score interval with effective counts: design effect of Rao and Scott (1992), degrees of freedom of the clusters.',
  },
  'clustered-tango': {
    name: 'Tango with clusters',
    plain: 'Two shares on the same rows, with as many rows as would tell as much if they did not belong together.',
    exact: 'Score interval of the paired difference with effective counts (Rao and Scott 1992; Tango 1998).',
  },
  'weighted-wilson': {
    name: 'Wilson with weights',
    plain: 'A weighted share, with as many rows as would tell as much if they weighed alike.',
    exact: 'Score interval with effective counts (Rao and Scott 1992).',
  },
  'weighted-tango': {
    name: 'Tango with weights',
    plain: 'Two weighted shares on the same rows, with as many rows as would tell as much if they weighed alike.',
    exact: 'Score interval of the paired difference with effective counts (Rao and Scott 1992; Tango 1998).',
  },
  bca: {
    name: 'BCa bootstrap',
    plain:
      'The rows, or the clusters they belong to, are drawn anew thousands of times; the interval is how the result moves.',
    exact:
      'Bootstrap of rows or whole clusters, corrected for bias and skewness (Efron 1987); what is paired is drawn together.',
  },
  percentile: {
    name: 'percentile bootstrap',
    plain:
      'The rows, or the clusters they belong to, are drawn anew thousands of times; the interval holds the middle results.',
    exact: 'Percentiles of the bootstrap; for quantiles, where the acceleration of BCa is inconsistent.',
  },
  t: {
    name: "Student's t",
    plain: 'A mean, and how far it may be off as the rows are spread.',
    exact: 't interval of a mean, rows − 1 degrees of freedom.',
  },
  'paired-t': {
    name: 'paired t',
    plain:
      'Each row is compared with itself under the other model; the interval is about the mean of these differences.',
    exact: 't interval of the mean of paired differences, rows − 1 degrees of freedom.',
  },
  'clustered-t': {
    name: 'clustered t',
    plain:
      'Rows that belong together (a user, a document, a template) are no independent evidence: clusters are counted, not rows.',
    exact: 'Mean with cluster-robust standard error, t with clusters − 1 degrees of freedom.',
  },
  'weighted-t': {
    name: 'weighted t',
    plain: 'Rows count by their weight; the more uneven the weights, the wider the interval.',
    exact: 'Ratio estimator Σwx/Σw with linearised variance, t with rows − 1 degrees of freedom.',
  },
  welch: {
    name: 'Welch',
    plain: 'Two means of different rows, such as two load tests: each side brings a spread of its own.',
    exact: 'Difference of two independent means with unequal variances, Welch–Satterthwaite degrees of freedom.',
  },
  'miettinen-nurminen': {
    name: 'Miettinen–Nurminen',
    plain: 'Two shares of different rows, such as two load tests; holds near 0 and 1.',
    exact: 'Score interval of the difference of two independent shares (Miettinen and Nurminen 1985).',
  },
  delong: {
    name: 'DeLong',
    plain: 'How often a positive row is ranked above a negative one, compared between two models on the same rows.',
    exact: 'Normal interval of the difference of two correlated areas under the ROC curve (DeLong et al. 1988).',
  },
  influence: {
    name: 'influence values',
    plain: 'How much each row moves the metric tells how far other rows could move it.',
    exact: 'Normal interval; variance from influence values (the infinitesimal jackknife).',
  },
  'clustered-influence': {
    name: 'influence values of clusters',
    plain: 'How much each cluster of rows moves the metric tells how far other clusters could move it.',
    exact: 'Influence values summed by cluster, t with clusters − 1 degrees of freedom.',
  },
  'identical-ranking': {
    name: 'identical ranking',
    plain: 'Both models put all of these rows in the same order, and the metric looks at nothing else: no difference.',
    exact: 'Equal influence values row by row; the difference is 0 in every resample.',
  },
  'order-statistic': {
    name: 'order statistics',
    plain: 'The bounds are values of two of the sorted rows; nothing is assumed about how values are spread.',
    exact: 'Distribution-free interval of a quantile by binomial ranks.',
  },
  woodruff: {
    name: 'Woodruff',
    plain: 'How sure the share of rows below a value is, read back as values: for quantiles with weights or clusters.',
    exact: 'Designed interval of the distribution function, inverted at the quantile (Woodruff 1952).',
  },
  'all pairs of groups': {
    name: 'all pairs of groups',
    plain: 'Each group is compared with each other one; the bounds hold for the two that lie farthest apart.',
    exact:
      'Lower bounds of all pairs hold together (Hothorn, Bretz and Westfall 2008), upper bounds pair by pair (Berger 1982).',
  },
  unanimous: {
    name: 'unanimous',
    plain: 'No row shows a difference, so the bounds are what rows that nobody has seen could still do.',
    exact: 'Worst and best case if a share z²/(n + z²) of rows, none of which was seen, differed.',
  },
};
