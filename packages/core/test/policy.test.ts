import { describe, expect, it } from 'vitest';
import { type EvaluationGate, type Policy, PolicyError, parsePolicy, parseRules, stageOf } from '../src/index.ts';

const good = `version: 1
name: flight-delays
examples:
  golden: { table: eval/golden.parquet, key: flight_id, label: delayed }
gates:
  quality:
    kind: evaluation
    task: binary
    positive: 1
    examples: golden
    candidate: { table: out/predictions.parquet, prediction: predicted, score: probability }
    checks:
      accuracy: { metric: accuracy, max-regression: 0.5pt }
      latency: { column: latency_ms, statistic: p95, at-most: 40, max-regression: 10% }
stages:
  release: { gates: [quality], on-inconclusive: fail }
`;

function problemsOf(text: string): string[] {
  try {
    parsePolicy(text, 'modelgate.yml');
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return error.problems.map(
      ({ message, where, how }) => `${where.line}:${where.column} ${message}${how ? ` (${how})` : ''}`,
    );
  }
  return [];
}

function evaluationOf({ gates }: Policy, id: string): EvaluationGate | undefined {
  const gate = gates[id];
  return gate?.kind === 'evaluation' ? gate : undefined;
}

/** One line of the good policy replaced. */
function problemsWith(line: string, replacement: string): string[] {
  expect(good).toContain(line);
  return problemsOf(good.replace(line, replacement));
}

describe('a policy that is right', () => {
  const { policy, document } = parsePolicy(good, 'modelgate.yml');

  it('gets its defaults', () => {
    expect(policy.confidence).toBe(0.95);
    expect(policy.waivers).toBe('.modelgate/waivers.yml');
    expect(evaluationOf(policy, 'quality')?.champion).toEqual({ from: 'recorded' });
    expect(evaluationOf(policy, 'quality')?.checks['accuracy']).toEqual({
      metric: 'accuracy',
      'max-regression': { value: 0.5, unit: 'points' },
      level: 'fail',
    });
    expect(evaluationOf(policy, 'quality')?.checks['latency']).toMatchObject({
      'at-most': { value: 40, unit: 'own' },
      'max-regression': { value: 10, unit: 'percent' },
    });
  });

  it('knows on which line each rule stands', () => {
    expect(document.find(['gates', 'quality', 'checks', 'latency'])).toEqual({
      file: 'modelgate.yml',
      line: 14,
      column: 7,
    });
    expect(document.find(['gates', 'quality', 'checks', 'latency', 'at-most'])).toMatchObject({ line: 14, column: 54 });
  });

  it('has no line for a rule that is not there, only for its nearest ancestor', () => {
    expect(document.find(['gates', 'quality', 'checks', 'gone'])).toBeUndefined();
    expect(document.locate(['gates', 'quality', 'checks', 'gone'])).toMatchObject({ line: 12 });
  });

  it('names the gates of a stage, and all of them for a stage it does not declare', () => {
    expect(stageOf(policy, 'release')).toEqual({ gates: ['quality'], onInconclusive: 'fail', sample: {} });
    expect(stageOf(policy, 'pull-request')).toEqual({ gates: ['quality'], onInconclusive: undefined, sample: {} });
  });
});

