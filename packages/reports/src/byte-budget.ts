/** Bytes of UTF-8: what GitHub counts, whatever its documentation calls characters. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** The first of some ever shorter renderings that keeps to the budget; the last one is cut hard where none does. */
export function withinBudget<Size>(sizes: readonly Size[], budget: number, render: (size: Size) => string): string {
  let text = '';
  for (const size of sizes) {
    text = render(size);
    if (byteLength(text) <= budget) return text;
  }
  return cut(text, budget);
}

function cut(text: string, budget: number): string {
  const ellipsis = '…';
  const bytes = Buffer.from(text, 'utf8').subarray(0, Math.max(0, budget - byteLength(ellipsis)));
  return `${bytes.toString('utf8').replace(/\uFFFD+$/, '')}${ellipsis}`;
}
