import type { ColumnContract, DataContract, DataContractDocument, KeyPath, Level, Location } from '@modelgate/core';
import { movedColumns } from './column-order.ts';
import { columnRules } from './column-rules.ts';
import type { ContractChangeKind, Difference, Effect, Rule, ToldBy } from './contract-rule.ts';
import { checkRules, freshnessRules, type Key, keyMovement, keyRules, rowsRules, topRules } from './contract-rules.ts';
import { toleranceMovement } from './movement.ts';
import { comparedSections, sectionChanges } from './section-change.ts';
import { singleLine } from './single-line.ts';

/** One part of a data contract that is another one after the change. */
export interface ContractChange {
  /** Keys from the top of the contract, with dots; of keys and consumers the list. */
  readonly path: string;
  readonly kind: ContractChangeKind;
  /** Whether those who read the table lose what they were promised. */
  readonly breaking: boolean;
  /** Whether a table in accordance with the base may be stopped now. */
  readonly breaksProducers: boolean;
  /** Of a breaking change: whom both sides declare as readers, so that a change cannot hide one by removing it. */
  readonly consumers: readonly string[];
  /** On one line, names between backticks: "`dep_delay`: nulls allowed 3% → 5%". */
  readonly words: string;
  /** In the head's file; of what is gone, where it would stand. */
  readonly where: Location;
}

interface Found extends Difference {
  readonly path: KeyPath;
}

interface Sides {
  readonly base: DataContractDocument;
  readonly head: DataContractDocument;
}

/**
 * What a change does to a data contract: what breaks readers first, then what may break producers only, then the rest.
 * Layout, comments, written-out defaults, and an order that nobody asked for do not count. A column that the contract
 * names anew breaks no reader, unless it moves others whose order was promised. A promise counts for readers whatever
 * its `level`; producers are stopped by `level: fail` alone. What cannot be shown to be harmless counts as harm.
 *
 * @param base the contract before the change; undefined when there was none
 */
export function contractChanges(
  base: DataContractDocument | undefined,
  head: DataContractDocument,
): readonly ContractChange[] {
  const found =
    base === undefined
      ? [{ path: [], effect: effect('added', 'producers'), words: `contract \`${head.contract.name}\` is new` }]
      : differences({ base, head });
  const consumers = [...new Set([...(base?.contract.consumers ?? []), ...head.contract.consumers])];
  const weight = ({ breaking, breaksProducers }: Effect) => (breaking ? 0 : breaksProducers ? 1 : 2);
  return found
    .toSorted((one, other) => weight(one.effect) - weight(other.effect))
    .map(({ path, effect: { kind, breaking, breaksProducers }, words }) => ({
      path: path.join('.'),
      kind,
      breaking,
      breaksProducers,
      consumers: breaking ? consumers : [],
      words: singleLine(words),
      where: head.document.locate(path),
    }));
}

function differences(sides: Sides): readonly Found[] {
  const [from, to] = [sides.base.contract, sides.head.contract];
  const inside = { ...sides, path: [], subject: '', level: 'fail' } as const;
  return [
    ...ruled(topRules, from, to, inside),
    ...rowsChanges(from.rows, to.rows, sides),
    ...freshnessChanges(from.freshness, to.freshness, sides),
    ...keyChanges(from.keys, to.keys, sides),
    ...entries(from.columns, to.columns, (name, before, after) => columnChanges(name, before, after, sides)),
    ...orderChanges(sides),
    ...entries(from.checks, to.checks, (id, before, after) => checkChanges(id, before, after, sides)),
    ...comparedSections.flatMap((section) => sectionChanges(section, from, to)),
    ...consumerChanges(from.consumers, to.consumers),
  ];
}

interface Inside extends Sides {
  readonly path: KeyPath;
  /** In front of the words of each difference. */
  readonly subject: string;
  /** Of the head: only `fail` stops a producer. */
  readonly level: Level;
}

/** Key by key, each by its class. */
function ruled<Whole extends object>(
  rules: Readonly<Record<string, Rule<Whole> | ToldBy | { readonly group: true }>>,
  from: Whole,
  to: Whole,
  inside: Inside,
): readonly Found[] {
  return Object.entries(rules).flatMap(([key, one]) => {
    const found = 'difference' in one ? one.difference(from, to) : undefined;
    if (found === undefined) return [];
    const { effect, words } = found;
    const told = Object.entries(rules).flatMap(([other, its]) =>
      'toldBy' in its && its.toldBy === key ? [other] : [],
    );
    return [
      {
        path: [...inside.path, writtenKey([key, ...told], from, to, inside)],
        effect: { ...effect, breaksProducers: effect.breaksProducers && inside.level === 'fail' },
        words: `${inside.subject}${words}`,
      },
    ];
  });
}

