import { expect, test } from 'vitest';
import { plainLine, plainText, withoutCommands } from '../src/index.ts';

test('control, escape and bidirectional characters go, line feeds and tabs stay', () => {
  expect(plainText('a\u001b[31mred\u001b[0m\tb\r\nc\rd\u0000\u0007\u009b1m')).toBe('ared\tb\nc\nd');
  expect(plainText('\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007')).toBe('click');
  expect(plainText('user\u202egnp.exe\u2066x\u2028y\ufeff')).toBe('usergnp.exexy');
  expect(plainText('naïve 東京 🛫')).toBe('naïve 東京 🛫');
});

test('one line, cut to length', () => {
  expect(plainLine(' a\n\n b\t c ')).toBe('a b c');
  expect(plainLine('abcdef', 4)).toBe('abc…');
});

test('commands in data are text between stop-commands lines', () => {
  const token = '0123456789abcdef';
  expect(withoutCommands('::error::x\n::add-mask::y', token)).toBe(
    '::stop-commands::0123456789abcdef\n::error::x\n::add-mask::y\n::0123456789abcdef::',
  );
  expect(() => withoutCommands(`::${token}::\n::error::x`, token)).toThrow('holds the token');
  expect(() => withoutCommands(`::0123456\u00009abcdef`, 'short')).toThrow('16 characters or more');
});

test('a token hidden by characters that are taken out is found all the same', () => {
  expect(() => withoutCommands('::01234567\u000089abcdef::', '0123456789abcdef')).toThrow('holds the token');
});
