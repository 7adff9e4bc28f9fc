import { type Aim, bytes, count, duration, median, type PartResult } from '../aim.ts';
import { type MeasuredProcess, measuredProcess } from '../data-checks/measured-process.ts';
import { writePolicy } from './policy.ts';
import { own, verdictOf } from './sides.ts';
import { harmed } from './tables.ts';

const turns = 3;

/** Few groups and many, with the one in which the candidate is worse. */
const sides = [
  { column: 'team', groups: 10, worse: undefined },
  { column: 'shop', groups: 1000, worse: harmed.shop },
] as const;

interface Found extends PartResult {
  readonly table: readonly (readonly string[])[];
}

/** F1, whose intervals are resampled, in each of ten groups and of a thousand of the same rows. */
export async function many(root: string, place: string, rows: number): Promise<Found> {
  const [runs, wrong]: [Map<number, MeasuredProcess[]>, string[]] = [new Map(), []];
  const { program, args } = own(root);
  for (let turn = 0; turn < turns; turn++) {
    for (const { column, groups, worse } of sides) {
      await writePolicy(place, { by: { [column]: [column] }, metrics: ['f1'] });
      const ran = await measuredProcess(program, args, place);
      const problem = mistake(ran, groups, worse);
      if (problem === undefined) runs.set(groups, [...(runs.get(groups) ?? []), ran]);
      else wrong.push(`Modelgate, ${count(groups)} groups of ${count(rows)} rows: ${problem}`);
    }
  }
  const middles = sides.map(({ groups }) => median((runs.get(groups) ?? []).map(({ cpuSeconds }) => cpuSeconds)));
  const [few = Number.NaN, most = Number.NaN] = middles;
  const table = sides.flatMap(({ groups }, at) => {
    const own = runs.get(groups) ?? [];
    if (own.length === 0) return [];
    const [cpu, wall] = [middles[at] ?? Number.NaN, median(own.map(({ seconds }) => seconds))];
    const peak = bytes(median(own.map(({ peakBytes }) => peakBytes)));
    const ratio = at === 0 ? '' : `${(cpu / few).toFixed(2)} ×`;
    const start = `${count(rows)}, ${count(groups)}`;
    return [[start, 'Modelgate, F1', String(own.length), duration(cpu), ratio, duration(wall), '', peak, '']];
  });
  const aim: Aim = {
    what: `F1 of 1,000 groups, ${count(rows)} rows, processor time: that of 10`,
    aim: 'under twice',
    measured: Number.isNaN(most / few) ? '' : `${(most / few).toFixed(2)} times`,
    met: Number.isNaN(most / few) ? undefined : most < 2 * few,
  };
  return { table, aims: [aim], wrong };
}

/** The groups must all be tested, with an interval each, and the harmed one be found where its rows suffice. */
function mistake(ran: MeasuredProcess, groups: number, worse: string | undefined): string | undefined {
  try {
    const [check] = verdictOf(ran.stdout).checks;
    const found = check?.slices;
    if (found?.kind !== 'each') return `no groups were judged (${check?.reason})`;
    const judged = Object.values(found.counts).reduce((sum, one) => sum + one, 0);
    if (judged !== groups) return `${judged} groups were judged`;
    const measured = found.slices.filter(({ outcome }) => outcome !== 'too-few-rows');
    const without = measured.filter(({ interval }) => interval === undefined);
    if (without.length > 0) return `${without[0]?.name} has no interval`;
    const names = found.slices.filter(({ outcome }) => outcome === 'worse').map(({ name }) => name);
    const expected = worse === undefined ? [] : [worse];
    return names.join() === expected.join() ? undefined : `worse are ${names.join(' and ') || 'none'}`;
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return `no answer of exit code ${ran.code} (${words})\n${(ran.stderr || ran.stdout).slice(-2000)}`;
  }
}
