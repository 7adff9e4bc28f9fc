/** Lines of context around each change, as `diff -u` has them. */
const context = 3;

/** Lines that may differ before the whole file is replaced: the search is quadratic in them. */
const mostDifferent = 1000;

type Edit = { readonly sign: ' ' | '-' | '+'; readonly line: string };

/**
 * A patch that turns the committed text of a profile into the proposed one; `git apply` takes it.
 *
 * @param committed undefined where there is none yet
 * @param file      path in the repository, with `/`
 * @returns a unified diff; empty where the texts are the same
 * Source: Myers (1986), An O(ND) difference algorithm and its variations, Algorithmica 1, 251–266.
 */
export function profilePatch(committed: string | undefined, proposed: string, file: string): string {
  if (committed === proposed) return '';
  const [before, after] = [linesOf(committed ?? ''), linesOf(proposed)];
  const hunks = hunksOf(edits(before, after));
  const head =
    committed === undefined
      ? [`diff --git a/${file} b/${file}`, 'new file mode 100644', '--- /dev/null', `+++ b/${file}`]
      : [`diff --git a/${file} b/${file}`, `--- a/${file}`, `+++ b/${file}`];
  return `${[...head, ...hunks].join('\n')}\n`;
}

/** Each with its line feed, but for the last where the text does not end in one. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function edits(before: readonly string[], after: readonly string[]): readonly Edit[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  const most = Math.min(before.length, after.length) - head;
  while (tail < most && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const as = (sign: Edit['sign']) => (line: string) => ({ sign, line });
  return [
    ...before.slice(0, head).map(as(' ')),
    ...shortest(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...before.slice(before.length - tail).map(as(' ')),
  ];
}

/** How far each diagonal `x − y` is reached with so many differences; diagonals begin at `-most - 1`. */
type Reached = Int32Array<ArrayBuffer>;

function shortest(before: readonly string[], after: readonly string[]): readonly Edit[] {
  const [n, m] = [before.length, after.length];
  const most = Math.min(n + m, mostDifferent);
  const trace: Reached[] = [];
  const reached: Reached = new Int32Array(2 * most + 3);
  for (let d = 0; d <= most; d++) {
    trace.push(reached.slice());
    for (let k = -d; k <= d; k += 2) {
      const at = k + most + 1;
      let x = stepsDown(reached, at, k, d) ? (reached[at + 1] ?? 0) : (reached[at - 1] ?? 0) + 1;
      while (x < n && x - k < m && before[x] === after[x - k]) x++;
      reached[at] = x;
      if (x >= n && x - k >= m) return walkedBack(before, after, trace, most);
    }
  }
  return [
    ...before.map((line) => ({ sign: '-', line }) as const),
    ...after.map((line) => ({ sign: '+', line }) as const),
  ];
}

function stepsDown(reached: Reached, at: number, k: number, d: number): boolean {
  return k === -d || (k !== d && (reached[at - 1] ?? 0) < (reached[at + 1] ?? 0));
}

function walkedBack(
  before: readonly string[],
  after: readonly string[],
  trace: readonly Reached[],
  most: number,
): readonly Edit[] {
  const found: Edit[] = [];
  let [x, y] = [before.length, after.length];
  for (const [d, reached] of [...trace.entries()].reverse()) {
    const k = x - y;
    const from = stepsDown(reached, k + most + 1, k, d) ? k + 1 : k - 1;
    const fromX = d === 0 ? 0 : (reached[from + most + 1] ?? 0);
    const fromY = d === 0 ? 0 : fromX - from;
    while (x > fromX && y > fromY) {
      found.push({ sign: ' ', line: before[--x] ?? '' });
      y--;
    }
    if (d > 0) found.push(x > fromX ? { sign: '-', line: before[--x] ?? '' } : { sign: '+', line: after[--y] ?? '' });
  }
  return found.reverse();
}

function hunksOf(all: readonly Edit[]): readonly string[] {
  const changed = all.flatMap(({ sign }, at) => (sign === ' ' ? [] : [at]));
  const spans: [number, number][] = [];
  for (const at of changed) {
    const last = spans.at(-1);
    if (last !== undefined && at - context <= last[1] + context + 1) last[1] = at;
    else spans.push([at, at]);
  }
  return spans.flatMap(([first, last]) => {
    const start = Math.max(0, first - context);
    const part = all.slice(start, last + context + 1);
    const earlier = all.slice(0, start);
    const [old, fresh] = [range(earlier, part, '+'), range(earlier, part, '-')];
    return [`@@ -${old} +${fresh} @@`, ...part.map(({ sign, line }) => shown(sign, line))];
  });
}

/** `start,lines` of the side that has no line of this sign. */
function range(earlier: readonly Edit[], part: readonly Edit[], without: '+' | '-'): string {
  const count = (edits: readonly Edit[]) => edits.filter(({ sign }) => sign !== without).length;
  const lines = count(part);
  return `${count(earlier) + (lines === 0 ? 0 : 1)},${lines}`;
}

function shown(sign: Edit['sign'], line: string): string {
  return line.endsWith('\n') ? `${sign}${line.slice(0, -1)}` : `${sign}${line}\n\\ No newline at end of file`;
}
