import { type GateOutcome, type InputIdentity, type Judgement, overall, type Problem } from '@modelgate/core';
import type { CrossedSpec, Division, DivisionSpec, Source, Tables } from '@modelgate/tables';
import type { Arenas } from './arena.ts';
import { changedExamples, type EvaluationRequest } from './evaluation.ts';
import { type EvaluationWorld, opponentOf, problemOf, tableIdentity } from './evaluation-sources.ts';
import { type Meetings, meetAll, type Opponents } from './meeting.ts';
import { identityOf, opponentNotices } from './opponent-notice.ts';
import { candidateTable } from './row-measurement.ts';
import { type AcrossGroup, measureAcross } from './slice-across.ts';
import { judgeAcross } from './slice-across-judge.ts';
import {
  declaredBy,
  discover,
  discoveryNotice,
  featureOf,
  type SearchedColumns,
  searchedColumns,
} from './slice-discovery.ts';
import { type Grouping, groupingOf } from './slice-groups.ts';
import { judgeEach, type KnownGroupings } from './slice-judge.ts';
import { groupPlaces, measureGroups } from './slice-measurement.ts';
import { judgeGroups } from './slice-outcome.ts';
import { type AcrossCheck, type EachCheck, planSlices, type SlicePlan } from './slice-plan.ts';
import { type SliceRules, settle } from './slice-settlement.ts';
import { writeSliceTable } from './slice-table.ts';
import { named } from './slice-words.ts';

export type SliceRequest = Omit<EvaluationRequest, 'record'>;

/**
 * Runs one gate of kind slices: plan, divide, measure, judge.
 *
 * @throws PolicyError when the policy cannot be understood; anything else that a person can mend is in the outcome
 */
export async function judgeSlices(request: SliceRequest, world: EvaluationWorld): Promise<GateOutcome> {
  const plan = planSlices(request.document, request.gate);
  const rules: SliceRules = {
    confidence: plan.policy.confidence,
    onInconclusive: plan.gate['on-inconclusive'] ?? request.onInconclusive,
    waivers: request.waivers.filter((waiver) => waiver.gate === plan.id),
    now: world.now,
  };
  try {
    const changed = await changedExamples(plan.evaluation, world);
    if (changed !== undefined) return failed(plan, changed, rules);
    // the champion is that of the gate whose rows these are
    const asked = { ...plan.evaluation, id: plan.of };
    const champion = await opponentOf(asked, 'champion', request.leg, world);
    const tables = await world.openTables();
    try {
      return await judged(plan, { champion, anchor: { kind: 'none-needed' } }, request, rules, tables, world);
    } finally {
      await tables.close();
    }
  } catch (error) {
    return failed(plan, problemOf(error), rules);
  }
}

/** The problem stands with the gate, once, and not again with each of its checks. */
function failed(plan: SlicePlan, problem: Problem, rules: SliceRules): GateOutcome {
  const nobody = { rows: undefined, candidate: undefined, champion: undefined };
  const judgements = plan.checks.map((check) =>
    settle(check, { status: 'error', reason: problem.reason }, undefined, rules, nobody),
  );
  return { ...outcome(judgements, rules), problem, notices: [], inputs: [] };
}

function outcome(judgements: readonly Judgement[], rules: SliceRules) {
  const checks = judgements.map((one) => one.check);
  return {
    ...overall(checks),
    checks,
    stops: judgements.some((one) => one.stops),
    onInconclusive: rules.onInconclusive,
  };
}

