import { type LabelContract, none } from '@modelgate/core';
import { type ContractWorld, type DataMeasurement, type Found, measured, type RuleIdentity } from './measurement.ts';
import { columnIn, isWritten, named } from './source-column.ts';

type ClassesRule = NonNullable<LabelContract['classes']>;

interface Classes {
  /** Rows with a label. */
  readonly rows: number;
  /** Rows whose label is none of those that are written. */
  readonly unwritten: number;
  /** The class of fewest and of most rows, among the written ones where there are any; undefined without a class. */
  readonly smallest: SizedClass | undefined;
  readonly largest: SizedClass | undefined;
  /** How many classes were looked at. */
  readonly count: number;
}

interface SizedClass {
  /** As the contract writes it; undefined for one that it does not name, whose name is a value of the table. */
  readonly name?: string;
  readonly rows: number;
}

/** A missing label is of no class, and counts nowhere. */
export async function measureClasses(rule: ClassesRule, world: ContractWorld): Promise<readonly DataMeasurement[]> {
  const { column, level, why, allowed } = rule;
  const identity = (part: string): RuleIdentity => ({
    id: `labels.classes.${part}`,
    path: ['labels', 'classes', part],
    column,
    level,
    ...(why === undefined ? {} : { why }),
  });
  let looked: Promise<Classes> | undefined;
  const classes = () => {
    looked ??= look(rule, world);
    return looked;
  };
  const sampled = world.source.sampledFrom !== undefined;
  const measurements: DataMeasurement[] = [];
  if (allowed !== undefined)
    measurements.push(await measured(identity('allowed'), async () => unwritten(column, await classes())));
  const least = rule['each-at-least'];
  if (least !== undefined)
    measurements.push(
      await measured(identity('each-at-least'), async () => smallest(column, least, await classes(), sampled)),
    );
  const most = rule['imbalance-at-most'];
  if (most !== undefined)
    measurements.push(
      await measured(identity('imbalance-at-most'), async () => imbalance(column, most, await classes(), sampled)),
    );
  return measurements;
}

async function look({ column, allowed = [] }: ClassesRule, world: ContractWorld): Promise<Classes> {
  const conditions = isWritten(columnIn(world.source, column), allowed, world.dialect);
  const label = world.dialect.identifier(column);
  const which = conditions.map((condition, index) => `WHEN ${condition} THEN ${index}`).join(' ');
  const found = await world.engine.ask({
    sql: `WITH classes AS (SELECT ${label}, count(*) AS n FROM this WHERE ${label} IS NOT NULL GROUP BY ${label})
      SELECT ${which === '' ? '-1' : `CASE ${which} ELSE -1 END`} AS written,
        min(n) AS least, max(n) AS most, sum(n) AS total, count(*) AS classes
      FROM classes GROUP BY 1`,
    tables: { this: world.source },
  });
  const rows = found.reduce((sum, { total }) => sum + Number(total), 0);
  const others = found.find(({ written }) => Number(written) === -1);
  const count = allowed.length > 0 ? allowed.length : Number(others?.['classes'] ?? 0);
  if (allowed.length === 0) {
    const sized = (field: string) => (others === undefined ? undefined : { rows: Number(others[field]) });
    return { rows, unwritten: rows, smallest: sized('least'), largest: sized('most'), count };
  }
  const sizes = allowed.map((value, index) => {
    const there = found.find(({ written }) => Number(written) === index);
    return { name: String(value), rows: Number(there?.['total'] ?? 0) };
  });
  const sorted = sizes.toSorted((a, b) => a.rows - b.rows);
  return { rows, unwritten: Number(others?.['total'] ?? 0), smallest: sorted[0], largest: sorted.at(-1), count };
}

function unwritten(column: string, classes: Classes): Found {
  return {
    kind: 'counted',
    breaks: `${named(column)} is none of the allowed classes`,
    failing: classes.unwritten,
    of: classes.rows,
    unit: 'row',
    allowed: none,
    sampleShows: 'share',
  };
}

function smallest(column: string, least: number, classes: Classes, sampled: boolean): Found {
  const { smallest: one } = classes;
  // Rows of a sample are a part of those of the whole: enough of them are enough, too few show nothing.
  if (sampled && (one === undefined || one.rows < least)) return cannotTell('how many rows each class has');
  return {
    kind: 'number',
    what: `rows of ${one?.name === undefined ? 'the smallest class' : `${named(one.name)}, the smallest class`} of ${named(column)}`,
    value: one?.rows ?? 0,
    limits: { atLeast: least },
    rows: classes.rows,
    ...(sampled ? { standardError: 0 } : {}),
  };
}

function imbalance(column: string, most: number, classes: Classes, sampled: boolean): Found {
  const { smallest: few, largest: many } = classes;
  if (few === undefined || many === undefined || classes.count < 2)
    return sampled
      ? cannotTell('which classes there are')
      : { kind: 'fact', holds: false, words: `${named(column)} has fewer than two classes: nothing can be learnt.` };
  if (few.rows === 0)
    return sampled
      ? cannotTell('that a class never occurs')
      : {
          kind: 'fact',
          holds: false,
          words: `No row of ${named(column)} is of class ${named(few.name ?? '')}: the classes are as unbalanced as can be.`,
        };
  const value = many.rows / few.rows;
  return {
    kind: 'number',
    what: `rows of the largest class of ${named(column)} for one row of the smallest`,
    value,
    limits: { atMost: most },
    rows: classes.rows,
    // Of the ratio of two counts of a multinomial sample, by the delta method.
    ...(sampled ? { standardError: value * Math.sqrt(1 / many.rows + 1 / few.rows) } : {}),
  };
}

function cannotTell(what: string): Found {
  return {
    kind: 'unmeasured',
    reason: 'sample-cannot-tell',
    words: `A sample of the rows cannot tell ${what}.`,
    how: 'A run over all rows shows it.',
  };
}
