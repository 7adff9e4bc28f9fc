import {
  minimumDetectableDifference,
  normalQuantile,
  oneSidedAlpha,
  pairedMean,
  rareDropBound,
  rowsToDetectDifference,
  rowsToProveMargin,
  rowsWithoutLoss,
  smallestProvableMargin,
  tangoZ,
} from '../packages/statistics/src/index.ts';
import { type Computed, markdownTable } from './markdown-table.ts';
import { chancesOf, chanceThat, type PairedOutcome, type PairedTruth, threeWaySplits } from './sampled-rows.ts';

/** The policy's default, at which everything is computed that does not say otherwise. */
const confidence = 0.95;
const alpha = oneSidedAlpha(confidence);
const z = -normalQuantile(alpha);
/** Of the models that the gates below meet: one row in ten is answered rightly by one of the two only. */
const discordance = 0.1;
const point = 0.01;
const discordances = [0.05, 0.1, 0.2];

/** All that docs/choosing-a-margin.md does not say by hand. Planning by formula, gates by exact enumeration. */
export function marginTables(): Computed {
  return {
    tables: new Map([
      ['provable-margin', provableMargin()],
      ['confidence', byConfidence()],
      ['rows-to-prove', rowsToProve()],
      ['naive-gates', naiveGates()],
      ['gate', gate()],
      ['judged', judged()],
      ['pairing', pairing()],
      ['no-loss', noLoss()],
      ['rare-drop-guard', rareDropGuard()],
    ]),
    numbers: naiveNumbers(),
  };
}

/** What the two usual gates do on 500 rows, in whole percent; the README says the same. */
export function naiveNumbers(): ReadonlyMap<string, string> {
  const rows = 500;
  return new Map([
    ['equal-blocked', percent(chanceThat({ rows, discordance, difference: 0 }, isBelow), 0)],
    ['drop-passed', percent(1 - chanceThat({ rows, discordance, difference: -point }, dropsOverAPoint), 0)],
  ]);
}

function provableMargin(): string {
  const plan = (rows: number) => (psi: number) => {
    const margin = smallestProvableMargin({ rows, discordance: psi, alpha });
    const drop = minimumDetectableDifference({ rows, discordance: psi, alpha });
    return `${points(margin)} / ${drop === undefined ? 'none' : points(drop)}`;
  };
  return markdownTable(
    ['rows', ...discordances.map((psi) => `${percent(psi, 0)} answered differently`)],
    [100, 200, 500, 1000, 2000, 5000, 10_000].map((rows) => [count(rows), ...discordances.map(plan(rows))]),
  );
}

function byConfidence(): string {
  return markdownTable(
    ['`confidence`', 'each bound errs', 'margin that 500 rows prove', 'rows that prove 1 point'],
    [0.9, 0.95, 0.99].map((level) => {
      const plan = { alpha: oneSidedAlpha(level), discordance };
      return [
        String(level),
        percent(plan.alpha, 1),
        `${points(smallestProvableMargin({ ...plan, rows: 500 }))} points`,
        count(Math.ceil(rowsToProveMargin({ ...plan, margin: point }))),
      ];
    }),
  );
}

/** A dash where fewer rows differ than the margin allows: the normal formula promises too much there. */
function rowsToProve(): string {
  const rows = (margin: number) => (psi: number) =>
    psi > margin ? count(Math.ceil(rowsToProveMargin({ discordance: psi, margin, alpha }))) : '–';
  const shares = [0.02, ...discordances];
  return markdownTable(
    ['margin', 'nothing differs', ...shares.map((psi) => `${percent(psi, 0)} differ`)],
    [0.005, 0.01, 0.02, 0.05].map((margin) => [
      pointsInWords(margin),
      count(rowsWhenNothingDiffers(margin)),
      ...shares.map(rows(margin)),
    ]),
  );
}

/** Least n with z²/(n + z²) below the margin: Tango's bound when no row differs. */
function rowsWhenNothingDiffers(margin: number): number {
  return Math.floor((z ** 2 * (1 - margin)) / margin) + 1;
}

function naiveGates(): string {
  return markdownTable(
    [
      'rows',
      '"at least as good": equal model blocked',
      '"at least as good": one point worse passes',
      '"drop over a point fails": equal model blocked',
      '"drop over a point fails": one point worse passes',
    ],
    [200, 500, 1000, 5000].map((rows) => {
      const equal = { rows, discordance, difference: 0 };
      const worse = { rows, discordance, difference: -point };
      return [
        count(rows),
        percent(chanceThat(equal, isBelow)),
        percent(1 - chanceThat(worse, isBelow)),
        percent(chanceThat(equal, dropsOverAPoint)),
        percent(1 - chanceThat(worse, dropsOverAPoint)),
      ];
    }),
  );
}

function isBelow({ wins, losses }: PairedOutcome): boolean {
  return losses > wins;
}

function dropsOverAPoint({ wins, losses, examples }: PairedOutcome): boolean {
  return (losses - wins) * 100 > examples;
}