async function judged(
  plan: SlicePlan,
  fetched: Opponents,
  request: SliceRequest,
  rules: SliceRules,
  tables: Tables,
  world: EvaluationWorld,
): Promise<GateOutcome> {
  const examples = await tables.describe(plan.evaluation.examples?.table ?? '');
  const candidate = await tables.describe(plan.evaluation.gate.candidate.table ?? '');
  const { source, groupings, crossed, search } = await divide(plan, examples, tables);
  const divisions = new Map(
    [...groupings, ...crossed.values(), ...search.features].map(({ column, size }) => [column, size] as const),
  );
  const evaluation = { ...plan.evaluation, divisions };
  const own = { candidate: candidateTable(evaluation, candidate), examples: source };
  const met = await meetAll(evaluation, own, fetched, tables, world);
  try {
    const judgements = await judgeAll(plan, met, groupings, crossed, examples.rows, rules);
    const inputs: InputIdentity[] = [
      tableIdentity('examples', examples),
      tableIdentity('candidate', candidate),
      ...met.inputs,
    ];
    const opponents = { champion: met.champion.opponent, anchor: fetched.anchor };
    const champion = identityOf('champion', opponents.champion, inputs);
    const table = await writeSliceTable(plan, judgements.all, request.leg, tables, world);
    const ofMean = plan.checks.find((check): check is EachCheck => check.kind === 'each');
    const declared = declaredBy(
      plan,
      groupings.flatMap(({ grouping }) => grouping.groups.map(({ name }) => name)),
    );
    const discovery = await discover(plan, ofMean, search, declared, met.champion.arena ?? met.alone);
    const found = discovery && discoveryNotice(discovery, declared);
    const notices = [
      ...(found === undefined ? [] : [found]),
      ...met.notices,
      ...opponentNotices(evaluation, opponents, { champion, anchor: undefined }, inputs, world.now),
      ...groupings.flatMap(({ grouping }) => groupNotices(grouping, examples.rows)),
      ...unseenNotices(plan, groupings),
    ];
    return {
      ...outcome(judgements.judged, rules),
      notices,
      inputs,
      rows: (met.champion.arena ?? met.alone)?.rows ?? 0,
      rowsAre: rowsAre(plan, met),
      ...(champion === undefined ? {} : { baseline: champion }),
      slices: {
        of: plan.of,
        divisions: groupings.map(({ grouping }) => told(grouping)),
        ...(table === undefined ? {} : { table: { artifact: table.name, files: [...table.files] } }),
        ...(discovery === undefined ? {} : { discovery }),
      },
      ...(table === undefined ? {} : { sliceTable: table }),
    };
  } finally {
    for (const arena of [met.champion.arena, met.alone]) await arena?.drop();
  }
}

function rowsAre({ evaluation: { gate } }: SlicePlan, { champion }: Meetings): NonNullable<GateOutcome['rowsAre']> {
  if (gate.task === 'ranking') return 'queries';
  if (gate.candidate.repeats === true) return 'examples';
  return champion.opponent.kind === 'results' ? 'paired rows' : 'rows';
}

interface DividedBy {
  readonly grouping: Grouping;
  readonly column: string;
  readonly size: number;
  /** Index in the list of divisions. */
  readonly at: number;
}

interface Crossed {
  readonly column: string;
  readonly size: number;
  readonly division: Division;
  readonly width: number;
}

/** The examples with a column for each way of dividing them, and for each pair that is compared within another. */
async function divide(plan: SlicePlan, examples: Source, tables: Tables) {
  const names = plan.divisions.map(({ by }) => by);
  const controlled = plan.checks.filter((check): check is AcrossCheck & { control: string } => {
    return check.kind === 'across' && check.control !== undefined;
  });
  const specs: (DivisionSpec | CrossedSpec)[] = plan.divisions.map(({ spec }) => spec);
  for (const { by, control } of controlled)
    specs.push({ kind: 'crossed', one: names.indexOf(by), other: names.indexOf(control) });
  const searched = await searchedIn(plan, examples, tables);
  const { source, divisions } = await tables.divide(examples, [...specs, ...searched.specs]);
  const features = searched.specs.map((spec, index) => {
    const division = divisions[specs.length + index];
    if (division === undefined) throw new Error('a division was not made');
    return { ...featureOf(spec, division, examples), size: division.groups.length };
  });
  const required = new Set(plan.checks.flatMap(({ spec }) => spec.require ?? []));
  const groupings = plan.divisions.map((planned, at): DividedBy => {
    const division = divisions[at];
    if (division === undefined) throw new Error('a division was not made');
    const grouping = groupingOf(planned, division, plan.gate['at-most'], required);
    return { grouping, column: division.column, size: division.groups.length, at };
  });
  const crossed = new Map(
    controlled.map((check, index): [string, Crossed] => {
      const division = divisions[names.length + index];
      const width = divisions[names.indexOf(check.control)]?.groups.length;
      if (division === undefined || width === undefined) throw new Error('a division was not made');
      return [check.id, { column: division.column, size: division.groups.length, division, width }];
    }),
  );
  return { source, groupings, crossed, search: { features, skipped: searched.skipped } };
}

/** A ranking's examples are documents, of which a query has many: there is no loss of one. */
async function searchedIn(plan: SlicePlan, examples: Source, tables: Tables): Promise<SearchedColumns> {
  const { discover: asked } = plan.gate;
  if (asked === undefined) return { specs: [], skipped: [] };
  if (plan.evaluation.gate.task === 'ranking') return { specs: [], skipped: ['rankings have no loss of single rows'] };
  return await searchedColumns(asked.columns, examples, tables);
}

