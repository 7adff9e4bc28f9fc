import type { RowClusters, RowsColumn } from '@modelgate/tables';

/** Indices of the rows of each group, ascending; rows of code −1 belong to none. */
export function membersOf(codes: ArrayLike<number>, groups: number): readonly Uint32Array[] {
  const sizes = new Uint32Array(groups);
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] ?? -1;
    if (code >= 0) sizes[code] = (sizes[code] ?? 0) + 1;
  }
  const members = Array.from(sizes, (size) => new Uint32Array(size));
  const filled = new Uint32Array(groups);
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] ?? -1;
    const own = members[code];
    if (own === undefined) continue;
    const at = filled[code] ?? 0;
    own[at] = row;
    filled[code] = at + 1;
  }
  return members;
}

/** How many rows each group has. */
export function groupSizes(
  codes: RowsColumn | undefined,
  groups: number,
  weights: Float64Array | undefined,
): { readonly all: readonly number[]; readonly counted: readonly number[] } {
  const members = membersOf(codesIn(codes), groups);
  const all = members.map(({ length }) => length);
  if (weights === undefined) return { all, counted: all };
  return { all, counted: members.map((rows) => rows.filter((row) => (weights[row] ?? 0) > 0).length) };
}

export function codesIn(column: RowsColumn | undefined): Float64Array {
  if (column?.kind !== 'numbers') throw new Error('indices of groups were asked for');
  return column.values;
}

export function columnAt(column: RowsColumn, rows: Uint32Array): RowsColumn {
  switch (column.kind) {
    case 'classes':
      return { ...column, codes: Uint16Array.from(rows, (row) => column.codes[row] ?? 0) };
    case 'numbers':
      return { ...column, values: numbersAt(column.values, rows) };
    case 'text':
      return { ...column, texts: Array.from(rows, (row) => column.texts[row] ?? '') };
    case 'texts':
      return { ...column, lists: Array.from(rows, (row) => column.lists[row] ?? []) };
  }
}

export function numbersAt(values: Float64Array, rows: Uint32Array): Float64Array {
  const taken = new Float64Array(rows.length);
  for (let index = 0; index < rows.length; index++) taken[index] = values[rows[index] ?? 0] ?? Number.NaN;
  return taken;
}

/** Numbered anew by first appearance, so that each code occurs. */
export function clustersAt({ codes }: RowClusters, rows: Uint32Array): RowClusters {
  const numbers = new Map<number, number>();
  const renumbered = Uint32Array.from(rows, (row) => {
    const code = codes[row] ?? 0;
    const number = numbers.get(code) ?? numbers.size;
    numbers.set(code, number);
    return number;
  });
  return { codes: renumbered, count: numbers.size };
}
