import { nearest } from '@modelgate/core';
import { movedColumns } from './column-order.ts';
import { singleLine } from './single-line.ts';

/** A column of a table as its file or engine describes it. */
export interface SchemaColumn {
  readonly name: string;
  readonly type: string;
}

/** What another data set has done to a column. */
export interface SchemaChange {
  readonly kind: 'added' | 'removed' | 're-typed' | 'moved';
  readonly column: string;
  /** Whether who reads the column by name reads something else, or nothing, from now on. */
  readonly breaking: boolean;
  /** Of a removed column: the new one that it may have become. A guess, which proves nothing. */
  readonly perhapsRenamedTo?: string;
  /** On one line, names between backticks: "`distance`: BIGINT → DOUBLE". */
  readonly words: string;
}

/**
 * What differs between the columns of two tables: removed and re-typed ones, which break readers, first, then added
 * and moved ones. Names count letter by letter. A rename is never concluded: it stays a removed and an added column,
 * with the guess beside it where type and either place or spelling speak for exactly one.
 */
export function schemaChanges(base: readonly SchemaColumn[], head: readonly SchemaColumn[]): readonly SchemaChange[] {
  const before = new Map(base.map((column) => [column.name, column]));
  const after = new Map(head.map((column) => [column.name, column]));
  const removed = base.filter(({ name }) => !after.has(name));
  const added = head.filter(({ name }) => !before.has(name));
  const renames = guessedRenames(
    { columns: base, lonely: removed },
    { columns: head, lonely: added },
    (name) => before.has(name) && after.has(name),
  );
  const changes: readonly SchemaChange[] = [
    ...removed.map((column) => removedColumn(column, renames.get(column.name))),
    ...base.flatMap((from) => {
      const to = after.get(from.name);
      return to === undefined || to.type === from.type ? [] : [retyped(from, to)];
    }),
    ...added.map(({ name, type }) => ({
      kind: 'added' as const,
      column: name,
      breaking: false,
      words: `\`${name}\` is new: ${type}`,
    })),
    ...movedColumns([...before.keys()], [...after.keys()]).map((name) => ({
      kind: 'moved' as const,
      column: name,
      breaking: false,
      words: `\`${name}\` is in another place: whoever reads by position reads other columns`,
    })),
  ];
  return changes.map((change) => ({ ...change, words: singleLine(change.words) }));
}

function removedColumn({ name, type }: SchemaColumn, guess: Guess | undefined): SchemaChange {
  const change = { kind: 'removed', column: name, breaking: true, words: `\`${name}\` is removed (${type})` } as const;
  if (guess === undefined) return change;
  const words = `${change.words}; perhaps renamed to \`${guess.name}\`: a guess, from ${guess.because}`;
  return { ...change, perhapsRenamedTo: guess.name, words };
}

function retyped(from: SchemaColumn, to: SchemaColumn): SchemaChange {
  const words = `\`${from.name}\`: ${from.type} → ${to.type}`;
  return { kind: 're-typed', column: from.name, breaking: true, words };
}

interface Guess {
  readonly name: string;
  readonly because: string;
}

interface Side {
  readonly columns: readonly SchemaColumn[];
  /** Columns that the other side does not have. */
  readonly lonely: readonly SchemaColumn[];
}

/** Of a table that is another one altogether nothing is worth a guess, and each pair costs a comparison of spelling. */
const mostPairs = 2_500;

/** Only where exactly one added column speaks for one removed column, and no other removed column wants the same. */
function guessedRenames(base: Side, head: Side, isCommon: (name: string) => boolean): ReadonlyMap<string, Guess> {
  if (base.lonely.length * head.lonely.length > mostPairs) return new Map();
  const [placesBefore, placesAfter] = [placesOf(base, isCommon), placesOf(head, isCommon)];
  const pairs = base.lonely.flatMap((from) =>
    head.lonely
      .filter(({ type }) => type === from.type)
      .flatMap((to) => {
        const samePlace = placesBefore.get(from.name) === placesAfter.get(to.name);
        const alike = nearest(from.name, [to.name]) !== undefined;
        if (!samePlace && !alike) return [];
        const because = ['the same type', ...(samePlace ? ['place'] : []), ...(alike ? ['a similar name'] : [])];
        return [{ from: from.name, to: to.name, because: because.join(' and ') }];
      }),
  );
  const only = pairs.filter(
    ({ from, to }) => pairs.filter((other) => other.from === from || other.to === to).length === 1,
  );
  return new Map(only.map(({ from, to, because }) => [from, { name: to, because }]));
}

/** Behind which column of both sides, and as the how-manieth there. */
function placesOf({ columns }: Side, isCommon: (name: string) => boolean): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  let [behind, count] = ['', 0];
  for (const { name } of columns) {
    if (isCommon(name)) [behind, count] = [name, 0];
    else places.set(name, JSON.stringify([behind, count++]));
  }
  return places;
}
