import { UserError } from '@modelgate/core';
import * as z from 'zod';
import type { RelationColumn } from './relation.ts';
import { count, sumOfCounts } from './rows.ts';
import type { Session } from './session.ts';
import { columnOf, type Party } from './table-check.ts';

/** A party with its key as one SQL expression, comparable across all parties. */
export interface KeyedParty extends Party {
  readonly key: string;
  readonly keySql: string;
}

const mostShown = 5;

/**
 * One type for the key of all parties: integers stay integers (64 bits, 128 where one side needs it), whole doubles are
 * read as integers, everything else is compared as text, exactly: integer 7 is the text `7`, never `007` or `7.0`.
 */
export function withCommonKey(parties: readonly Party[]): readonly KeyedParty[] {
  const keyed = parties.map((party) => ({ ...party, key: keyOf(party) }));
  const sqls = withCommonType(keyed.map(({ relation, key }) => columnOf(relation, key)));
  return keyed.map((party, index) => ({ ...party, keySql: at(sqls, index) }));
}

function keyOf({ key, words }: Party): string {
  if (key === undefined) throw new Error(`the ${words} has no key`);
  return key;
}

/** The same for any columns that hold names of things. */
export function withCommonType(columns: readonly RelationColumn[]): readonly string[] {
  const integers = columns.every(({ type }) => type === 'integer' || type === 'number');
  const wide = columns.some(({ storedAs }) => /^(UBIGINT|U?HUGEINT|DECIMAL)/.test(storedAs));
  return columns.map(({ sql, type }) => {
    const whole = type === 'number' ? `CAST(${sql} AS BIGINT)` : sql;
    return `CAST(${whole} AS ${integers ? (wide ? 'HUGEINT' : 'BIGINT') : 'VARCHAR'})`;
  });
}

/** The parties as tables of their distinct keys. */
export async function withDistinctKeys<Name>(
  session: Session,
  parties: ReadonlyMap<Name, KeyedParty>,
): Promise<ReadonlyMap<Name, KeyedParty>> {
  const distinct = new Map<Name, KeyedParty>();
  for (const [name, party] of parties) {
    const sql = `(SELECT DISTINCT ${party.keySql} AS k FROM ${party.relation.sql})`;
    const { rows } = await session.row(`SELECT count(*) AS rows FROM ${sql}`, z.object({ rows: count }));
    distinct.set(name, { ...party, keySql: 'k', relation: { ...party.relation, sql, rows } });
  }
  return distinct;
}

/** @throws UserError `duplicate-keys` */
export async function refuseDuplicates(session: Session, party: KeyedParty, showKeys: boolean): Promise<void> {
  // In less memory than grouping with a count for each key.
  const { distinct } = await session.row(
    `SELECT count(DISTINCT ${party.keySql}) AS distinct FROM ${party.relation.sql}`,
    z.object({ distinct: count }),
  );
  if (distinct === party.relation.rows) return;
  const found = await session.row(
    `SELECT count(*) AS keys, sum(n) AS rows, list(CAST(k AS VARCHAR) ORDER BY k)[1:${mostShown}] AS shown
     FROM (SELECT ${party.keySql} AS k, count(*) AS n FROM ${party.relation.sql} GROUP BY k HAVING count(*) > 1)`,
    z.object({ keys: count, rows: sumOfCounts, shown: z.array(z.string()) }),
  );
  const some = showKeys ? ` (${listed(found.shown, found.keys)})` : '';
  throw new UserError(
    'duplicate-keys',
    `The ${party.words}: ${found.keys.toLocaleString('en')} key${found.keys === 1 ? '' : 's'}${some} of column "${party.key}" occur${found.keys === 1 ? 's' : ''} more than once, in ${found.rows.toLocaleString('en')} rows.`,
    {
      how: 'Each example needs one row: remove the repeated ones, or name a key that tells the rows apart.',
      where: { file: party.file },
    },
  );
}

/** @throws UserError `keys-differ` when one of the two has a key that the other lacks */
export async function refuseOtherKeys(
  session: Session,
  one: KeyedParty,
  other: KeyedParty,
  showKeys: boolean,
  hint?: string,
): Promise<void> {
  const onlyOne = await onlyIn(session, one, other);
  const onlyOther = await onlyIn(session, other, one);
  if (onlyOne.keys + onlyOther.keys === 0) return;
  const side = (found: OnlyIn, there: KeyedParty, absent: KeyedParty) =>
    found.keys === 0
      ? []
      : [
          `${found.keys.toLocaleString('en')} of ${there.relation.rows.toLocaleString('en')} keys of the ${there.words}${showKeys ? ` (${listed(found.shown, found.keys)})` : ''} are not in the ${absent.words}`,
        ];
  const sides = [...side(onlyOne, one, other), ...side(onlyOther, other, one)];
  throw new UserError('keys-differ', `The tables do not hold the same examples: ${sides.join('; ')}.`, {
    how: `Both must hold the same examples (key "${one.key}" and "${other.key}"). Were they made from the same version of the data?${hint === undefined ? '' : ` ${hint}`}`,
    where: { file: one.file },
  });
}

interface OnlyIn {
  readonly keys: number;
  readonly shown: readonly string[];
}

function onlyIn(session: Session, one: KeyedParty, other: KeyedParty): Promise<OnlyIn> {
  return session.row(
    `SELECT count(*) AS keys, coalesce(list(CAST(k AS VARCHAR) ORDER BY k)[1:${mostShown}], []) AS shown
     FROM (SELECT ${one.keySql} AS k FROM ${one.relation.sql}) ANTI JOIN (SELECT ${other.keySql} AS k FROM ${other.relation.sql}) USING (k)`,
    z.object({ keys: count, shown: z.array(z.string()) }),
  );
}

function listed(shown: readonly string[], of: number): string {
  const texts = shown.map((key) => JSON.stringify(key)).join(', ');
  return of > shown.length ? `${texts}, …` : texts;
}

function at(texts: readonly string[], index: number): string {
  const text = texts[index];
  if (text === undefined) throw new RangeError(`no text at ${index}`);
  return text;
}
