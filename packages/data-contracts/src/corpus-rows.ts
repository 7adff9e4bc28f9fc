import type { Tolerance } from '@modelgate/core';
import type { Source } from '@modelgate/tables';
import { countsOf } from './corpus-query.ts';
import {
  type ContractWorld,
  type Counted,
  type DataMeasurement,
  measured,
  type RuleIdentity,
  type Unit,
} from './measurement.ts';
import { count as grouped } from './number-words.ts';

/** A rule that looks at each row by itself: conditions in SQL over the columns of one table. */
export interface RowRule {
  readonly breaks: string;
  /** Rows that the rule looks at. */
  readonly looked: string;
  /** Ways in which a row breaks it, of which one may break several. Words follow a number; without them it is not told apart. */
  readonly ways: readonly { readonly words?: string; readonly sql: string }[];
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
  world: ContractWorld,
  source: () => Source,
  rules: readonly NamedRowRule[],
): Promise<readonly DataMeasurement[]> {
  const conditions: string[] = [];
  const counts: string[] = [];
  let asked: ReturnType<typeof countsOf> | undefined;
  /** Each condition is worked out once, however many counts it is part of. */
  const condition = (sql: string) => `c${conditions.push(`(${sql}) AS c${conditions.length}`) - 1}`;
  const count = (where: string) => `n${counts.push(`count(*) FILTER (WHERE ${where}) AS n${counts.length}`) - 1}`;
  const answers = () => {
    // Asked once all rules, which are begun one after the other without waiting, have said what they want.
    asked ??= Promise.resolve().then(() => {
      const sql = `SELECT ${counts.join(', ')} FROM (SELECT ${conditions.join(', ')} FROM t) s`;
      return countsOf(world, sql, { t: source() });
    });
    return asked;
  };
  return await Promise.all(
    rules.map((one) =>
      measured(one.rule, async (): Promise<Counted> => {
        const { breaks, looked, ways, allowed, unit } = one.of(source());
        const isLooked = condition(looked);
        const broken = ways.map(({ sql, words }) => ({ words, name: condition(sql) }));
        const of = count(isLooked);
        const failing = count(`${isLooked} AND (${broken.map(({ name }) => name).join(' OR ')})`);
        const parts = broken.flatMap(({ words, name }) =>
          words === undefined ? [] : [{ words, name: count(`${isLooked} AND ${name}`) }],
        );
        const found = await answers();
        const extra = shownParts(parts.map(({ words, name }) => ({ words, count: found(name) })));
        return {
          ...{ kind: 'counted', breaks, failing: found(failing), of: found(of), unit, allowed },
          sampleShows: 'share',
          // only the documents themselves are ever a sample
          ...(unit === 'chunk' ? { whole: true as const } : {}),
          ...(extra === undefined ? {} : { extra }),
        };
      }),
    ),
  );
}

/** "3 without text, 1,200 with NaN"; undefined when all are zero. */
export function shownParts(parts: readonly { readonly words: string; readonly count: number }[]): string | undefined {
  const shown = parts.filter(({ count }) => count > 0).map(({ words, count }) => `${grouped(count)} ${words}`);
  return shown.length === 0 ? undefined : shown.join(', ');
}