function gate(): string {
  const settings = [point, 2 * point].flatMap((margin) => [200, 500, 1000, 5000].map((rows) => ({ margin, rows })));
  return markdownTable(
    ['margin', 'rows', 'equal model', 'worse by exactly the margin', 'worse by three times the margin'],
    settings.map(({ margin, rows }) => [
      pointsInWords(margin),
      count(rows),
      ...[0, -margin, -3 * margin].map((difference) => verdicts({ rows, discordance, difference }, margin)),
    ]),
  );
}

type Verdict = 'pass' | 'inconclusive' | 'fail';

function verdicts(truth: PairedTruth, margin: number): string {
  return shares(truth, (outcome) => verdict(outcome, margin));
}

/** By the bounds of Tango's interval, as a gate does it: pass above −margin, fail below. */
function verdict(outcome: PairedOutcome, margin: number): Verdict {
  const score = tangoZ(outcome, -margin);
  return score > z ? 'pass' : score < -z ? 'fail' : 'inconclusive';
}

function shares(truth: PairedTruth, decide: (outcome: PairedOutcome) => Verdict): string {
  const { pass = 0, inconclusive = 0, fail = 0 } = chancesOf(truth, decide);
  return [pass, inconclusive, fail].map((share) => percent(share)).join(' / ');
}

function judged(): string {
  const ways: readonly [string, (outcome: PairedOutcome) => Verdict][] = [
    ['`proven`', (outcome) => verdict(outcome, point)],
    ['`not-disproven`', (outcome) => (verdict(outcome, point) === 'fail' ? 'fail' : 'pass')],
    ['`estimate`', (outcome) => (dropsOverAPoint(outcome) ? 'fail' : 'pass')],
  ];
  const truths = [0, -point, -3 * point].map((difference) => ({ rows: 500, discordance, difference }));
  return markdownTable(
    ['`judged`', 'equal model', 'one point worse', 'three points worse'],
    ways.map(([name, decide]) => [name, ...truths.map((truth) => shares(truth, decide))]),
  );
}

function pairing(): string {
  const [champion, candidate] = [0.85, 0.84];
  const paired = [0.05, 0.1, 0.2].map((psi) => {
    const rows = Math.ceil(rowsToDetectDifference({ difference: champion - candidate, discordance: psi, alpha }));
    return [`the same rows, ${percent(psi, 0)} answered differently`, count(rows)];
  });
  const apart = Math.ceil(rowsApart(champion, candidate));
  return markdownTable(
    ['compared on', 'labelled rows'],
    [...paired, ['other rows for each model', `${count(2 * apart)} (${count(apart)} each)`]],
  );
}

/** Rows a model to see the difference of two independent proportions: the normal formula with unpooled variances. */
function rowsApart(one: number, other: number): number {
  return ((z + normalQuantile(0.8)) ** 2 * (one * (1 - one) + other * (1 - other))) / (one - other) ** 2;
}

function noLoss(): string {
  return markdownTable(
    ['fewer than this share lost', 'rows without a loss, at 97.5 %', 'rows without a loss, at 95 %'],
    [0.05, 0.02, 0.01, 0.005, 0.001].map((rate) => [
      percent(rate),
      ...[alpha, oneSidedAlpha(0.9)].map((error) => count(Math.ceil(rowsWithoutLoss(rate, error)))),
    ]),
  );
}

/** Scores in [0, 1] and a margin of 0.05: one row in four moves by 0.4, to either side alike. */
function rareDropGuard(): string {
  const [margin, step, moved] = [0.05, 0.4, 0.25];
  const chances = (rows: number): readonly [number, number] => {
    let [bare, guarded] = [0, 0];
    for (const { first, second, chance } of threeWaySplits(rows, moved / 2, moved / 2)) {
      const mean = (step * (first - second)) / rows;
      const variance = (step ** 2 * (first + second) - rows * mean ** 2) / (rows - 1);
      const at = { count: rows, mean, variance };
      const got = pairedMean(at, confidence);
      if (got.kind !== 'interval' || got.interval.lower <= -margin) continue;
      bare += chance;
      if (rareDropBound(at, 1, confidence) > -margin) guarded += chance;
    }
    return [bare, guarded];
  };
  return markdownTable(
    ['rows', 'equal model proven, without `range`', 'with `range: [0, 1]`'],
    [50, 100, 200].map((rows) => [count(rows), ...chances(rows).map((share) => percent(share))]),
  );
}

function count(rows: number): string {
  return rows.toLocaleString('en');
}

/** 0.0351 as 3.5, 0.00792 as 0.79: in percentage points, two digits at least. */
function points(share: number): string {
  return (share * 100).toFixed(share < point ? 2 : 1);
}

function pointsInWords(share: number): string {
  return `${Number((share * 100).toPrecision(3))} ${share === point ? 'point' : 'points'}`;
}

function percent(share: number, digits = 1): string {
  return `${(share * 100).toFixed(digits)} %`;
}
