import { describe, expect, test } from 'vitest';
import { movedColumns } from '../src/column-order.ts';
import { type SchemaColumn, schemaChanges } from '../src/schema-change.ts';

/** `a:BIGINT b:DOUBLE` */
const columns = (text: string): readonly SchemaColumn[] =>
  text.split(' ').map((one) => {
    const [name = '', type = 'VARCHAR'] = one.split(':');
    return { name, type };
  });

const words = (base: string, head: string) =>
  schemaChanges(columns(base), columns(head)).map((change) => `${change.breaking ? '! ' : ''}${change.words}`);

test('the same columns', () => {
  expect(schemaChanges(columns('a b:DOUBLE'), columns('a b:DOUBLE'))).toEqual([]);
});

test('removed, re-typed, added and moved, what breaks first', () => {
  expect(schemaChanges(columns('a:BIGINT b c d'), columns('c d a:DOUBLE new:DATE'))).toEqual([
    { kind: 'removed', column: 'b', breaking: true, words: '`b` is removed (VARCHAR)' },
    { kind: 're-typed', column: 'a', breaking: true, words: '`a`: BIGINT → DOUBLE' },
    { kind: 'added', column: 'new', breaking: false, words: '`new` is new: DATE' },
    {
      kind: 'moved',
      column: 'a',
      breaking: false,
      words: '`a` is in another place: whoever reads by position reads other columns',
    },
  ]);
});

test('a name that breaks the line does not break the words', () => {
  const changes = schemaChanges([], [{ name: 'a\n\u001b[31mb', type: 'DATE' }]);
  expect(changes.map((change) => [change.column, change.words])).toEqual([
    ['a\n\u001b[31mb', '`a [31mb` is new: DATE'],
  ]);
});

describe('a rename is a guess', () => {
  test('told beside the removed column, which stays removed', () => {
    expect(schemaChanges(columns('a dep_delay:DOUBLE b'), columns('a departure:DOUBLE b'))).toEqual([
      {
        kind: 'removed',
        column: 'dep_delay',
        breaking: true,
        perhapsRenamedTo: 'departure',
        words: '`dep_delay` is removed (DOUBLE); perhaps renamed to `departure`: a guess, from the same type and place',
      },
      { kind: 'added', column: 'departure', breaking: false, words: '`departure` is new: DOUBLE' },
    ]);
  });

  test('from a similar name in another place, letters of another case included', () => {
    expect(words('tail_num a b', 'a b tailnum')[0]).toBe(
      '! `tail_num` is removed (VARCHAR); perhaps renamed to `tailnum`: a guess, from the same type and a similar name',
    );
    expect(words('a Carrier', 'a carrier')[0]).toBe(
      '! `Carrier` is removed (VARCHAR); perhaps renamed to `carrier`: a guess, from the same type and place and a similar name',
    );
  });

  test.each([
    ['of another type', 'a x:DOUBLE b', 'a y:BIGINT b', '! `x` is removed (DOUBLE)'],
    ['elsewhere, by another name', 'x a b', 'a b yonder', '! `x` is removed (VARCHAR)'],
    ['that two columns could be', 'a fare_1 b', 'a fare_2 b fare_3', '! `fare_1` is removed (VARCHAR)'],
  ])('never one %s', (_, base, head, expected) => {
    expect(words(base, head)[0]).toBe(expected);
  });

  test('and none is made of a table that is another one altogether', () => {
    const many = (prefix: string) => Array.from({ length: 51 }, (_, i) => `${prefix}${i}`).join(' ');
    expect(schemaChanges(columns(many('a')), columns(many('b'))).filter((one) => one.perhapsRenamedTo)).toEqual([]);
  });
});

describe('the fewest moved columns', () => {
  test.each([
    ['abcde', 'abcde', ''],
    ['abcde', 'bcdea', 'a'],
    ['abcde', 'eabcd', 'e'],
    ['abcde', 'badce', 'bd'],
    ['abc', 'axbyc', ''],
    ['abc', 'c', ''],
  ])('%s to %s', (base, head, moved) => {
    expect(movedColumns([...base], [...head]).join('')).toBe(moved);
  });
});
