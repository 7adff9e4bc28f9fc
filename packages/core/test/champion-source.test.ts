import { describe, expect, it } from 'vitest';
import { hoursOf, isNetworkSource, PolicyError, parsePolicy } from '../src/index.ts';

/** A policy whose champion is this; `candidate` is a table unless said otherwise. */
function gateWith(champion: string, candidate = '{ table: out/p.parquet, prediction: p }') {
  const text = `version: 1
name: delays
examples: { golden: { table: g.parquet, key: id, label: y } }
gates:
  quality:
    kind: evaluation
    task: multiclass
    examples: golden
    candidate: ${candidate}
    champion: ${champion}
    checks: { accuracy: { metric: accuracy, max-regression: 1pt } }
`;
  const gate = parsePolicy(text, 'modelgate.yml').policy.gates['quality'];
  if (gate?.kind !== 'evaluation') throw new Error('is an evaluation gate');
  return gate;
}

function problems(champion: string, candidate?: string): readonly string[] {
  try {
    gateWith(champion, candidate);
  } catch (error) {
    if (error instanceof PolicyError) return error.problems.map(({ message }) => message);
    throw error;
  }
  return [];
}

const metrics = '{ file: out/metrics.json }';

describe('a champion', () => {
  it.each([
    ['{ from: recorded, stale-after: 30d }', undefined],
    ['{ from: git, table: champion/p.parquet, stale-after: 8w }', undefined],
    ['{ from: mlflow, model: "models:/delays@champion" }', undefined],
    ['{ from: mlflow, model: "models:/delays@champion" }', metrics],
    ['{ from: mlflow, model: models:/delays/3, table: predictions.parquet, prediction: old, score: s }', undefined],
    [`{ from: mlflow, model: "runs:/${'0a'.repeat(16)}", file: metrics.json }`, metrics],
    ['{ from: s3, bucket: models, prefix: champions/delays, record: true }', undefined],
    ['{ from: s3, bucket: models, prefix: champions }', metrics],
    ['{ from: s3, bucket: models, table: delays/3/p.parquet, scores: "p_{class}" }', undefined],
    ['{ from: rescore, command: python score.py, table: out/champion.parquet }', undefined],
  ])('may be %s', (champion, candidate) => {
    expect(problems(champion, candidate)).toEqual([]);
  });

  it.each<[string, string, string | undefined, readonly string[]]>([
    [
      'a misspelt source',
      '{ from: mlfow }',
      undefined,
      ['`gates.quality.champion.from`: "mlfow" is not a source of champions; did you mean mlflow?'],
    ],
    [
      'another source',
      '{ from: ftp }',
      undefined,
      [
        '`gates.quality.champion.from`: "ftp" is not a source of champions; allowed: recorded, git, file, mlflow, s3, rescore',
      ],
    ],
    [
      'no source',
      '{ table: x.csv }',
      undefined,
      ['`gates.quality.champion.from`: has no `from`; allowed: recorded, git, file, mlflow, s3, rescore'],
    ],
    [
      'the newest version, which may be the candidate',
      '{ from: mlflow, model: "models:/delays@Latest" }',
      undefined,
      [
        '`gates.quality.champion.model`: "models:/delays@Latest" names no champion in MLflow: write models:/name@alias, models:/name/3 or runs:/<id>',
      ],
    ],
    [
      'a stage',
      '{ from: mlflow, model: models:/delays/Production }',
      undefined,
      [
        '`gates.quality.champion.model`: "models:/delays/Production" names no champion in MLflow: write models:/name@alias, models:/name/3 or runs:/<id>',
      ],
    ],
    [
      'rows and bare metrics at once',
      '{ from: mlflow, model: models:/delays/3, table: p.csv, file: m.json }',
      undefined,
      [
        '`gates.quality.champion.file`: is given although the candidate has a `table`: rows and bare metrics cannot be compared',
      ],
    ],
    [
      'rows against a metrics file',
      '{ from: mlflow, model: models:/delays/3, table: p.csv }',
      metrics,
      [
        '`gates.quality.champion.table`: is given although the candidate has a `file`: rows and bare metrics cannot be compared',
      ],
    ],
    [
      'a column of nothing',
      '{ from: mlflow, model: models:/delays/3, prediction: p }',
      undefined,
      ['`gates.quality.champion.prediction`: names a column, and there is no `table` to find it in'],
    ],
    [
      'an object store without any key',
      '{ from: s3, bucket: models }',
      undefined,
      [
        '`gates.quality.champion`: needs exactly one of `prefix` (champions that Modelgate recorded), `table` and `file` (key of an object)',
      ],
    ],
    [
      'an object to write to',
      '{ from: s3, bucket: models, table: p.csv, record: true }',
      undefined,
      ['`gates.quality.champion.record`: goes with `prefix`: an object of your own is not written to'],
    ],
    [
      'columns of a recorded champion',
      '{ from: s3, bucket: models, prefix: champions, score: s }',
      undefined,
      ['`gates.quality.champion.score`: is known to what Modelgate recorded under `prefix`; remove it'],
    ],
    [
      'a prefix that ends in a slash',
      '{ from: s3, bucket: models, prefix: champions/ }',
      undefined,
      ['`gates.quality.champion.prefix`: is no prefix of keys: names with / between them, without / at the ends'],
    ],
    [
      'a command without results',
      '{ from: rescore, command: make }',
      undefined,
      ['`gates.quality.champion`: needs a `table`, as the candidate has one'],
    ],
    [
      'an age in words',
      '{ from: recorded, stale-after: 3 months }',
      undefined,
      ['`gates.quality.champion.stale-after`: "3 months" is no duration: write 90d (days), 12h (hours) or 8w (weeks)'],
    ],
  ])('may not be %s', (_, champion, candidate, expected) => {
    expect(problems(champion, candidate)).toEqual(expected);
  });

  it.each([
    ['{ from: mlflow, model: models:/delays/3 }', true],
    ['{ from: s3, bucket: models, prefix: champions }', true],
    ['{ from: recorded }', false],
    ['{ from: git, table: p.csv }', false],
    ['{ from: file, table: p.csv }', false],
  ])('%s asks the network for it: %s', (champion, expected) => {
    const source = gateWith(champion).champion;
    expect(source && isNetworkSource(source)).toBe(expected);
  });
});

it('a duration is so many hours', () => {
  expect(['90d', '12h', '8w', '1d'].map(hoursOf)).toEqual([2160, 12, 1344, 24]);
  expect(() => hoursOf('0d')).toThrow('0d is no duration');
});
