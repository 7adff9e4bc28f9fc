import { type ShingleSets, shingleSets } from './near-duplicates-shingles.ts';

export interface NearDuplicateOptions {
  /** Jaccard similarity of two texts' shingles from which on they are near; in (0, 1]. */
  readonly similarity: number;
  /** Which group each text is of, such as its split; only texts of different groups are compared then. */
  readonly groups?: readonly number[];
}

export interface NearDuplicates {
  /** For each text whether another one (of another group) is near. */
  readonly near: readonly boolean[];
}

/**
 * Which texts are near another one. Exact: no pair at or above the similarity is missed and none below it counts.
 *
 * What is compared are the sets of three-word shingles, words without case and punctuation; a text of one or two words
 * is one shingle, and a text without words is near nothing. 100,000 texts of 100 words take some 15 seconds and half a
 * gigabyte. Thousands of texts of one template are no slower, for pairs are not counted, of which there may be
 * billions: once a text is known to be near another, only those that are not yet are compared with it.
 *
 * @throws RangeError when similarity is outside (0, 1], or `groups` is not as long as `texts`
 * Source: Xiao, Wang, Lin, Yu (2008), Efficient similarity joins for near duplicate detection, WWW, 131–140: prefix
 * filter, length filter and positional filter of PPJoin. Broder (1997), On the resemblance and containment of
 * documents: shingles.
 */
export function nearDuplicates(texts: readonly string[], options: NearDuplicateOptions): NearDuplicates {
  const { similarity, groups } = options;
  if (!(similarity > 0 && similarity <= 1)) throw new RangeError(`similarity must be in (0, 1], got ${similarity}`);
  if (groups !== undefined && groups.length !== texts.length)
    throw new RangeError(`groups must be as many as texts (${texts.length}), got ${groups.length}`);
  return { near: join(shingleSets(texts), similarity, groups) };
}

/** Entries of an index, by group: those that are near nothing yet, and those that are. */
interface Postings {
  readonly open: Map<number, number[]>;
  readonly near: Map<number, number[]>;
}

/** One number for a text and the position of the shingle in it; a position that is told too small prunes less. */
const positions = 2 ** 22;

function join(sets: ShingleSets, similarity: number, groups: readonly number[] | undefined): boolean[] {
  const { starts, ranks } = sets;
  const texts = starts.length - 1;
  const sizeOf = (text: number) => at(starts, text + 1) - at(starts, text);
  const groupOf = (text: number) => groups?.[text] ?? 0;
  const near = new Array<boolean>(texts).fill(false);
  const comparedWith = new Int32Array(texts).fill(-1);
  const index = new Map<number, Postings>();

  const compare = (entry: number, text: number, position: number) => {
    const other = Math.floor(entry / positions);
    if (comparedWith[other] === text) return;
    comparedWith[other] = text;
    const [size, otherSize] = [sizeOf(text), sizeOf(other)];
    if (otherSize < atLeast(similarity * size)) return;
    const needed = atLeast((similarity / (1 + similarity)) * (size + otherSize));
    // It is the first shingle that both have: what they share lies behind it in both.
    if (Math.min(size - position, otherSize - (entry % positions)) < needed) return;
    if (!shares(ranks, at(starts, text), size, at(starts, other), otherSize, needed)) return;
    near[text] = true;
    near[other] = true;
  };

  for (const text of bySize(texts, sizeOf)) {
    const [start, size, group] = [at(starts, text), sizeOf(text), groupOf(text)];
    const probed = size - atLeast(similarity * size) + 1;
    for (let position = 0; position < probed && position < size; position++) {
      const rank = at(ranks, start + position);
      const found = rank < sets.lone ? undefined : index.get(rank);
      if (found === undefined) continue;
      for (const [one, entries] of found.open) {
        if (groups !== undefined && one === group) continue;
        for (const entry of entries) compare(entry, text, position);
        settle(found, one, entries, near);
      }
      for (const [one, entries] of found.near) {
        if (near[text]) break;
        if (groups !== undefined && one === group) continue;
        for (const entry of entries) {
          compare(entry, text, position);
          if (near[text]) break;
        }
      }
    }
    // Whoever comes later is as large or larger, so that fewer shingles need an entry than are looked up.
    const entered = size - atLeast(((2 * similarity) / (1 + similarity)) * size) + 1;
    for (let position = 0; position < entered && position < size; position++) {
      const rank = at(ranks, start + position);
      if (rank >= sets.lone)
        enter(index, rank, near[text] === true, group, text * positions + Math.min(position, positions - 1));
    }
  }
  return near;
}

/** Whoever has become near moves over, so that it is looked at only for the sake of those that are not. */
function settle(found: Postings, group: number, entries: number[], near: readonly boolean[]): void {
  const isNear = (entry: number) => near[Math.floor(entry / positions)] === true;
  const settled = entries.filter(isNear);
  if (settled.length === 0) return;
  const known = found.near.get(group);
  if (known === undefined) found.near.set(group, settled);
  else for (const entry of settled) known.push(entry);
  if (settled.length === entries.length) found.open.delete(group);
  else
    found.open.set(
      group,
      entries.filter((entry) => !isNear(entry)),
    );
}

function enter(index: Map<number, Postings>, rank: number, isNear: boolean, group: number, entry: number): void {
  let found = index.get(rank);
  if (found === undefined) {
    found = { open: new Map(), near: new Map() };
    index.set(rank, found);
  }
  const lists = isNear ? found.near : found.open;
  const list = lists.get(group);
  if (list === undefined) lists.set(group, [entry]);
  else list.push(entry);
}

/** Whether two ascending runs have at least so many numbers in common. */
function shares(
  ranks: Uint32Array,
  start: number,
  size: number,
  otherStart: number,
  otherSize: number,
  needed: number,
): boolean {
  let [left, right] = [start, otherStart];
  const [leftEnd, rightEnd] = [start + size, otherStart + otherSize];
  let common = 0;
  while (common + Math.min(leftEnd - left, rightEnd - right) >= needed) {
    if (common >= needed) return true;
    const [one, other] = [at(ranks, left), at(ranks, right)];
    if (one === other) {
      common += 1;
      left += 1;
      right += 1;
    } else if (one < other) left += 1;
    else right += 1;
  }
  return false;
}

/** The smallest whole number that is not below, where 0.8 × 5 is 4 whatever binary fractions make of it. */
function atLeast(value: number): number {
  return Math.max(1, Math.ceil(value - 1e-9));
}

function bySize(texts: number, sizeOf: (text: number) => number): readonly number[] {
  return Array.from({ length: texts }, (_, text) => text)
    .filter((text) => sizeOf(text) > 0)
    .sort((a, b) => sizeOf(a) - sizeOf(b) || a - b);
}

function at(numbers: Uint32Array, index: number): number {
  return numbers[index] ?? 0;
}
