-- The least work that the numbers of the groups need: one join, one pass, no interval.
WITH counted AS (
  SELECT age, sex, region, count(*) AS n, count_if(label = 1) AS pos,
    count_if(a.predicted = 1) AS a_put, count_if(a.predicted = 1 AND label = 1) AS a_hit,
    count_if(b.predicted = 1) AS b_put, count_if(b.predicted = 1 AND label = 1) AS b_hit
  FROM 'eval/golden.parquet'
  JOIN 'out/predictions.parquet' AS a USING (id)
  JOIN 'champion/predictions.parquet' AS b USING (id)
  GROUP BY GROUPING SETS ((), (age), (age, sex, region))
)
SELECT age, sex, region, CAST(n AS INTEGER) AS rows,
  (n - pos - a_put + 2 * a_hit) / n AS a_accuracy, (n - pos - b_put + 2 * b_hit) / n AS b_accuracy,
  a_hit / a_put AS a_precision, b_hit / b_put AS b_precision,
  a_hit / pos AS a_recall, b_hit / pos AS b_recall,
  2 * a_hit / (pos + a_put) AS a_f1, 2 * b_hit / (pos + b_put) AS b_f1,
  (a_hit / pos + (n - pos - a_put + a_hit) / (n - pos)) / 2 AS a_balanced_accuracy,
  (b_hit / pos + (n - pos - b_put + b_hit) / (n - pos)) / 2 AS b_balanced_accuracy
FROM counted
