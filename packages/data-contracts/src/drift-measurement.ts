import { type DriftContract, nearest } from '@modelgate/core';
import { type ColumnDrift, drift } from './drift.ts';
import { type DriftRule, type DriftSettings, defaultDriftSettings } from './drift-settings.ts';
import { type ContractWorld, type DataMeasurement, type Found, measured, type RuleIdentity } from './measurement.ts';
import { isDateColumn, type Profile, type ProfileColumn } from './profile.ts';
import { profileTable } from './profiler.ts';
import { isExpected } from './structure.ts';

/**
 * How far each column of the table is from a committed profile, by `drift` of the contract or, where it says nothing, by
 * the defaults. The table is counted over the profile's bins and values, in two passes. A sample of the table is
 * compared as it is: its rows were not chosen by what they hold.
 *
 * @returns `drift.<column>` of values, `.nulls` and `.not-finite` of their shares, in order of names; columns that the
 *          profile lacks are one fact, rules that cannot be asked are `unmeasured`
 */
export async function measureDrift(world: ContractWorld, reference: Profile): Promise<readonly DataMeasurement[]> {
  const section = world.contract.drift;
  const wrong = wrongRules(world, reference);
  const left = new Set([...wrong.keys(), ...excluded(world, reference)]);
  const compared = { ...reference, columns: reference.columns.filter(({ name }) => !left.has(name)) };
  const problems = [...wrong].map(([column, found]) => ({ ...identityOf(world, column, 'values'), found }));
  const names = compared.columns.map(({ name }) => name);
  const rule = { id: 'drift', path: pathOf(world), ...judgedBy(section) };
  let current: Profile;
  try {
    const spec = { reference: compared, columns: names, commit: reference.commit, tool: reference.tool };
    current = await profileTable(world, spec);
  } catch (error) {
    const failed = await measured(rule, () => {
      throw error;
    });
    return [...problems, failed];
  }
  const drifts = drift(compared, current, settingsOf(section, world.seed));
  return [
    ...problems,
    ...drifts.map((one) => ({
      ...identityOf(world, one.column, one.of),
      found: foundOf(one, [reference.rows, current.rows]),
    })),
    ...newColumns(world, reference),
    ...notCompared(world, compared),
  ];
}

/** What the contract asks, as `drift` takes it. */
function settingsOf(section: DriftContract | undefined, seed: string): DriftSettings {
  if (section === undefined) return { ...defaultDriftSettings, seed };
  const { numeric, categorical, dates } = section;
  const rules = Object.entries(section.columns).flatMap(([name, rule]): [string, DriftRule][] =>
    rule === false ? [] : [[name, rule]],
  );
  return {
    ...defaultDriftSettings,
    ...(numeric === undefined ? {} : { numbers: numeric }),
    ...(categorical === undefined ? {} : { categories: categorical }),
    ...(dates === undefined ? {} : { dates }),
    columns: new Map(rules),
    nulls: section.nulls,
    alarmRate: section['alarm-rate'],
    correction: section.correction,
    leastRows: section['min-rows'],
    seed,
  };
}

/** Rules of single columns that nothing can answer, each with the reason. */
function wrongRules({ contract, source }: ContractWorld, reference: Profile): ReadonlyMap<string, Found> {
  const known = new Map(reference.columns.map((column) => [column.name, column]));
  const there = new Set(source.columns.map(({ name }) => name));
  const entries = Object.entries(contract.drift?.columns ?? {}).flatMap(([name, rule]): [string, Found][] => {
    const before = known.get(name);
    if (before === undefined && !there.has(name)) return [[name, unknownColumn(name, [...known.keys(), ...there])]];
    if (rule === false) return [];
    if (before === undefined) return [[name, notInProfile(name)]];
    const why = unmeasurable(before);
    return why === undefined ? [] : [[name, withoutValues(name, why)]];
  });
  return new Map(entries);
}

function unknownColumn(name: string, known: readonly string[]): Found {
  const near = nearest(name, known);
  const meant = near === undefined ? '' : `; did you mean \`${near}\`?`;
  const words = `\`drift.columns\` names \`${name}\`, which neither the table nor the profile has${meant}`;
  return { kind: 'unmeasured', reason: 'contract-invalid', words };
}

function notInProfile(name: string): Found {
  const words = `\`drift.columns\` names \`${name}\`, which is not in the profile: there is nothing to compare it with`;
  return { kind: 'unmeasured', reason: 'profile-unusable', words, how: 'take over the proposed profile of a run' };
}

