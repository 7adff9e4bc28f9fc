import type { CheckResult, Verdict } from '@modelgate/core';
import { rowsText } from './check-sentence.ts';
import { count, counted, limitNumber, number } from './number-format.ts';
import type { Phrase } from './phrase.ts';
import { acrossWords, gapText } from './slice-gaps.ts';
import { countWords, groupsOf } from './slice-outcome.ts';
import { byHarm, changeText, sliceDifference } from './slice-rows.ts';
import {
  type AcrossCheck,
  type EachCheck,
  type EachFinding,
  isAcrossCheck,
  isEachCheck,
  isSliceCheck,
  isSliceGate,
  type SliceCheck,
  sliceName,
} from './slice-rule.ts';

/** What a passing gate about groups came to where it has several checks; nothing of any other gate. */
export function sliceGateSentence(verdict: Verdict): string | undefined {
  const { checks, status } = verdict;
  if (!isSliceGate(verdict) || status !== 'pass' || checks.length < 2 || !checks.some(isSliceCheck)) return undefined;
  const meant = checks.filter((check) => check.status !== 'skipped');
  const held = meant.filter((check) => check.status === 'pass').length;
  const groups = verdict.slices?.divisions.reduce((sum, division) => sum + division.groups, 0);
  const over = groups === undefined ? undefined : `over ${counted(groups, 'group')}`;
  const start = `${count(held)} of ${counted(meant.length, 'check')} ${meant.length === 1 ? 'holds' : 'hold'}`;
  return [[start, over].filter((part) => part !== undefined).join(' '), rowsText(verdict)]
    .filter((part) => part !== undefined)
    .join(', ');
}

/** What decided a gate about groups, in short: how many of them are worse, and what the average hides. */
export function sliceDecision(check: SliceCheck): Phrase {
  if (isEachCheck(check)) return eachDecision(check);
  return isAcrossCheck(check) ? acrossDecision(check) : [];
}

/** Of a passing gate: what became of its groups, by rule where it has several. */
export function slicePass(checks: readonly CheckResult[]): Phrase {
  const told = checks.filter(isSliceCheck).filter(({ status }) => status === 'pass');
  const shown = told.slice(0, mostTold);
  const left = told.length - shown.length;
  return [
    ...shown.flatMap((check, index): Phrase => {
      const words: Phrase = isAcrossCheck(check)
        ? acrossWords(check)
        : isEachCheck(check)
          ? [countWords(check.slices)]
          : [];
      const name: Phrase = told.length === 1 ? [] : [{ code: check.id }, ': '];
      return [index === 0 ? '' : '; ', ...name, ...words];
    }),
    left === 0 ? '' : `; ${counted(left, 'more check')}`,
  ];
}

const mostTold = 3;

/** Of a check about each group, in a line above their table: how many there are of each outcome, and all rows together. */
export function eachLine(check: EachCheck): string {
  return [countWords(check.slices), overallWords(check), shareWords(check.slices)]
    .filter((part) => part !== undefined)
    .join('. ');
}

/** Of groups that are not shown: how many of which outcome, so that nobody takes them for judged alike. */
export function leftWords(check: EachCheck, shown: number): string | undefined {
  const left = groupsOf(check.slices) - shown;
  if (left <= 0) return undefined;
  const counts = { ...check.slices.counts };
  for (const { outcome } of byHarm(check).slice(0, shown)) counts[outcome] = Math.max(0, counts[outcome] - 1);
  const words = countWords({ ...check.slices, counts }).replace(/ of [\d,]+ groups?/, '');
  return `and ${counted(left, 'more group')}: ${words}`;
}

/** Where all groups of all checks are listed. */
export function tablePlace({ slices }: Verdict): Phrase | undefined {
  const table = slices?.table;
  if (table === undefined) return undefined;
  const files = table.files.flatMap((file, index): Phrase => {
    return [...(index === 0 ? [] : [index === table.files.length - 1 ? ' and ' : ', ']), { code: file }];
  });
  return [...files, files.length === 0 ? 'the artifact ' : ' in the artifact ', { code: table.artifact }];
}

