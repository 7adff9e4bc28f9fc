/** Columns that a text takes in a terminal: two for East Asian wide characters and emoji, none for combining marks. */
export function displayWidth(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (/^[\p{Mn}\p{Me}\p{Cf}]$/u.test(character)) continue;
    columns += wide.test(character) ? 2 : 1;
  }
  return columns;
}

// Unicode Standard Annex 11 in short: the wide blocks, and emoji with emoji presentation.
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}\p{Emoji_Presentation}]$/u;

export interface TableInput {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns whose cells are aligned right. */
  readonly right: readonly number[];
  /** Columns that are left out, in this order, while the table is wider than `width`. */
  readonly optional: readonly number[];
  readonly width: number;
}

/** A head line and a line a row, columns aligned, never wider than `width`: first columns go, then the widest shrinks. */
export function table(input: TableInput): readonly string[] {
  const { head, rows, right, optional, width } = input;
  const all = [head, ...rows];
  let columns = head.map((_, column) => column).filter((column) => rows.some((row) => (row[column] ?? '') !== ''));
  const widest = (column: number) => Math.max(...all.map((row) => displayWidth(row[column] ?? '')));
  const total = () => columns.reduce((sum, column) => sum + widest(column) + 2, -2);
  for (const column of optional) {
    if (total() <= width) break;
    columns = columns.filter((one) => one !== column);
  }
  const widths = shrunk(columns.map(widest), width);
  return all.map((row) => {
    const cells = columns.map((column, index) => {
      return padded(fitted(row[column] ?? '', widths[index] ?? 0), widths[index] ?? 0, right.includes(column));
    });
    return cells.join('  ').trimEnd();
  });
}

/** Lines of at most `width` columns, broken at spaces (a longer word is broken where it must be). */
export function wrapped(text: string, width: number, indent: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const next = line === '' ? word : `${line} ${word}`;
    if (displayWidth(next) <= width || line.trim() === '') {
      line = next;
    } else {
      lines.push(line);
      line = `${indent}${word}`;
    }
    while (displayWidth(line) > width) {
      const head = within(line, width);
      lines.push(head);
      line = `${indent}${line.slice(head.length)}`;
    }
  }
  return line.trim() === '' ? lines : [...lines, line];
}

function shrunk(widths: readonly number[], width: number): readonly number[] {
  const fitting = [...widths];
  const total = () => fitting.reduce((sum, one) => sum + one + 2, -2);
  while (total() > width) {
    const largest = Math.max(...fitting);
    if (largest <= 8) break;
    fitting[fitting.indexOf(largest)] = Math.max(8, largest - (total() - width));
  }
  return fitting;
}

function fitted(text: string, width: number): string {
  return displayWidth(text) <= width ? text : `${within(text, width - 1)}…`;
}

function within(text: string, width: number): string {
  let kept = '';
  let columns = 0;
  for (const character of text) {
    columns += displayWidth(character);
    if (columns > width && kept !== '') break;
    kept += character;
  }
  return kept;
}

function padded(text: string, width: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return right ? `${space}${text}` : `${text}${space}`;
}
