import { UserError } from '@modelgate/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { metricOf, parseMetricsFile } from '../src/index.ts';

function valuesOf(file: string, text: string): Record<string, number> {
  return Object.fromEntries(parseMetricsFile(file, text).values);
}

function refused(work: () => unknown): readonly unknown[] {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return [error.reason, error.message, error.how];
    throw error;
  }
  return ['nothing was refused'];
}

const interrupted = 'if the evaluation step was interrupted, run it again';
const keepOne = 'keep one of the two: nobody can tell which is meant';
const plain = 'write a header and one row of numbers, or lines of metric,value';

it.each<[string, string, string, Record<string, number>]>([
  [
    'nested JSON',
    'm.json',
    '{"test": {"f1": 0.5, "n": 10}, "loss": -1.5e-3}',
    { 'test.f1': 0.5, 'test.n': 10, loss: -0.0015 },
  ],
  [
    'texts, lists, booleans and nulls beside numbers',
    'm.json',
    '{"f1": 1, "a": "0.5", "b": [0.5], "c": true, "d": null}',
    { f1: 1 },
  ],
  ['a byte order mark', 'm.json', '\uFEFF{"f1": 0.5}', { f1: 0.5 }],
  ['JSON in capitals', 'M.JSON', '{"f1": 0.5}', { f1: 0.5 }],
  [
    'bare NaN as Python writes it',
    'm.json',
    '{"f1": 0.5, "auc": NaN, "s": "NaN, \\"-Infinity", "x": -Infinity}',
    { f1: 0.5, auc: Number.NaN, x: Number.NEGATIVE_INFINITY },
  ],
  ['nested YAML', 'm.yml', 'test:\n  f1: 0.5\nacc: 1\n', { 'test.f1': 0.5, acc: 1 }],
  [
    'YAML with a byte order mark and .nan',
    'm.yaml',
    '\uFEFFf1: .nan\nauc: -.inf\n',
    { f1: Number.NaN, auc: Number.NEGATIVE_INFINITY },
  ],
  ['a file of no known ending as YAML', 'metrics', 'f1: 0.5', { f1: 0.5 }],
  ['CSV, a header and a row', 'm.csv', 'f1,model,acc\r\n0.5,forest,.75\r\n', { f1: 0.5, acc: 0.75 }],
  ['CSV of one column', 'm.csv', 'f1\n0.5\n', { f1: 0.5 }],
  ['CSV of two columns, a header and a row', 'm.csv', 'f1,acc\n0.5,0.75\n', { f1: 0.5, acc: 0.75 }],
  ['CSV lines', 'm.csv', 'f1,0.5\nacc,0.75\n', { f1: 0.5, acc: 0.75 }],
  ['CSV lines with a header', 'm.csv', '\uFEFFmetric,value\nf1,0.5\n\nacc,0.75', { f1: 0.5, acc: 0.75 }],
  ['one CSV line with a header', 'm.csv', 'metric,value\nf1,0.5\n', { f1: 0.5 }],
  [
    'CSV that is not finite',
    'm.csv',
    'f1,nan\nauc,-inf\nacc,+Infinity\n',
    { f1: Number.NaN, auc: Number.NEGATIVE_INFINITY, acc: Number.POSITIVE_INFINITY },
  ],
  [
    'numbers as people write them only',
    'm.csv',
    'a,0x10\nb,1_000\nc, 1e3 \nd,+2.\ne,1 2\nf,\n',
    {
      c: 1000,
      d: 2,
    },
  ],
])('reads %s', (_, file, text, expected) => {
  expect(valuesOf(file, text)).toEqual(expected);
});

