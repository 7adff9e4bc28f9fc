import { type ColumnContract, shown } from '@modelgate/core';
import { flag, levelRule, note, opaque, type Rule, type Rules, rule, toldBy, tolerated } from './contract-rule.ts';
import {
  type Ends,
  endsMovement,
  type Movement,
  missingFrom,
  opaqueMovement,
  opposite,
  setMovement,
  together,
  type ValueSet,
} from './movement.ts';
import { excerpt } from './single-line.ts';

type Column = ColumnContract;

const none = { atMost: { value: 0, unit: 'rows' } } as const;

/** Every key of a column in the grammar, in the order in which changes are told. */
export const columnRules: Rules<Column> = {
  absent: flag<Column>(
    ({ absent }) => absent === true,
    { on: 'must be absent from now on', off: 'may come back: it had to be absent' },
    { stricter: { kind: 'removed', breaking: true, breaksProducers: true } },
  ),
  type: rule({
    of: ({ type }: Column) => type,
    noun: 'type',
    moves: opaqueMovement,
    shows: String,
    effects: { other: { kind: 're-typed', breaking: true, breaksProducers: true } },
  }),
  required: flag(({ required }) => required, { on: 'optional → required', off: 'required → optional' }),
  nulls: tolerated('nulls allowed', ({ nulls, nullable }) => nulls ?? (nullable === false ? none : 'any')),
  nullable: toldBy('nulls'),
  unique: tolerated('repeated values allowed', ({ unique }) => unique ?? 'any'),
  in: values('in', (column) => column.in, setMovement),
  'not-in': values(
    'not-in',
    (column) => column['not-in'],
    // as a whole it comes and goes like any rule; what it holds is what is refused
    (from, to) => (from === undefined || to === undefined ? setMovement(from, to) : opposite(setMovement(from, to))),
  ),
  range: ends('range', ({ range }) => range, ['min', 'above', 'max', 'below']),
  // not set means true
  finite: flag(({ finite }) => finite !== false, {
    on: 'NaN and infinity allowed → refused',
    off: 'NaN and infinity refused → allowed',
  }),
  pattern: opaque('pattern', ({ pattern }) => pattern),
  'not-pattern': opaque('not-pattern', (column) => column['not-pattern']),
  // other rows are looked at, and a share of them may move either way
  where: rule({
    of: ({ where }: Column) => where ?? '',
    noun: 'where',
    moves: (from, to) => (from === to ? 'same' : 'other'),
    shows: (where) => (where === '' ? 'not set' : excerpt(where)),
  }),
  format: opaque('format', ({ format }) => format),
  length: ends('length', ({ length }) => length, ['min', 'max']),
  increasing: rule({
    of: ({ increasing }: Column) => increasing,
    noun: 'increasing',
    moves: (from, to) => {
      if (from === to || from === undefined || to === undefined) return opaqueMovement(from, to);
      return to === 'weakly' ? 'looser' : 'stricter';
    },
    shows: String,
  }),
  failing: tolerated('values that may break a rule', ({ failing }) => failing ?? none),
  matching: matching(),
  label: flag(({ label }) => label !== true, {
    on: 'no longer a label: must be there when serving too',
    off: 'now a label: may be missing when serving',
  }),
  environments: rule({
    of: ({ environments }: Column) => environments ?? 'everywhere',
    noun: 'expected',
    moves: (from = 'everywhere', to = 'everywhere') => environmentsMovement(from, to),
    shows: (where) => (where === 'everywhere' ? where : `in ${where.join(', ')}`),
  }),
  since: rule({
    of: ({ since }: Column) => since ?? 'always',
    noun: 'there since',
    moves: (from = 'always', to = 'always') => {
      if (from === to) return 'same';
      return from === 'always' || (to !== 'always' && to > from) ? 'looser' : 'stricter';
    },
    shows: String,
  }),
  until: rule({
    of: ({ until }: Column) => until ?? 'further notice',
    noun: 'there until',
    moves: (from = 'further notice', to = 'further notice') => {
      if (from === to) return 'same';
      return to === 'further notice' || (from !== 'further notice' && to > from) ? 'stricter' : 'looser';
    },
    shows: String,
    // whoever stops to deliver it on the day that was said, or goes on after the new one, is stopped
    effects: {
      looser: { kind: 'changed', breaking: true, breaksProducers: true },
      stricter: { kind: 'changed', breaking: false, breaksProducers: true },
    },
  }),
  unit: rule({
    of: ({ unit }: Column) => unit,
    noun: 'unit',
    moves: opaqueMovement,
    shows: String,
    effects: {
      stricter: { kind: 'changed', breaking: false, breaksProducers: false },
      looser: { kind: 'changed', breaking: true, breaksProducers: false },
    },
  }),
  level: levelRule(),
  description: note('description', ({ description }) => description),
  why: note('why', ({ why }) => why),
};

