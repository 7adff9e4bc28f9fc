import { type DataContract, hoursOf, type TableCheck } from '@modelgate/core';
import { columnRules, endsText } from './column-rules.ts';
import { flag, levelRule, note, type Rule, type Rules, rule, type ToldBy, toldBy, tolerated } from './contract-rule.ts';
import {
  ceilingMovement,
  type Ends,
  endsMovement,
  enforcedMovement,
  type Movement,
  missingFrom,
  ofWarning,
  opaqueMovement,
  together,
} from './movement.ts';
import { excerpt } from './single-line.ts';

export type Rows = NonNullable<DataContract['rows']>;
export type Freshness = NonNullable<DataContract['freshness']>;
export type Key = DataContract['keys'][number];

const none = { atMost: { value: 0, unit: 'rows' } } as const;

/** A key whose content has classes of its own, or is compared entry by entry; contract-change.ts knows how. */
const group = { group: true } as const;

/** Every key at the top of a contract. */
export const topRules: { readonly [Key in keyof DataContract]-?: Rule<DataContract> | typeof group } = {
  version: note('version', ({ version }) => version),
  name: note('name', ({ name }) => name),
  owner: note('owner', ({ owner }) => owner),
  description: note('description', ({ description }) => description),
  rows: group,
  freshness: group,
  'extra-columns': rule({
    of: (contract: DataContract) => contract['extra-columns'],
    noun: 'extra-columns',
    moves: (from = 'warn', to = 'warn') => enforcedMovement(['fail', 'warn', 'allow'], from, to),
    shows: String,
  }),
  order: flag(({ order }) => order, {
    on: 'columns must come in the order of the contract from now on',
    off: 'columns may come in any order from now on',
  }),
  keys: group,
  columns: group,
  checks: group,
  tables: rule({
    of: ({ tables }: DataContract) => (Object.keys(tables).length === 0 ? undefined : tables),
    noun: 'tables',
    // which table a rule asks may change everything that it says
    moves: (from, to) => {
      const moved = opaqueMovement(from, to);
      // one that comes or goes alone changes nothing; a rule that asks it does
      return moved === 'looser' || moved === 'stricter' ? 'warns-otherwise' : moved;
    },
    shows: (tables) =>
      excerpt(
        Object.entries(tables)
          .map(([name, place]) => `${name}: ${place}`)
          .join(', '),
      ),
    parts: ['*'],
  }),
  labels: group,
  splits: group,
  parity: group,
  corpus: group,
  privacy: group,
  drift: group,
  consumers: group,
};

export const rowsRules: Rules<Rows> = {
  'at-least': rule({
    of: (rows: Rows) => rows['at-least'],
    noun: 'at least',
    moves: (from, to) => ceilingMovement(from === undefined ? undefined : -from, to === undefined ? undefined : -to),
    shows: String,
  }),
  'at-most': rule({ of: (rows: Rows) => rows['at-most'], noun: 'at most', moves: ceilingMovement, shows: String }),
  level: levelRule(),
  why: note('why', ({ why }) => why),
};

export const freshnessRules: Rules<Freshness> = {
  column: rule({
    of: ({ column }: Freshness) => column,
    noun: 'of',
    moves: opaqueMovement,
    shows: (one) => `\`${one}\``,
  }),
  'at-most': rule({
    of: (freshness: Freshness) => freshness['at-most'],
    noun: 'at most',
    moves: ages,
    shows: String,
  }),
  'warn-over': rule({
    of: (freshness: Freshness) => freshness['warn-over'],
    noun: 'warning over',
    moves: (from, to) => ofWarning(ages(from, to)),
    shows: String,
  }),
  level: levelRule(),
  why: note('why', ({ why }) => why),
};

function ages(from: string | undefined, to: string | undefined): Movement {
  return ceilingMovement(from === undefined ? undefined : hoursOf(from), to === undefined ? undefined : hoursOf(to));
}

/** By the names of the grammar; `at-most` is called `tolerance` where it has been read. */
export const keyRules: Readonly<Record<'columns' | 'at-most' | 'level' | 'why', Rule<Key>>> = {
  columns: rule({
    of: ({ columns }: Key) => columns,
    noun: 'columns',
    moves: keyMovement,
    shows: (columns) => `[${columns.join(', ')}]`,
  }),
  'at-most': tolerated('rows that may share their key', ({ tolerance }) => tolerance),
  level: levelRule(),
  why: note('why', (key) => key.why),
};

/** Rows that differ in some columns differ in more of them: a key of more columns asks less. */
export function keyMovement(from: readonly string[] = [], to: readonly string[] = []): Movement {
  return together(
    missingFrom(to, from).length > 0 ? 'looser' : 'same',
    missingFrom(from, to).length > 0 ? 'stricter' : 'same',
  );
}

