import type { Relation } from './relation.ts';
import type { Source } from './source.ts';

/**
 * The same table with some columns of a text format as the text that is written there: `007` and `1.50` stay what they
 * are. Columns of formats that store types are left alone.
 */
export function asWritten(source: Source, relation: Relation, names: readonly string[]): [Source, Relation] {
  const columns = relation.columns.map((column) =>
    names.includes(column.name) && column.written !== undefined && column.type !== 'empty'
      ? { ...column, type: 'text' as const, storedAs: 'VARCHAR', sql: column.written }
      : column,
  );
  return [
    { ...source, columns: columns.map(({ name, type, storedAs }) => ({ name, type, storedAs })) },
    { ...relation, columns },
  ];
}