/** Of several keys that say the same thing, the one to point at: that differs, best one that the head has. */
function writtenKey<Whole extends object>(keys: readonly string[], from: Whole, to: Whole, inside: Inside): string {
  const text = (side: Whole, key: string) => JSON.stringify(new Map(Object.entries(side)).get(key));
  const differing = keys.filter((key) => text(from, key) !== text(to, key));
  const there = differing.find((key) => inside.head.document.find([...inside.path, key]) !== undefined);
  return there ?? differing[0] ?? keys[0] ?? '';
}

function rowsChanges(from: DataContract['rows'], to: DataContract['rows'], sides: Sides): readonly Found[] {
  const level = (to ?? from)?.level ?? 'fail';
  // without rows nothing is asked, at the level of the other side
  const [before, after] = [from ?? { level }, to ?? { level }];
  return ruled(rowsRules, before, after, { ...sides, path: ['rows'], subject: 'rows: ', level });
}

function freshnessChanges(
  from: DataContract['freshness'],
  to: DataContract['freshness'],
  sides: Sides,
): readonly Found[] {
  const path = ['freshness'];
  if (from !== undefined && to !== undefined)
    return ruled(freshnessRules, from, to, { ...sides, path, subject: 'freshness: ', level: to.level });
  const one = from ?? to;
  if (one === undefined) return [];
  const what = `freshness of \`${one.column}\`, at most ${one['at-most']},`;
  return to === undefined
    ? [{ path, effect: effect('removed', 'readers'), words: `${what} is removed` }]
    : [{ path, effect: effect('added', stops(to.level)), words: `${what} is new` }];
}

/** Keys have no name: the same columns are the same key, and one of more or fewer columns is the same one changed. */
function keyChanges(from: readonly Key[], to: readonly Key[], sides: Sides): readonly Found[] {
  const pairs: { readonly before: Key; readonly after: Key }[] = [];
  const lonely = (side: 'before' | 'after', keys: readonly Key[]) =>
    keys.filter((key) => !pairs.some((pair) => pair[side] === key));
  for (const fitting of [['same'], ['looser', 'stricter']]) {
    for (const before of lonely('before', from)) {
      const after = lonely('after', to).find((key) => fitting.includes(keyMovement(before.columns, key.columns)));
      if (after !== undefined) pairs.push({ before, after });
    }
  }
  return [
    ...pairs.flatMap(({ before, after }) => {
      const path = ['keys', to.indexOf(after)];
      const subject = `key ${columnsText(before)}: `;
      return ruled(keyRules, before, after, { ...sides, path, subject, level: after.level });
    }),
    ...lonely('before', from).map((key) => removedKey(key, to)),
    ...lonely('after', to).map((key) => ({
      path: ['keys', to.indexOf(key)],
      effect: effect('added', stops(key.level)),
      words: `key ${columnsText(key)} is new`,
    })),
  ];
}

/** What a key of fewer columns promises holds for more of them as well. */
function removedKey(key: Key, left: readonly Key[]): Found {
  const implying = left.find(
    ({ columns, tolerance, level }) =>
      keyMovement(key.columns, columns) === 'stricter' &&
      ['same', 'stricter'].includes(toleranceMovement(key.tolerance, tolerance)) &&
      (level === 'fail' || level === key.level),
  );
  const words = `key ${columnsText(key)} is removed`;
  return implying === undefined
    ? { path: ['keys'], effect: effect('removed', 'readers'), words }
    : { path: ['keys'], effect: effect('removed'), words: `${words}: it follows from ${columnsText(implying)}` };
}

function columnsText({ columns }: Key): string {
  return `[${columns.join(', ')}]`;
}