describe('a policy that is wrong', () => {
  it('is answered with everything at once, in the order of the file', () => {
    const text = good
      .replace('name: flight-delays', 'name: flight-delays\nconfidance: 0.95')
      .replace('score: probability', 'scor: probability')
      .replace('0.5pt', '0.5 pts')
      .replace('p95', 'p96');
    expect(problemsOf(text)).toEqual([
      '3:1 unknown key `confidance`; did you mean `confidence`?',
      '12:73 unknown key `scor`; did you mean `score`?',
      '14:37 `gates.quality.checks.accuracy.max-regression`: "0.5 pts" is not a quantity: write 0.5pt (percentage points), 5% (relative to the champion) or a number',
      '15:38 `gates.quality.checks.latency.statistic`: "p96" is not allowed; did you mean p90?',
    ]);
  });

  it.each([
    [
      'gates of a kind not built yet',
      'kind: evaluation',
      'kind: rollout',
      '7:5 `gates.quality.kind`: gates of kind rollout are not available yet in this version of Modelgate; available: evaluation, data, slices',
    ],
    [
      'a misspelt kind',
      'kind: evaluation',
      'kind: evalution',
      '7:5 `gates.quality.kind`: "evalution" is not a kind of gate; did you mean evaluation?',
    ],
    [
      'a task not built yet',
      'task: binary',
      'task: multilabel',
      '8:5 `gates.quality.task`: task multilabel is not available yet in this version of Modelgate; available: binary, multiclass, regression, ranking, answers, behavioral, generic',
    ],
    [
      'unknown examples',
      'examples: golden\n',
      'examples: goldn\n',
      '10:5 `gates.quality.examples`: "goldn" is not an entry of `examples`; did you mean golden?',
    ],
    [
      'an unknown gate in a stage',
      'gates: [quality]',
      'gates: [qualty]',
      '16:22 `stages.release.gates.0`: "qualty" is not a gate of this policy; did you mean quality?',
    ],
    [
      'a percent floor',
      'at-most: 40',
      'at-most: 40%',
      '14:54 `gates.quality.checks.latency.at-most`: must be a number like 0.75: write shares as 0.75, not as 75% (percent means relative to the champion)',
    ],
    [
      'a negative margin',
      '0.5pt',
      '-0.5pt',
      '13:37 `gates.quality.checks.accuracy.max-regression`: is negative; write the size of the margin, at least 0',
    ],
    [
      'a check that shows nothing',
      '{ metric: accuracy, max-regression: 0.5pt }',
      '{ metric: accuracy }',
      '13:7 `gates.quality.checks.accuracy`: shows nothing: give it at least one of at-least, at-most, max-regression, min-improvement, max-improvement',
    ],
    [
      'no metric and no column',
      'metric: accuracy, ',
      '',
      '13:7 `gates.quality.checks.accuracy`: needs exactly one of `metric`, `column` and `behavior`',
    ],
    [
      'a floor above its ceiling',
      'at-most: 40',
      'at-most: 40, at-least: 50',
      '14:67 `gates.quality.checks.latency.at-least`: at-least 50 is above at-most 40: nothing can hold both',
    ],
    [
      'binary without a positive class',
      '    positive: 1\n',
      '',
      '8:5 `gates.quality.task`: task binary needs `positive`: which label is the positive class, e.g. positive: 1',
    ],
    [
      'a duplicate key',
      'name: flight-delays',
      'name: flight-delays\nname: other',
      '3:1 not valid YAML: duplicated mapping key (keep one of the two keys: the second would silently win)',
    ],
    [
      'confidence above one',
      'name: flight-delays',
      'name: flight-delays\nconfidence: 95',
      '3:1 `confidence`: is above 0.999',
    ],
    ['another version', 'version: 1', 'version: 2', '1:1 `version`: 2 is not allowed; allowed: 1'],
    [
      'a hostile name',
      'name: flight-delays',
      'name: "a b<!--"',
      '2:1 `name`: Invalid string: must match pattern /^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/',
    ],
  ])('%s', (_, line, replacement, expected) => {
    expect(problemsWith(line, replacement)).toEqual([expected]);
  });

  it('names a misspelt key once, not also as what the object then lacks', () => {
    expect(problemsWith('max-regression: 0.5pt }', 'max-regresion: 0.5pt }')).toEqual([
      '13:37 unknown key `max-regresion`; did you mean `max-regression`?',
    ]);
    expect(problemsWith('{ table: out/predictions.parquet,', '{ tabel: out/predictions.parquet,')).toEqual([
      '11:18 unknown key `tabel`; did you mean `table`?',
    ]);
  });

  it('that is empty, a list or two documents says so', () => {
    expect(problemsOf('')).toEqual([
      'undefined:undefined not valid YAML: expected a document, but the input is empty (the smallest policy is in README.md)',
    ]);
    expect(problemsOf('- a\n')).toEqual(['1:1 ["a"] is not a mapping (key: value lines)']);
    expect(problemsOf('a: 1\n---\nb: 1\n')[0]).toContain('found more');
  });

  it('refuses anchors, which can blow up a reader', () => {
    const lines = [
      'a: &a [x, x]',
      ...Array.from({ length: 40 }, (_, i) => `b${i}: &b${i} [*${i === 0 ? 'a' : `b${i - 1}`}, *a]`),
    ];
    expect(problemsOf(lines.join('\n'))[0]).toContain('write the value out where it is used');
  });
});

describe('a `rules` input', () => {
  it('is one gate of the implied kind, with the positions of its own text', () => {
    const { policy, document } = parseRules(
      'candidate: { file: m.json }\nchecks:\n  f1: { metric: f1, at-least: 0.7 }\n',
      'evaluation',
    );
    expect(Object.keys(policy.gates)).toEqual(['evaluation']);
    expect(document.find(['gates', 'evaluation', 'checks', 'f1'])).toEqual({ file: 'rules input', line: 3, column: 3 });
  });

  it('is held to the same grammar', () => {
    expect(() => parseRules('candidate: { file: m.json }\nchekcs: {}\n', 'evaluation')).toThrow(
      'rules input:2:1: unknown key `chekcs`; did you mean `checks`?',
    );
    expect(() => parseRules('- a', 'evaluation')).toThrow('is not a mapping: write the keys of one gate');
  });
});
