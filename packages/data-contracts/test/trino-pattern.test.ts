import { expect, test } from 'vitest';
import { joniPattern } from '../src/trino-pattern.ts';

test.each([
  // `$` of RE2 is the very end; Trino's is before a last line break too
  ['^N[0-9]+$', '^N[0-9]+\\z'],
  ['a\\$|[$]|b$', 'a\\$|[$]|b\\z'],
  ['(?m:^a$)', '(?m:^a$)'],
  ['\\s[\\s_]', '[\\t\\n\\f\\r ][\\t\\n\\f\\r _]'],
  ['[^a\\S]', '[^a[^\\t\\n\\f\\r ]]'],
  // brackets and `&&` within a class are plain in RE2
  ['[a[b]c]', '[a\\[b]c]'],
  ['[a[]$', '[a\\[]\\z'],
  ['[]a]', '[]a]'],
  ['[^]a&&b]', '[^]a\\&\\&b]'],
  ['[[:alpha:]_]', '[A-Za-z_]'],
  ['[:alpha:]$', '[:alpha:]\\z'],
  ['\\\\$', '\\\\\\z'],
  ['😀$', '😀\\z'],
])('%s', (pattern, expected) => {
  expect(joniPattern(pattern)).toBe(expected);
});

test('a border of words is one of ASCII', () => {
  const word = '[0-9A-Za-z_]';
  expect(joniPattern('\\ba[\\\\b]')).toBe(`(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))a[\\\\b]`);
  // JavaScript has the borders of ASCII as well
  const border = new RegExp(joniPattern('\\b'), 'u');
  expect(['', 'a', 'ä', '-', 'äa', '_'].map((text) => border.test(text))).toEqual([
    false,
    true,
    false,
    false,
    true,
    true,
  ]);
});
