import type { DuckDBValue } from '@duckdb/node-api';
import type { Cell } from './data-engine.ts';

type Client = typeof import('@duckdb/node-api');

/** @throws Error for lists, structures and other values that no check asks for: a defect of the query */
export function cellOf(value: DuckDBValue, client: Client): Cell {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number')
    return value;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  // The client writes an instant in the time zone of the machine.
  if (value instanceof client.DuckDBTimestampTZValue) return `${new client.DuckDBTimestampValue(value.micros)}+00`;
  const texts = [
    client.DuckDBDecimalValue,
    client.DuckDBDateValue,
    client.DuckDBTimeValue,
    client.DuckDBTimeTZValue,
    client.DuckDBTimestampValue,
    client.DuckDBTimestampSecondsValue,
    client.DuckDBTimestampMillisecondsValue,
    client.DuckDBTimestampNanosecondsValue,
    client.DuckDBUUIDValue,
  ];
  if (texts.some((kind) => value instanceof kind)) return String(value);
  throw new Error('a query asked for values that are no cells: cast them to VARCHAR');
}