it.each([
  [
    'an empty file',
    'm.json',
    ' \n',
    ['file-empty', 'm.json is empty', 'let the evaluation step write it, then run the gate'],
  ],
  [
    'a file without a number',
    'm.json',
    '[0.5]',
    [
      'file-unreadable',
      'm.json holds no numbers',
      'write metrics as {"accuracy": 0.91} or as nested mappings of numbers',
    ],
  ],
  [
    'half of a JSON file',
    'm.json',
    '{"f1": 0.5',
    [
      'file-unreadable',
      "m.json is not valid JSON: Expected ',' or '}' after property value in JSON at position 10 (line 1 column 11)",
      interrupted,
    ],
  ],
  [
    'a JSON key twice',
    'm.json',
    '{"a": {"f1": 1}, "f\\u0031": 1, "f1": 2}',
    ['file-unreadable', 'm.json holds "f1" twice', keepOne],
  ],
  [
    'one path written in two ways',
    'm.json',
    '{"a.f1": 1, "a": {"f1": 1}}',
    ['file-unreadable', 'm.json holds "a.f1" twice', keepOne],
  ],
  [
    'a YAML key twice',
    'm.yml',
    'f1: 1\nf1: 2\n',
    [
      'file-unreadable',
      'm.yml:2 cannot be read: not valid YAML: duplicated mapping key',
      'keep one of the two keys: the second would silently win',
    ],
  ],
  [
    'half of a YAML file',
    'm.yml',
    'a: [1\n',
    ['file-unreadable', expect.stringMatching(/^m\.yml:2 cannot be read: not valid YAML: /), interrupted],
  ],
  [
    'JSON that is nested without end',
    'm.json',
    `${'{"a":'.repeat(60)}1${'}'.repeat(60)}`,
    ['file-unreadable', 'm.json is nested deeper than 50 levels', 'write metrics as {"accuracy": 0.91}'],
  ],
  [
    'a ragged CSV row, its line counted with blank ones',
    'm.csv',
    'a,b\n\n1\n',
    ['file-unreadable', 'm.csv:3 is not a plain metrics table', plain],
  ],
  ['quoted CSV', 'm.csv', 'a,b\n"1",2\n', ['file-unreadable', 'm.csv:2 is not a plain metrics table', plain]],
  ['a CSV metric twice', 'm.csv', 'f1,1\nf1,2\n', ['file-unreadable', 'm.csv holds "f1" twice', keepOne]],
  [
    'a CSV of a training history',
    'm.csv',
    'epoch,f1\n1,0.5\n2,0.6\n',
    [
      'file-unreadable',
      'm.csv holds 2 rows of values; one is expected',
      'write the row that is to be judged: a gate does not choose among epochs or runs',
    ],
  ],
])('refuses %s', (_, file, text, expected) => {
  expect(refused(() => parseMetricsFile(file, text))).toEqual(expected);
});

it('a key twice in two objects of a list is nobody’s mistake', () => {
  expect(valuesOf('m.json', '{"runs": [{"f1": 1}, {"f1": 2}], "f1": 0.5}')).toEqual({ f1: 0.5 });
});

const nested = parseMetricsFile(
  'm.json',
  '{"val": {"f1": 0.4, "auc": NaN}, "test": {"f1": 0.5, "acc": 0.9}, "acc": 0.8}',
);

it('finds a metric by its path, or by its last part where only one path ends in it', () => {
  expect(metricOf(nested, 'test.f1')).toBe(0.5);
  expect(metricOf(nested, 'acc')).toBe(0.8);
  expect(metricOf(parseMetricsFile('m.json', '{"test": {"f1": 0.5}}'), 'f1')).toBe(0.5);
});

it.each([
  [
    'f1',
    [
      'metric-missing',
      'm.json holds f1 more than once: val.f1, test.f1',
      'name one of them in full, e.g. metric: val.f1',
    ],
  ],
  ['test.f', ['metric-missing', 'm.json holds no metric test.f', 'did you mean test.f1?']],
  [
    'perplexity',
    ['metric-missing', 'm.json holds no metric perplexity', 'it holds: val.f1, val.auc, test.f1, test.acc, acc'],
  ],
  [
    'auc',
    [
      'not-finite',
      'val.auc in m.json is NaN',
      'a metric that could not be computed is no metric: mend the evaluation step or leave the key out',
    ],
  ],
])('says why %s cannot be had', (name, expected) => {
  expect(refused(() => metricOf(nested, name))).toEqual(expected);
});

it('a hostile key is a key, and nothing else', () => {
  const hostile = '{"__proto__": {"f1": 0.5}, "constructor": {"prototype": {"x": 1}}, "toString": 2}';
  const file = parseMetricsFile('m.json', hostile);
  expect([...file.values]).toEqual([
    ['__proto__.f1', 0.5],
    ['constructor.prototype.x', 1],
    ['toString', 2],
  ]);
  expect(metricOf(file, 'f1')).toBe(0.5);
  expect('f1' in {}).toBe(false);
  expect(refused(() => metricOf(file, 'hasOwnProperty'))[0]).toBe('metric-missing');
  expect(valuesOf('m.yml', '__proto__: { f1: 0.5 }\nconstructor: 1\n')).toEqual({
    '__proto__.f1': 0.5,
    constructor: 1,
  });
});

it('a huge file is read, long strings, many keys and all', () => {
  const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`m${index}`, index]));
  const text = JSON.stringify({ log: '\\"'.repeat(500_000), many });
  expect(metricOf(parseMetricsFile('m.json', text), 'many.m19999')).toBe(19_999);
});

it('reads back every finite number that JSON can write, at any path', () => {
  const key = fc.string({ minLength: 1, maxLength: 5 }).filter((text) => !text.includes('.'));
  const number = fc.double({ noDefaultInfinity: true, noNaN: true }).map((value) => (Object.is(value, -0) ? 0 : value));
  fc.assert(
    fc.property(fc.array(key, { minLength: 1, maxLength: 4 }), number, (keys, value) => {
      const text = keys.reduceRight((inner, name) => `{${JSON.stringify(name)}:${inner}}`, JSON.stringify(value));
      expect([...parseMetricsFile('m.json', text).values]).toEqual([[keys.join('.'), value]]);
    }),
  );
});
