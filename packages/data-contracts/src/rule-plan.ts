import { UserError } from '@modelgate/core';
import type { Source } from '@modelgate/tables';
import type { ContractWorld, DataMeasurement, Found, RuleIdentity } from './measurement.ts';
import { measured } from './measurement.ts';

/** Numbers of the one pass by the names they were asked under; undefined where there is none. */
export type Answer = (name: string) => number | undefined;

/** @throws Error when the engine gave no count: a defect, and nothing that reads as none */
export function counted(answer: Answer, name: string): number {
  const value = answer(name);
  if (value === undefined) throw new Error(`the engine gave no count of ${name}`);
  return value;
}

/** How one rule is measured. */
export interface RulePlan {
  readonly rule: RuleIdentity;
  /** SQL aggregates over the table: what the one pass over its rows is to answer for this rule. */
  readonly asks?: Readonly<Record<string, string>>;
  /** Conditions of a person in them. */
  readonly foreign?: readonly string[];
  /** What the answers come to, and whatever else has to be asked. */
  finish(answer: Answer): Found | Promise<Found>;
}

/** A plan of a rule that cannot be measured; why is told in its place. */
export function unmeasurable(rule: RuleIdentity, error: UserError): RulePlan {
  return {
    rule,
    finish() {
      throw error;
    },
  };
}

/**
 * Measures all rules with one pass over the table, and what is left by queries of its own. A rule with SQL that the
 * engine does not take loses its own measurement only.
 */
export async function measurePlans(
  world: ContractWorld,
  source: Source,
  plans: readonly RulePlan[],
): Promise<readonly DataMeasurement[]> {
  const refused = await refusedConditions(world, source, plans);
  const refusalOf = (plan: RulePlan) => plan.foreign?.map((sql) => refused.get(sql)).find((one) => one !== undefined);
  const answers = await answered(
    world,
    source,
    plans.filter((plan) => plan.asks !== undefined && refusalOf(plan) === undefined),
  );
  const measurements: DataMeasurement[] = [];
  for (const plan of plans) {
    measurements.push(
      await measured(plan.rule, () => {
        const failure = refusalOf(plan) ?? answers.failures.get(plan);
        if (failure !== undefined) throw failure;
        return plan.finish((name) => answers.numbers[keyOf(plan, name)]);
      }),
    );
  }
  return measurements;
}

function keyOf({ rule }: RulePlan, name: string): string {
  return `${rule.id} ${name}`;
}

interface Answers {
  readonly numbers: Readonly<Record<string, number>>;
  readonly failures: ReadonlyMap<RulePlan, UserError>;
}

/** What fails on a row, and not before, is found by asking the rules with a person's SQL one by one. */
async function answered(world: ContractWorld, source: Source, plans: readonly RulePlan[]): Promise<Answers> {
  const ask = (some: readonly RulePlan[]) =>
    world.engine.numbers(
      source,
      Object.fromEntries(
        some.flatMap((plan) => Object.entries(plan.asks ?? {}).map(([name, sql]) => [keyOf(plan, name), sql] as const)),
      ),
    );
  try {
    return { numbers: await ask(plans), failures: new Map() };
  } catch (error) {
    if (!(error instanceof UserError) || error.reason !== 'policy-invalid') throw error;
  }
  const numbers: Record<string, number> = {};
  const failures = new Map<RulePlan, UserError>();
  const own = plans.filter(({ foreign = [] }) => foreign.length === 0);
  for (const some of [own, ...plans.filter((plan) => !own.includes(plan)).map((plan) => [plan])]) {
    try {
      Object.assign(numbers, await ask(some));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      for (const plan of some) failures.set(plan, ownFailure(plan, error));
    }
  }
  return { numbers, failures };
}

/** Of a failure that lists what was asked: what is said of this rule. */
function ownFailure(plan: RulePlan, error: UserError): UserError {
  const start = `${plan.rule.id} `;
  const line = error.message.split('\n').find((one) => one.startsWith(start));
  const words = line?.slice(start.length).replace(/^\w+: /, '');
  if (words === undefined) return error;
  return new UserError(error.reason, words, { ...(error.how === undefined ? {} : { how: error.how }), cause: error });
}

/** Conditions that are no expression, or that the engine cannot read with these columns, found without reading a row. */
async function refusedConditions(
  { engine }: ContractWorld,
  source: Source,
  plans: readonly RulePlan[],
): Promise<ReadonlyMap<string, UserError>> {
  const refused = new Map<string, UserError>();
  for (const sql of new Set(plans.flatMap(({ foreign = [] }) => foreign))) {
    try {
      await refuseLoose(engine, sql);
      const bound = `SELECT count(*) FILTER (WHERE ${own(sql)}) AS n FROM this WHERE FALSE`;
      await engine.ask({ sql: bound, tables: { this: source } });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      refused.set(sql, error);
    }
  }
  return refused;
}

/**
 * Refuses a person's condition that is not one expression, `a) or (b` among them: between brackets its parentheses have
 * to be its own.
 *
 * @throws UserError `policy-invalid`
 */
export async function refuseLoose(engine: ContractWorld['engine'], sql: string): Promise<void> {
  await engine.checkExpression(sql);
  await engine.checkExpression(`ARRAY[\n${sql}\n]`);
}

/** A person's SQL on lines of its own, so that a comment at its end takes nothing else along. */
export function own(sql: string): string {
  return `(\n${sql}\n)`;
}