/** Every key of a check. What it is about counts as one, whichever of the keys says it. */
export const checkRules: Rules<TableCheck> = {
  expect: rule({ of: subjectOf, noun: '', moves: subjectMovement, shows: ({ text }) => text }),
  sql: toldBy('expect'),
  mean: toldBy('expect'),
  sum: toldBy('expect'),
  stddev: toldBy('expect'),
  min: toldBy('expect'),
  max: toldBy('expect'),
  distinct: toldBy('expect'),
  quantile: toldBy('expect', ['column', 'q']),
  increasing: toldBy('expect', ['column', 'by', 'order', 'strictly']),
  references: toldBy('expect', ['columns', 'table', 'key']),
  // fewer rows are looked at, but a share of fewer, or a mean, may move either way
  where: rule({
    of: ({ where }: TableCheck) => where ?? '',
    noun: 'where',
    moves: (from, to) => (from === to ? 'same' : 'other'),
    shows: (where) => (where === '' ? 'not set' : excerpt(where)),
  }),
  failing: tolerated('rows that may fail', ({ failing }) => failing ?? none),
  returning: tolerated('rows that may come back', ({ returning }) => returning ?? none),
  between: rule({
    of: limitsOf,
    noun: 'limit',
    moves: (from = {}, to = {}) => endsMovement(from, to),
    shows: endsText,
  }),
  'at-least': toldBy('between'),
  'at-most': toldBy('between'),
  warn: rule({
    of: ({ warn }: TableCheck) => (warn === undefined ? undefined : limitsOf(warn)),
    noun: 'warning limit',
    moves: (from = {}, to = {}) => ofWarning(endsMovement(from, to)),
    shows: endsText,
    parts: ['between', 'at-least', 'at-most'],
  }),
  level: levelRule(),
  why: note('why', ({ why }) => why),
};

interface Subject {
  readonly text: string;
  /** All that tells it from another one. */
  readonly identity: readonly unknown[];
  readonly strictly: boolean;
}

function subjectOf(check: TableCheck): Subject {
  const { expect, sql, quantile, increasing, references } = check;
  const subject = (text: string, ...identity: readonly unknown[]): Subject => ({
    text,
    identity,
    strictly: increasing?.strictly ?? false,
  });
  if (expect !== undefined) return subject(`expect ${excerpt(expect)}`, 'expect', expect);
  if (sql !== undefined) return subject(`sql ${excerpt(sql)}`, 'sql', sql);
  if (quantile !== undefined)
    return subject(`quantile ${quantile.q} of \`${quantile.column}\``, 'quantile', quantile.q, quantile.column);
  if (increasing !== undefined) {
    const { column, by = [], order = [], strictly } = increasing;
    const text = [
      `\`${column}\` ${strictly ? 'strictly ' : ''}increasing`,
      ...(by.length === 0 ? [] : [`by ${by.join(', ')}`]),
      ...(order.length === 0 ? [] : [`in the order of ${order.join(', ')}`]),
    ].join(' ');
    // groups are the same whatever the order of their columns
    return subject(text, 'increasing', column, by.toSorted(), order);
  }
  if (references !== undefined) {
    const { columns, table, key = columns } = references;
    return subject(`${columns.join(', ')} in ${table} (${key.join(', ')})`, 'references', columns, table, key);
  }
  const aggregate = (['mean', 'sum', 'stddev', 'min', 'max', 'distinct'] as const).find(
    (one) => check[one] !== undefined,
  );
  return aggregate === undefined
    ? subject('')
    : subject(`${aggregate} of \`${check[aggregate]}\``, aggregate, check[aggregate]);
}

function subjectMovement(from: Subject | undefined, to: Subject | undefined): Movement {
  if (JSON.stringify(from?.identity) !== JSON.stringify(to?.identity)) return 'other';
  if (from?.strictly === to?.strictly) return 'same';
  return to?.strictly ? 'stricter' : 'looser';
}

function limitsOf({
  between,
  'at-least': least,
  'at-most': most,
}: Pick<TableCheck, 'between' | 'at-least' | 'at-most'>): Ends | undefined {
  const low = between?.[0] ?? least;
  const high = between?.[1] ?? most;
  if (low === undefined && high === undefined) return undefined;
  return {
    ...(low === undefined ? {} : { low: { at: low, open: false } }),
    ...(high === undefined ? {} : { high: { at: high, open: false } }),
  };
}

/** Where the keys of the grammar have their classes; `*` stands for a name of the user's, or a place in a list. */
const rooms: Readonly<Record<string, Readonly<Record<string, Rule<never> | ToldBy | typeof group>>>> = {
  '': topRules,
  'rows.': rowsRules,
  'freshness.': freshnessRules,
  'keys.*.': keyRules,
  'columns.*.': columnRules,
  'checks.*.': checkRules,
};

/** Every key of the contract's grammar that has a class; a test holds them against the grammar itself. */
export function classedKeys(): readonly string[] {
  return Object.entries(rooms).flatMap(([room, rules]) => [
    ...(room.endsWith('*.') ? [room.slice(0, -1)] : []),
    ...Object.entries(rules).flatMap(([key, one]) => [
      `${room}${key}`,
      ...('parts' in one ? one.parts.map((part) => `${room}${key}.${part}`) : []),
    ]),
  ]);
}
