import type { SwapCells } from '../src/index.ts';

/** F1 of class 1, candidate − champion, as a function of the cells' counts. */
export function binaryF1({ label, champion, candidate }: SwapCells): (counts: Float64Array) => number {
  const f1 = (predicted: Uint16Array, counts: Float64Array): number => {
    let [hits, all] = [0, 0];
    for (let i = 0; i < counts.length; i++) {
      const count = counts[i] ?? 0;
      if (label[i] === 1 && predicted[i] === 1) hits += count;
      if (label[i] === 1) all += count;
      if (predicted[i] === 1) all += count;
    }
    return (2 * hits) / all;
  };
  return (counts) => f1(candidate, counts) - f1(champion, counts);
}
