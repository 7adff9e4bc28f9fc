import { describe, expect, test } from 'vitest';
import { nearDuplicates } from '../src/near-duplicates.ts';
import { wordsOf } from '../src/near-duplicates-shingles.ts';

/** Reproducible, and plain enough to be seen through. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

function shingles(text: string): Set<string> {
  const words = text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((one) => one !== '');
  if (words.length === 0) return new Set();
  const last = Math.max(words.length - 3, 0);
  return new Set(Array.from({ length: last + 1 }, (_, start) => words.slice(start, start + 3).join(' ')));
}

/** Every pair, as the definition says. */
function slowly(texts: readonly string[], similarity: number, groups?: readonly number[]): boolean[] {
  const sets = texts.map(shingles);
  return sets.map((one, i) =>
    sets.some((other, j) => {
      if (i === j || one.size === 0 || other.size === 0) return false;
      if (groups !== undefined && groups[i] === groups[j]) return false;
      const common = [...one].filter((shingle) => other.has(shingle)).length;
      return common / (one.size + other.size - common) >= similarity - 1e-12;
    }),
  );
}

describe('near duplicates', () => {
  test('agree with every pair compared in turn', () => {
    let found = 0;
    for (let seed = 1; seed <= 150; seed++) {
      const roll = dice(seed);
      const word = () => 'abcdefghijkl'[roll(12)] ?? '';
      const templates = Array.from({ length: 4 }, () => Array.from({ length: roll(30) }, word));
      const texts = Array.from({ length: 40 }, () => {
        const words = [...(templates[roll(4)] ?? [])];
        for (let changes = roll(4); changes > 0 && words.length > 0; changes--) words[roll(words.length)] = word();
        return words.join([' ', ', ', '  '][roll(3)]);
      });
      const similarity = [0.2, 0.5, 0.6, 0.75, 0.8, 0.9, 1][roll(7)] ?? 1;
      const groups = seed % 3 === 0 ? undefined : texts.map(() => roll(seed % 3 === 1 ? 2 : 7));
      const expected = slowly(texts, similarity, groups);
      expect(nearDuplicates(texts, { similarity, ...(groups === undefined ? {} : { groups }) }).near).toEqual(expected);
      found += expected.filter(Boolean).length;
    }
    expect(found).toBe(2736);
  });

  test('four of five shingles are 80 %, whatever binary fractions make of it', () => {
    // shingles: abc bcd cde def efg / abc bcd cde def
    expect(nearDuplicates(['a b c d e f g', 'a b c d e f'], { similarity: 0.8 }).near).toEqual([true, true]);
    expect(nearDuplicates(['a b c d e f g', 'a b c d e f'], { similarity: 0.81 }).near).toEqual([false, false]);
  });

  test('case, punctuation and ways to write an accent make no difference', () => {
    expect(
      nearDuplicates(['The STRASSE, caf\u00e9!', 'the (straße)\n cafe\u0301 ', 'another'], { similarity: 1 }).near,
    ).toEqual([true, true, false]);
  });

  test('texts without words are near nothing, and short ones only to their like', () => {
    expect(nearDuplicates(['', '', '!!!', '!!!', 'yes', 'Yes.', 'yes no'], { similarity: 0.5 }).near).toEqual([
      false,
      false,
      false,
      false,
      true,
      true,
      false,
    ]);
  });

  test('only texts of different groups are compared', () => {
    const texts = ['one two three four', 'one two three four', 'five six seven', 'five six seven'];
    expect(nearDuplicates(texts, { similarity: 0.8, groups: [0, 0, 0, 1] }).near).toEqual([false, false, true, true]);
  });

  test('thousands of texts of one template are seen at once', () => {
    const texts = Array.from(
      { length: 20_000 },
      (_, i) => `dear customer ${i} your order has been sent to the address`,
    );
    const { near } = nearDuplicates(texts, { similarity: 0.4, groups: texts.map((_, i) => (i < 19_999 ? 0 : 1)) });
    expect(near.filter(Boolean)).toHaveLength(20_000);
  });

  test('what is written without spaces has a word for each character', () => {
    expect(wordsOf('機械学習 ML２ は')).toEqual(['機', '械', '学', '習', 'ml2', 'は']);
  });

  test('refuses what is no similarity', () => {
    expect(() => nearDuplicates([], { similarity: 0 })).toThrow('similarity must be in (0, 1], got 0');
    expect(() => nearDuplicates(['a'], { similarity: 1, groups: [] })).toThrow(
      'groups must be as many as texts (1), got 0',
    );
  });
});