/** What stands below the checks of a gate about groups: what was divided, and where the whole table is. */
export function sliceFacts(verdict: Verdict): readonly Phrase[] {
  const { slices } = verdict;
  if (slices === undefined) return [];
  const place = tablePlace(verdict);
  return [
    ['Groups of the examples of ', { code: slices.of }, ': ', ...slices.divisions.flatMap(divisionPhrase)],
    ...correctionFact(verdict),
    ...(place === undefined ? [] : [['All groups of all checks: ', ...place] satisfies Phrase]),
  ];
}

/** How many tests the p-values were corrected for; nothing where they are as they were, or a family says it already. */
function correctionFact({ checks, families = [] }: Verdict): readonly Phrase[] {
  const corrected = checks
    .filter(isEachCheck)
    .filter(({ slices }) => slices.slices.some(({ p, adjustedP }) => p !== undefined && (adjustedP ?? p) > p));
  const tests = corrected.reduce((most, { slices }) => Math.max(most, slices.tested), 0);
  if (tests === 0 || families.length > 0) return [];
  return [
    [
      `Holm's correction over ${counted(tests, 'test')}: that any group is called worse when none is stays as unlikely as with one test.`,
    ],
  ];
}

type Division = NonNullable<Verdict['slices']>['divisions'][number];

function divisionPhrase(division: Division, index: number): Phrase {
  const { by, words, groups, rows, missing, leftOutGroups, leftOutRows } = division;
  const left =
    leftOutGroups === undefined
      ? undefined
      : `the ${counted(leftOutGroups, 'smallest group')} beyond the cap left out${leftOutRows === undefined ? '' : ` (${counted(leftOutRows, 'row')})`}`;
  const facts = [
    counted(groups, 'group'),
    counted(rows, 'row'),
    missing === undefined ? undefined : `${counted(missing, 'row')} without a value`,
    left,
  ].filter((part) => part !== undefined);
  const by_: Phrase = words === by || words === `\`${by}\`` ? [] : [` (${words})`];
  return [index === 0 ? '' : '; ', { code: by }, ...by_, ` ${facts.join(', ')}`];
}

function eachDecision(check: EachCheck): Phrase {
  const { counts, masked } = check.slices;
  const words = countWords(check.slices);
  const [worst] = byHarm(check);
  const harm = worst === undefined || worst.outcome !== 'worse' ? undefined : sliceDifference(check, worst);
  const hidden: Phrase =
    masked === true && worst !== undefined && harm !== undefined
      ? ['; the average hides ', { code: sliceName(worst.name) }, ' ', { strong: harm }]
      : [];
  const bad = counts.worse + counts.vanished > 0;
  const [lead = '', ...rest] = words.split('; ');
  return [bad ? { strong: lead } : lead, rest.length === 0 ? '' : `; ${rest.join('; ')}`, ...hidden];
}

function acrossDecision(check: AcrossCheck): Phrase {
  const gap = gapText(check);
  return gap === undefined
    ? [{ strong: check.metric }]
    : [{ strong: `${check.metric}: ${gap}` }, ' across ', { code: check.slices.by }];
}

/** `over all rows 0.712 → 0.716 (+0.4 pt)`: the average that hides what happens in groups. */
function overallWords(check: EachCheck): string | undefined {
  const { champion = check.champion, candidate = check.candidate } = check.slices.overall ?? {};
  if (candidate === undefined) return undefined;
  const shown = (value: number) => number(value, check.scale === 'share' ? 3 : 2);
  const unit = check.unit === undefined ? '' : ` ${check.unit}`;
  if (champion === undefined) return `Over all rows ${shown(candidate)}${unit}`;
  const change = changeText(check, candidate - champion);
  return `Over all rows ${shown(champion)}${unit} → ${shown(candidate)}${unit} (${change})`;
}

/** `Better on 30 of 44 groups (68 %), 12 of them shown; 80 % is asked`. */
function shareWords({ improvedShare }: EachFinding): string | undefined {
  if (improvedShare === undefined) return undefined;
  const { improved, proven, of, limit } = improvedShare;
  const share = of === 0 ? '' : ` (${number((100 * improved) / of, 0)} %)`;
  return `Better on ${count(improved)} of ${counted(of, 'group')}${share} by point value, on at least ${count(proven)} shown; ${limitNumber(100 * limit)} % is asked`;
}
