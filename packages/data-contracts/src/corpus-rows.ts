import type { Tolerance } from '@modelgate/core';
import type { DataEngine, Source } from '@modelgate/tables';
import { type Counted, type DataMeasurement, measured, type RuleIdentity, type Unit } from './measurement.ts';

/** A rule that looks at each row by itself: three pieces of SQL over the columns of one table. */
export interface RowRule {
  readonly breaks: string;
  /** Condition: rows that the rule looks at. */
  readonly looked: string;
  /** Condition: of these, those that break it. */
  readonly broken: string;
  /** Conditions that say which way a row breaks it, each with words that follow a number; a row may break several. */
  readonly ways?: readonly { readonly words: string; readonly sql: string }[];
  readonly allowed: Tolerance;
  readonly unit: Unit;
}

export interface NamedRowRule {
  readonly rule: RuleIdentity;
  /** @throws UserError when the table does not have what the rule needs */
  of(source: Source): RowRule;
}

/**
 * Measures rules of rows in one pass over their table. A rule that the table cannot be asked loses its own answer only.
 *
 * @param source the table, or what is wrong with it
 */
export async function measureRows(
  engine: DataEngine,
  source: () => Source,
  rules: readonly NamedRowRule[],
): Promise<readonly DataMeasurement[]> {
  const expressions: Record<string, string> = {};
  let asked: ReturnType<DataEngine['numbers']> | undefined;
  const counts = async (id: string, wanted: Readonly<Record<string, string>>) => {
    for (const [key, condition] of Object.entries(wanted))
      expressions[`${id}: ${key}`] = `count(*) FILTER (WHERE ${condition})`;
    // Asked once all rules, which are begun one after the other without waiting, have said what they want.
    asked ??= Promise.resolve().then(() => engine.numbers(source(), expressions));
    const found = await asked;
    return (key: string) => found[`${id}: ${key}`] ?? 0;
  };
  return await Promise.all(
    rules.map((one) =>
      measured(one.rule, async (): Promise<Counted> => {
        const { breaks, looked, broken, ways = [], allowed, unit } = one.of(source());
        const only = (condition: string) => `(${looked}) AND (${condition})`;
        const split = Object.fromEntries(ways.map(({ sql }, index) => [`way ${index}`, only(sql)]));
        const count = await counts(one.rule.id, { looked, broken: only(broken), ...split });
        const extra = shownParts(ways.map(({ words }, index) => ({ words, count: count(`way ${index}`) })));
        return {
          ...{ kind: 'counted', breaks, failing: count('broken'), of: count('looked'), unit, allowed },
          sampleShows: 'share',
          ...(extra === undefined ? {} : { extra }),
        };
      }),
    ),
  );
}

/** "3 without text, 1,200 with NaN"; undefined when all are zero. */
export function shownParts(parts: readonly { readonly words: string; readonly count: number }[]): string | undefined {
  const shown = parts
    .filter(({ count }) => count > 0)
    .map(({ words, count }) => `${count.toLocaleString('en-US')} ${words}`);
  return shown.length === 0 ? undefined : shown.join(', ');
}
