/** The set of shingles of each text, as ascending numbers: the rarer a shingle, the smaller its number. */
export interface ShingleSets {
  /** Of text i: `ranks` from `starts[i]` to before `starts[i + 1]`. */
  readonly starts: Uint32Array;
  readonly ranks: Uint32Array;
  /** Numbers below this one are shingles of a single text. */
  readonly lone: number;
}

/** Words of a shingle. */
const length = 3;

/** Shingles are told apart by their words, not by a hash of them: two different ones are never taken for one. */
export function shingleSets(texts: readonly string[]): ShingleSets {
  const words = new Map<string, number>();
  const shingles = shingleNumbers();
  const found = new GrowingNumbers();
  const starts = new Uint32Array(texts.length + 1);
  for (const [index, text] of texts.entries()) {
    const numbers = wordsOf(text).map((word) => {
      const known = words.get(word);
      if (known !== undefined) return known;
      words.set(word, words.size + 1);
      return words.size;
    });
    const last = Math.max(numbers.length - length, numbers.length === 0 ? -1 : 0);
    for (let start = 0; start <= last; start++) {
      const shingle = shingles.number(numbers[start] ?? 0, numbers[start + 1] ?? 0, numbers[start + 2] ?? 0);
      if (shingles.isNewIn(shingle, index)) found.push(shingle);
    }
    starts[index + 1] = found.size;
  }
  return ranked(starts, found.values(), shingles.texts());
}

/**
 * Words in their order, without case, accents' spelling and punctuation. What is written without spaces (Chinese,
 * Japanese, Thai, Lao, Khmer, Burmese) has a word for each character.
 */
export function wordsOf(text: string): readonly string[] {
  // Upper case first: ß and SS, and the two small sigmas, become one.
  return text.normalize('NFKC').toUpperCase().toLowerCase().match(word) ?? [];
}

const spaceless =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}';
const word = new RegExp(`[[\\p{L}\\p{N}]&&[${spaceless}]]|[[\\p{L}\\p{M}\\p{N}]--[${spaceless}]]+`, 'gv');

/** Numbers the shingles from 0 in the order in which they first occur, and counts the texts that have each. */
function shingleNumbers() {
  const parts = new GrowingNumbers();
  const lastText = new GrowingNumbers();
  const texts = new GrowingNumbers();
  let slots = new Uint32Array(2 ** 16);
  const slotOf = (a: number, b: number, c: number): number => {
    const mask = slots.length - 1;
    let slot = (Math.imul(Math.imul(Math.imul(a, 0x9e3779b1) ^ b, 0x85ebca6b) ^ c, 0xc2b2ae35) >>> 7) & mask;
    for (let held = slots[slot] ?? 0; held !== 0; held = slots[slot] ?? 0) {
      const part = (held - 1) * length;
      if (parts.at(part) === a && parts.at(part + 1) === b && parts.at(part + 2) === c) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  };
  const grow = () => {
    slots = new Uint32Array(slots.length * 2);
    for (let shingle = 0; shingle < texts.size; shingle++) {
      const part = shingle * length;
      slots[slotOf(parts.at(part), parts.at(part + 1), parts.at(part + 2))] = shingle + 1;
    }
  };
  return {
    number(a: number, b: number, c: number): number {
      const slot = slotOf(a, b, c);
      const held = slots[slot] ?? 0;
      if (held !== 0) return held - 1;
      slots[slot] = texts.size + 1;
      for (const one of [a, b, c]) parts.push(one);
      lastText.push(0);
      texts.push(0);
      if (texts.size * 2 > slots.length) grow();
      return texts.size - 1;
    },
    isNewIn(shingle: number, text: number): boolean {
      if (lastText.at(shingle) === text + 1) return false;
      lastText.set(shingle, text + 1);
      texts.set(shingle, texts.at(shingle) + 1);
      return true;
    },
    texts: () => texts.values(),
  };
}

/** Numbers by how many texts have a shingle, by counting sort. */
function ranked(starts: Uint32Array, shingles: Uint32Array, texts: Uint32Array): ShingleSets {
  const before = new Uint32Array(starts.length + 1);
  for (const count of texts) before[count + 1] = (before[count + 1] ?? 0) + 1;
  const lone = before[2] ?? 0;
  for (let count = 1; count < before.length; count++) before[count] = (before[count] ?? 0) + (before[count - 1] ?? 0);
  const rankOf = new Uint32Array(texts.length);
  for (const [shingle, count] of texts.entries()) {
    const rank = before[count] ?? 0;
    rankOf[shingle] = rank;
    before[count] = rank + 1;
  }
  const ranks = shingles.map((shingle) => rankOf[shingle] ?? 0);
  for (let text = 0; text + 1 < starts.length; text++) ranks.subarray(starts[text], starts[text + 1]).sort();
  return { starts, ranks, lone };
}

/** Whole numbers below 2^32, four bytes each. */
class GrowingNumbers {
  #held = new Uint32Array(1024);
  size = 0;

  push(value: number): void {
    if (this.size === this.#held.length) {
      const larger = new Uint32Array(this.size * 2);
      larger.set(this.#held);
      this.#held = larger;
    }
    this.#held[this.size++] = value;
  }

  at(index: number): number {
    return this.#held[index] ?? 0;
  }

  set(index: number, value: number): void {
    this.#held[index] = value;
  }

  values(): Uint32Array {
    return this.#held.slice(0, this.size);
  }
}