/** Only beside a pattern on both sides: otherwise the pattern itself came or went, and is told. */
function matching(): Rule<Column> {
  const inside = tolerated<Column>('values that may not match', (column) => column.matching ?? column.failing ?? none);
  return {
    parts: inside.parts,
    difference: (from, to) => {
      const written = from.matching !== undefined || to.matching !== undefined;
      return written && from.pattern !== undefined && to.pattern !== undefined
        ? inside.difference(from, to)
        : undefined;
    },
  };
}

/** An environment that is taken away is one in which the column may be missing from now on. */
function environmentsMovement(from: 'everywhere' | readonly string[], to: 'everywhere' | readonly string[]): Movement {
  if (from === 'everywhere') return to === 'everywhere' ? 'same' : 'looser';
  if (to === 'everywhere') return 'stricter';
  return together(
    missingFrom(from, to).length > 0 ? 'looser' : 'same',
    missingFrom(to, from).length > 0 ? 'stricter' : 'same',
  );
}

interface WrittenEnds {
  readonly min?: number | string | undefined;
  readonly above?: number | string | undefined;
  readonly max?: number | string | undefined;
  readonly below?: number | string | undefined;
}

function ends(noun: string, of: (column: Column) => WrittenEnds | undefined, parts: readonly string[]): Rule<Column> {
  return rule({
    of: (column) => {
      const written = of(column);
      return written === undefined ? undefined : endsOf(written);
    },
    noun,
    moves: (from, to) => (from === undefined || to === undefined ? opaqueMovement(from, to) : endsMovement(from, to)),
    shows: endsText,
    parts,
  });
}

function endsOf({ min, above, max, below }: WrittenEnds): Ends {
  const end = (closed: number | string | undefined, open: number | string | undefined) =>
    closed !== undefined ? { at: closed, open: false } : open !== undefined ? { at: open, open: true } : undefined;
  return { low: end(min, above), high: end(max, below) };
}

/** "≥ 17 and < 5000" */
export function endsText({ low, high }: Ends): string {
  return [
    ...(low === undefined ? [] : [`${low.open ? '>' : '≥'} ${low.at}`]),
    ...(high === undefined ? [] : [`${high.open ? '<' : '≤'} ${high.at}`]),
  ].join(' and ');
}

function values(
  noun: string,
  of: (column: Column) => ValueSet | undefined,
  moves: (from: ValueSet | undefined, to: ValueSet | undefined) => Movement,
): Rule<Column> {
  return rule({
    of,
    noun,
    moves,
    shows: setText,
    words: (from, to) => setWords(noun, from, to),
    parts: ['table', 'column', 'where'],
  });
}

function setWords(noun: string, from: ValueSet, to: ValueSet): string {
  if ('table' in from || 'table' in to) return `${noun} ${setText(from)} → ${setText(to)}`;
  const [gained, lost] = [missingFrom(to, from), missingFrom(from, to)];
  const parts = [
    ...(gained.length === 0 ? [] : [`gains ${setText(gained)}`]),
    ...(lost.length === 0 ? [] : [`loses ${setText(lost)}`]),
  ];
  return `${noun} ${parts.join(' and ')}`;
}

function setText(set: ValueSet): string {
  if ('table' in set)
    return `${set.table} (${set.column}${set.where === undefined ? '' : ` where ${excerpt(set.where)}`})`;
  const few = set.slice(0, 5).map(shown).join(', ');
  return set.length > 5 ? `${few} and ${set.length - 5} more` : few;
}