async function judgeAll(
  plan: SlicePlan,
  met: Arenas,
  divided: readonly DividedBy[],
  crossed: ReadonlyMap<string, Crossed>,
  rows: number,
  rules: SliceRules,
) {
  const groupings = new Map(divided.map(({ grouping }) => [grouping.by, grouping] as const));
  const each = plan.checks.filter((check): check is EachCheck => check.kind === 'each');
  const measured = await measureGroups(plan, each, groupings, met);
  const all = judgeGroups(measured, {
    confidence: rules.confidence,
    correction: plan.gate.correction,
    suppressBelow: plan.gate['suppress-below'],
  });
  const known = knownGroupings(plan, groupings, rows);
  const places = groupPlaces(met);
  const judgements: Judgement[] = [];
  for (const check of plan.checks) {
    if (check.kind === 'each') {
      const found = all.find((one) => one.measured.check === check);
      if (found === undefined) throw new Error(`check ${check.id} was not measured`);
      judgements.push(judgeEach(found, known, rules));
    } else {
      const vanished = [check.by, check.control].flatMap((by) => groupings.get(by ?? '')?.vanished ?? []);
      if (vanished.length > 0) {
        judgements.push(vanishedAcross(check, vanished, rules));
        continue;
      }
      const groups = acrossGroups(check, groupings, crossed.get(check.id));
      judgements.push(judgeAcross(await measureAcross(plan, check, groups, places), rules));
    }
  }
  return { judged: judgements, all };
}

/** A difference without the group that must be there is another difference. */
function vanishedAcross(check: AcrossCheck, vanished: readonly string[], rules: SliceRules): Judgement {
  const words = `no row of the examples belongs to ${vanished.map(named).join(', ')} any more`;
  const finding = { kind: 'across' as const, words, by: check.by, gaps: [], groups: [] };
  const nobody = { rows: undefined, candidate: undefined, champion: undefined };
  return settle(check, { status: 'error', reason: 'slice-vanished' }, finding, rules, nobody);
}

function knownGroupings(plan: SlicePlan, groupings: ReadonlyMap<string, Grouping>, rows: number): KnownGroupings {
  const single = plan.divisions.flatMap(({ by }) => {
    const whole = groupings.get(by)?.groups.find((group) => group.rows === rows);
    return whole === undefined ? [] : [{ by, name: whole.name }];
  });
  return { single, independent: plan.evaluation.examples?.cluster === undefined };
}

/** The groups that are compared with one another, within each group of `control` where there is one. */
function acrossGroups(
  { by, control }: AcrossCheck,
  groupings: ReadonlyMap<string, Grouping>,
  crossed: Crossed | undefined,
): readonly AcrossGroup[] {
  const own = groupings.get(by)?.groups ?? [];
  if (control === undefined || crossed === undefined)
    return own.map((group) => ({ group, name: group.name, within: undefined }));
  return (groupings.get(control)?.groups ?? []).flatMap((outer) =>
    own.flatMap((group): AcrossGroup[] => {
      const index = group.index * crossed.width + outer.index;
      const rows = crossed.division.groups[index]?.rows ?? 0;
      const both = { ...group, division: crossed.column, index, rows };
      return rows === 0 ? [] : [{ group: both, name: group.name, within: outer.name }];
    }),
  );
}

/** Groups that must be there and are not, of an entry that no check looks at. */
function unseenNotices(plan: SlicePlan, divided: readonly DividedBy[]): readonly string[] {
  const seen = new Set(plan.checks.flatMap((one) => (one.kind === 'each' ? one.by : [one.by, one.control ?? one.by])));
  return divided.flatMap(({ grouping: { by, vanished } }) =>
    seen.has(by) || vanished.length === 0
      ? []
      : [`\`${by}\`, which no check looks at, has no row any more in ${vanished.map(named).join(', ')}.`],
  );
}

function groupNotices({ by, leftOut, missing }: Grouping, rows: number): readonly string[] {
  const count = (value: number) => value.toLocaleString('en');
  return [
    ...(leftOut.groups === 0
      ? []
      : [
          `\`${by}\` has ${count(leftOut.groups)} more groups than \`at-most\` allows: the smallest, with ${count(leftOut.rows)} of ${count(rows)} rows together, were not judged.`,
        ]),
    ...(missing > rows / 2
      ? [`\`${by}\` is missing in ${count(missing)} of ${count(rows)} rows of the examples.`]
      : []),
  ];
}

function told({ by, words, groups, missing, leftOut }: Grouping) {
  return {
    by,
    words,
    groups: groups.length,
    rows: groups.reduce((sum, { rows }) => sum + rows, 0),
    ...(missing === 0 ? {} : { missing }),
    ...(leftOut.groups === 0 ? {} : { leftOutGroups: leftOut.groups }),
    ...(leftOut.rows === 0 ? {} : { leftOutRows: leftOut.rows }),
  };
}