function withoutValues(name: string, why: string): Found {
  const words = `\`drift.columns\` has a rule for \`${name}\`, of whose values the profile tells nothing: ${why}`;
  return {
    kind: 'unmeasured',
    reason: 'contract-invalid',
    words,
    how: 'remove the rule; missing values are compared all the same',
  };
}

/** Why a profile has no distribution of a column. */
function unmeasurable({ withheld, type }: ProfileColumn): string | undefined {
  switch (withheld) {
    case 'personal':
      return 'personal data';
    case 'many-values':
      return 'too many different values';
    case 'rare-values':
      return 'hardly a value in rows enough to be named';
    case undefined:
      return ['time', 'binary', 'list', 'struct'].includes(type) ? `of type ${type}` : undefined;
  }
}

/** Columns that are not to be compared, or whose absence here and now is no news. */
function excluded({ contract, source, situation }: ContractWorld, reference: Profile): readonly string[] {
  const there = new Set(source.columns.map(({ name }) => name));
  const off = Object.entries(contract.drift?.columns ?? {}).filter(([, rule]) => rule === false);
  const away = reference.columns.filter(({ name }) => {
    const column = contract.columns[name];
    return !there.has(name) && column !== undefined && !isExpected(column, situation);
  });
  return [...off.map(([name]) => name), ...away.map(({ name }) => name)];
}

function foundOf(one: ColumnDrift, rows: readonly [number, number]): Found {
  const words = `\`${one.column}\` ${one.words}`;
  switch (one.reason) {
    case 'comparator-type':
      return { kind: 'unmeasured', reason: 'contract-invalid', words };
    case 'column-type':
      return { kind: 'unmeasured', reason: 'column-type', words };
    case 'bins-differ':
      return { kind: 'unmeasured', reason: 'profile-unusable', words };
    default:
      return { kind: 'drift', drift: one, rows };
  }
}

/** Said once, whatever their number. */
function newColumns(world: ContractWorld, reference: Profile): readonly DataMeasurement[] {
  const { contract, source } = world;
  const known = new Set(reference.columns.map(({ name }) => name));
  const fresh = source.columns
    .map(({ name }) => name)
    .filter((name) => !known.has(name) && contract.drift?.columns[name] === undefined);
  if (fresh.length === 0) return [];
  const words = `${listed(fresh)} ${fresh.length === 1 ? 'is' : 'are'} not in the profile, so no drift of ${fresh.length === 1 ? 'it' : 'them'} was measured`;
  const { level } = judgedBy(contract.drift);
  const rule = { id: 'drift.new-columns', path: pathOf(world), level: level === 'fail' ? 'warn' : level } as const;
  return [{ ...rule, found: { kind: 'fact', holds: false, words, how: 'take over the proposed profile of a run' } }];
}

/** So that nobody takes what was not looked at for unchanged. */
function notCompared(world: ContractWorld, compared: Profile): readonly DataMeasurement[] {
  const { contract } = world;
  const reasons = new Map<string, string[]>();
  for (const column of compared.columns) {
    const asked = contract.drift?.columns[column.name] ?? contract.drift?.dates;
    const why = unmeasurable(column) ?? (isDateColumn(column) && !asked ? 'dates move on' : undefined);
    if (why !== undefined) reasons.set(why, [...(reasons.get(why) ?? []), column.name]);
  }
  if (reasons.size === 0) return [];
  const parts = [...reasons].map(([why, names]) => `${listed(names)} (${why})`);
  const found = {
    kind: 'fact',
    holds: true,
    words: `values not compared with the profile: ${parts.join('; ')}`,
  } as const;
  return [{ id: 'drift.not-compared', path: pathOf(world), level: 'info', found }];
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => `\`${name}\``);
  return [...shown, ...(names.length > 5 ? [`${names.length - 5} more`] : [])].join(', ');
}

function identityOf(world: ContractWorld, column: string, of: ColumnDrift['of']): RuleIdentity {
  const id = of === 'values' ? `drift.${column}` : `drift.${column}.${of}`;
  return { id, path: pathOf(world, column), column, ...judgedBy(world.contract.drift) };
}

/** The column's own rule, else the section, else where the contract describes the column. */
function pathOf({ contract }: ContractWorld, column?: string): readonly string[] {
  const { drift: section, columns } = contract;
  if (column !== undefined && section?.columns[column] !== undefined) return ['drift', 'columns', column];
  if (section !== undefined) return ['drift'];
  return column !== undefined && columns[column] !== undefined ? ['columns', column] : [];
}

function judgedBy(section: DriftContract | undefined): Pick<RuleIdentity, 'level' | 'why'> {
  const { level = 'fail', why } = section ?? {};
  return { level, ...(why === undefined ? {} : { why }) };
}
