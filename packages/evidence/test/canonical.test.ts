import { expect, test } from 'vitest';
import { canonicalJson } from '../src/canonical.ts';

/** RFC 8785, appendix B: bits of an IEEE 754 double, and how it is written. */
const numbers: readonly [string, string][] = [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
];

test.each(numbers)('the number with the bits %s is written %s', (bits, written) => {
  expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toBe(written);
});

test.each([
  ['7fffffffffffffff', 'NaN has no place in JSON'],
  ['7ff0000000000000', 'Infinity has no place in JSON'],
])('the number with the bits %s is an error', (bits, message) => {
  expect(() => canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toThrow(new RangeError(message));
});

test('the example of section 3.2.2', () => {
  const input = String.raw`{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  }`;
  expect(canonicalJson(JSON.parse(input))).toBe(
    String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  );
});

test('the example of section 3.2.3: members are sorted by UTF-16 code units, not by code points', () => {
  const input = String.raw`{
    "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
    "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"
  }`;
  const sorted = [...canonicalJson(JSON.parse(input)).matchAll(/:"([^"]*)"/g)].map(([, value]) => value);
  expect(sorted).toEqual([
    'Carriage Return',
    'One',
    'Control',
    'Latin Small Letter O With Diaeresis',
    'Euro Sign',
    'Emoji: Grinning Face',
    'Hebrew Letter Dalet With Dagesh',
  ]);
});

test('names that look like numbers are sorted as text, deeply', () => {
  const input = {
    '1': { f: { f: 'hi', F: 5 }, '\n': 56 },
    '10': {},
    '': 'empty',
    a: {},
    '111': [{ e: 'y', E: 'n' }],
    A: {},
  };
  expect(canonicalJson(input)).toBe(
    String.raw`{"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"n","e":"y"}],"A":{},"a":{}}`,
  );
});

test('what is not there is left out of objects, and null in lists', () => {
  expect(canonicalJson({ b: undefined, a: [undefined, 1] })).toBe('{"a":[null,1]}');
});

test.each([
  [{ name: '\ud800' }, 'a lone surrogate has no place in JSON'],
  [{ ['\udead']: 1 }, 'a lone surrogate has no place in JSON'],
  [{ big: 1n }, 'a value of type bigint has no place in JSON'],
  [{ at: new Date(0) }, 'a value of type object has no place in JSON'],
  [{ all: new Map([['a', 1]]) }, 'a value of type object has no place in JSON'],
])('%o is an error', (value, message) => {
  expect(() => canonicalJson(value)).toThrow(new RangeError(message));
});
