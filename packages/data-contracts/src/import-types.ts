import type { columnTypes } from '@modelgate/core';

export type ColumnTypeName = (typeof columnTypes)[number];

export interface ReadType {
  readonly type: ColumnTypeName;
  /** What the other tool's type says beyond: a width, a sign, a time zone. */
  readonly beyond?: string;
}

const names: readonly (readonly [RegExp, ColumnTypeName])[] = [
  [
    /^(?:str|string|string_|unicode|object_string|text|n?varchar2?|n?char|character varying|stringtype|utf8|large_string)$/,
    'string',
  ],
  [/^(?:bool|bool_|boolean|booleantype|bit)$/, 'boolean'],
  [
    /^(?:u?int(?:8|16|32|64)?|integer|bigint|smallint|tinyint|long|short|hugeint|(?:integer|long|short|byte)type)$/,
    'integer',
  ],
  [/^(?:float(?:16|32|64)?|float_|double|double precision|double_precision|real|(?:double|float)type)$/, 'double'],
  [/^(?:decimal|numeric|decimaltype|decimal128|number)$/, 'decimal'],
  [/^(?:date|date32|date64|datetype|datetime\.date)$/, 'date'],
  [/^(?:time|time32|time64)$/, 'time'],
  [
    /^(?:datetime|datetime64|timestamp|timestamptz|timestamp_ntz|timestamp_ltz|timestamptype|datetime\.datetime|timestamp with(?:out)? time zone)$/,
    'timestamp',
  ],
  [/^(?:bytes|binary|large_binary|bytea|blob|varbinary|binarytype)$/, 'binary'],
  [/^(?:list|large_list|array|arraytype)$/, 'list'],
  [/^(?:struct|structtype|dict|map)$/, 'struct'],
];

/** The logical type behind the name that pandas, numpy, pyarrow, Spark or a database gives it; undefined for any other. */
export function typeNamed(written: string): ReadType | undefined {
  const bare = written
    .trim()
    .toLowerCase()
    .replace(/^(?:numpy|np|pandas|pd|pa|pyarrow|sqlalchemy|sa)\./, '');
  const [, base = '', inner = ''] = /^([a-z][\w. ]*?)\s*(?:\(\))?((?:[[(<].*)?)$/.exec(bare) ?? [];
  const type = names.find(([name]) => name.test(base))?.[1];
  if (type === undefined) return undefined;
  if (/^uint/.test(base)) return { type, beyond: base };
  if (/^(?:u?int|float)(?:8|16|32)$/.test(base) || /^(?:smallint|tinyint|short|byte|real)/.test(base))
    return { type, beyond: base };
  // what stands in brackets is a width, a unit or a time zone, but for where pandas keeps a type (`string[pyarrow]`)
  const meant = inner.replace(/\[(?:pyarrow|python|ns|us|ms|s)\]/g, '');
  return meant === '' ? { type } : { type, beyond: `${base}${meant}` };
}
