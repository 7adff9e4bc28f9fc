import { type PlannedCheck, planEvaluation } from '../../packages/comparison/src/evaluation-plan.ts';
import { familiesOf, stepDown } from '../../packages/comparison/src/guard-family.ts';
import { rowMeanEffects } from '../../packages/comparison/src/row-mean-effect.ts';
import { parsePolicy } from '../../packages/core/src/index.ts';
import { normal, randomOf } from './drawn.ts';
import { decisionOf, planOf } from './gate-bound.ts';
import { type ErrorRate, level, type Study } from './study.ts';

/** How often one of several checks errs, when the truth of each lies on its limit. */
export const familyStudies: readonly Study[] = [
  {
    name: 'families',
    title: ['a gate of several checks', 'all must hold; guards with and without Holm'],
    further: 'correction of guards',
    rates: gates,
  },
];

const rows = 50;
const samples = 600;

async function gates(): Promise<readonly ErrorRate[]> {
  const rates: ErrorRate[] = [];
  for (const checks of [2, 5, 10]) {
    for (const correlation of [0, 0.7]) rates.push(...(await gateRates(checks, correlation)));
  }
  return rates;
}

/**
 * A gate of so many means, whose differences are normal and correlate. Judged `proven`, which is never corrected, it passes
 * wrongly when all are proven; judged `not-disproven` it is stopped wrongly when one is broken. All see the same samples.
 */
async function gateRates(count: number, correlation: number): Promise<readonly ErrorRate[]> {
  const random = randomOf(`family ${count} ${correlation}`);
  const [holm, none] = [gateOf(count, 'holm'), gateOf(count, 'none')];
  let [passed, stoppedHolm, stoppedNone] = [0, 0, 0];
  for (let sample = 0; sample < samples; sample++) {
    const differences = drawn(count, correlation, () => normal(random));
    const uncorrected = await decisions(none, differences);
    if (uncorrected.every((one) => one === 'proven')) passed++;
    if (uncorrected.includes('failed')) stoppedNone++;
    if ((await decisions(holm, differences)).includes('failed')) stoppedHolm++;
  }
  const setting = `${count} checks, ${correlation === 0 ? 'independent' : `correlation ${correlation}`}`;
  const rate = { setting, rows, provenWrongly: passed / samples, samples };
  return [
    { ...rate, failedWrongly: stoppedHolm / samples, further: 'holm' },
    { ...rate, failedWrongly: stoppedNone / samples, further: 'none' },
  ];
}

type Plan = ReturnType<typeof gateOf>;

function gateOf(count: number, correction: string) {
  const checks = Array.from(
    { length: count },
    (_, at) =>
      `      c${at}: { column: c${at}, statistic: mean, better: higher, max-regression: 0.3, judged: not-disproven }\n`,
  );
  const text = `version: 1
name: p
gates:
  g:
    kind: evaluation
    correction: ${correction}
    candidate: { table: out.csv, key: id }
    checks:
${checks.join('')}`;
  const plan = planEvaluation(parsePolicy(text, 'modelgate.yml'), 'g');
  if (familiesOf(plan)[0]?.checks.length !== count) throw new Error('all checks are one family');
  return plan;
}

/** Differences of each check: their true mean is what its margin allows. */
function drawn(count: number, correlation: number, draw: () => number): readonly Float64Array[] {
  const columns = Array.from({ length: count }, () => new Float64Array(rows));
  for (let row = 0; row < rows; row++) {
    const shared = Math.sqrt(correlation) * draw();
    for (const column of columns) column[row] = -0.3 + shared + Math.sqrt(1 - correlation) * draw();
  }
  return columns;
}

const unchanged = new Float64Array(rows);

async function decisions(plan: Plan, differences: readonly Float64Array[]) {
  const measureAt = ({ id, name, bounds }: PlannedCheck, confidence: number) => {
    const candidate = differences[Number(id.slice(1))] ?? unchanged;
    return rowMeanEffects(name, { candidate, champion: unchanged, design: {} }, bounds, { ...planOf(''), confidence });
  };
  const measured = new Map(plan.checks.map((check) => [check.id, measureAt(check, level)]));
  const decided = await stepDown({
    plan,
    measured,
    measureAt: async (check, confidence) => measureAt(check, confidence),
  });
  return plan.checks.map(({ id, bounds: [bound] }) => {
    const found = decided.get(id);
    if (bound === undefined || found === undefined) throw new Error(`check ${id} was not measured`);
    return decisionOf(bound, found);
  });
}