function columnChanges(
  name: string,
  from: ColumnContract | undefined,
  to: ColumnContract | undefined,
  sides: Sides,
): readonly Found[] {
  const path = ['columns', name];
  if (to === undefined) return [{ path, ...removedColumn(name, from?.absent === true, sides.head.contract) }];
  const inside = { ...sides, path, subject: `\`${name}\`: `, level: to.level };
  if (from !== undefined) {
    const turned = Boolean(from.absent) !== Boolean(to.absent);
    const all = ruled(columnRules, from, to, inside);
    // what else is said of a column that comes or goes is no change of it
    return turned ? all.filter((one) => one.path.at(-1) === 'absent') : all;
  }
  if (to.absent)
    return [{ path, effect: effect('narrowed', stops(to.level)), words: `\`${name}\`: must be absent from now on` }];
  const anything = { required: false, level: to.level };
  const asks = ruled(columnRules, anything, to, inside).some((one) => one.effect.breaksProducers);
  const type = to.type === undefined ? '' : `: ${to.type}`;
  return [{ path, effect: effect('added', asks ? 'producers' : undefined), words: `\`${name}\` is new${type}` }];
}

/** Where others than the contract's columns are not allowed, one that it no longer names must not come. */
function removedColumn(name: string, wasAbsent: boolean, head: DataContract): Difference {
  const closed = head['extra-columns'] === 'fail';
  if (!wasAbsent)
    return { effect: effect('removed', 'readers', closed ? 'producers' : undefined), words: `\`${name}\` is removed` };
  return closed
    ? { effect: effect('removed'), words: `\`${name}\`: no longer named, and still refused as an extra column` }
    : { effect: effect('widened', 'readers'), words: `\`${name}\`: may come back: it had to be absent` };
}

/** Of a promised order: columns that come in another one, and new ones that stand before others. */
function orderChanges({ base, head }: Sides): readonly Found[] {
  if (!base.contract.order || !head.contract.order) return [];
  const [before, after] = [columnsInOrder(base), columnsInOrder(head)];
  const known = new Set(before);
  const lastKnown = after.findLastIndex((name) => known.has(name));
  return [
    ...movedColumns(before, after).map((name) => ({
      path: ['columns', name],
      effect: effect('changed', 'readers', 'producers'),
      words: `\`${name}\`: stands in another place, and the order was promised`,
    })),
    ...after
      .filter((name, index) => !known.has(name) && index < lastKnown)
      .map((name) => ({
        path: ['columns', name],
        effect: effect('changed', 'readers', 'producers'),
        words: `\`${name}\`: is new before others, and the order was promised`,
      })),
  ];
}

/** As the file has them: an object would put names like `2026` first. */
function columnsInOrder({ contract, document }: DataContractDocument): readonly string[] {
  return Object.entries(contract.columns)
    .filter(([, { absent }]) => !absent)
    .map(([name]) => ({ name, ...document.locate(['columns', name]) }))
    .toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0))
    .map(({ name }) => name);
}

type Check = DataContract['checks'][string];

function checkChanges(id: string, from: Check | undefined, to: Check | undefined, sides: Sides): readonly Found[] {
  const path = ['checks', id];
  if (to === undefined) return [{ path, effect: effect('removed', 'readers'), words: `check \`${id}\` is removed` }];
  if (from === undefined) return [{ path, effect: effect('added', stops(to.level)), words: `check \`${id}\` is new` }];
  return ruled(checkRules, from, to, { ...sides, path, subject: `check \`${id}\`: `, level: to.level });
}

function consumerChanges(from: readonly string[], to: readonly string[]): readonly Found[] {
  const path = ['consumers'];
  return [
    ...from
      .filter((one) => !to.includes(one))
      .map((one) => ({ path, effect: effect('removed'), words: `consumer \`${one}\` is no longer declared` })),
    ...to
      .filter((one) => !from.includes(one))
      .map((one) => ({ path, effect: effect('added'), words: `consumer \`${one}\` is new` })),
  ];
}

/** Entries of both sides by their names, the base's first. */
function entries<Entry>(
  from: Readonly<Record<string, Entry>>,
  to: Readonly<Record<string, Entry>>,
  changesOf: (name: string, from: Entry | undefined, to: Entry | undefined) => readonly Found[],
): readonly Found[] {
  const [before, after] = [new Map(Object.entries(from)), new Map(Object.entries(to))];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) =>
    changesOf(name, before.get(name), after.get(name)),
  );
}

type Harmed = 'readers' | 'producers';

function effect(kind: ContractChangeKind, ...harmed: readonly (Harmed | undefined)[]): Effect {
  return { kind, breaking: harmed.includes('readers'), breaksProducers: harmed.includes('producers') };
}

function stops(level: Level): Harmed | undefined {
  return level === 'fail' ? 'producers' : undefined;
}
