import { type CheckResult, type Problem, stopsStep, type Verdict } from '@modelgate/core';
import { withinBudget } from './byte-budget.ts';
import { checkSentence } from './check-sentence.ts';
import { gateSummary } from './data-facts.ts';
import { consequence, policyPhrase } from './gate-line.ts';
import { gateName, headlinePhrase, title } from './headline.ts';
import { methodsOf } from './interval-method.ts';
import {
  alertBlock,
  blocks,
  changeBlock,
  checksTable,
  discoveryBlock,
  lineOf,
  plotNote,
  type ReportSize,
  reportSizes,
  todoBlock,
  troubleList,
} from './markdown-report.ts';
import { codeSpan, markdownText } from './markdown-text.ts';
import { byteSize, count } from './number-format.ts';
import { phraseMarkdown } from './phrase.ts';
import { clipped, plainText } from './plain-text.ts';
import { isTrouble, severity } from './status-sign.ts';

export interface CheckRunAnnotation {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly level: 'notice' | 'warning' | 'failure';
  readonly title: string;
  readonly message: string;
}

export interface CheckRunReport {
  readonly title: string;
  readonly summary: string;
  readonly text: string;
  readonly conclusion: 'success' | 'failure';
  readonly annotations: readonly CheckRunAnnotation[];
}

/** GitHub's limit for a check run's summary, and for its text. */
export const checkRunBudget = 65_535;

/**
 * A check run's contents for one gate. Never neutral, which would satisfy a required check: it fails exactly when the
 * step stops. Annotations come worst first, all of them; who sends them batches them.
 */
export function checkRun(verdict: Verdict): CheckRunReport {
  return {
    title: title(verdict),
    summary: withinBudget(reportSizes, checkRunBudget, (size) => checkRunSummary(verdict, size)),
    text: withinBudget(reportSizes, checkRunBudget, (size) => checkRunText(verdict, size)),
    conclusion: verdict.stops ? 'failure' : 'success',
    annotations: annotations(verdict),
  };
}

function checkRunSummary(verdict: Verdict, size: ReportSize): string {
  return blocks([
    phraseMarkdown(headlinePhrase([verdict])),
    changeBlock([verdict], size),
    lineOf(consequence([verdict])),
    alertBlock([verdict], size),
    phraseMarkdown(gateSummary(verdict)),
    troubleList([verdict], size),
    todoBlock([verdict], size),
  ]);
}

function checkRunText(verdict: Verdict, size: ReportSize): string {
  const checks = size.passes ? verdict.checks : verdict.checks.filter((check) => isTrouble(check.status));
  return blocks([
    checks.length === 0 || size.checks === 0 ? undefined : checksTable(verdict, checks, size.checks),
    checks.length === 0 || size.checks === 0 ? undefined : plotNote([verdict]),
    discoveryBlock(verdict, size),
    size.lines === 0 ? undefined : methodsList(checks),
    inputsTable(verdict, size),
    `${verdict.tool.name} ${markdownText(verdict.tool.version)} · ${phraseMarkdown(policyPhrase(verdict.policy))} · ${verdict.at}`,
  ]);
}

/** By which methods the intervals were made, in words for everybody. */
function methodsList(checks: readonly CheckResult[]): string | undefined {
  const lines = methodsOf(checks).flatMap(({ name, plain }) =>
    plain === '' ? [] : [`- Interval ${markdownText(name)}: ${markdownText(plain)}`],
  );
  return lines.length === 0 ? undefined : lines.join('\n');
}

function inputsTable(verdict: Verdict, size: ReportSize): string | undefined {
  if (verdict.inputs.length === 0 || size.lines === 0) return undefined;
  return [
    '| input | name | rows | size | sha-256 |',
    '|---|---|--:|--:|---|',
    ...verdict.inputs.slice(0, 20).map(({ role, name, rows, bytes, sha256 }) => {
      return `| ${role} | ${codeSpan(name)} | ${rows === undefined ? '–' : count(rows)} | ${byteSize(bytes)} | \`${sha256.slice(0, 12)}\` |`;
    }),
  ].join('\n');
}

function annotations(verdict: Verdict): readonly CheckRunAnnotation[] {
  const ofGate = verdict.problem === undefined ? [] : annotation(verdict, 'error', undefined, verdict.problem);
  const ofChecks = verdict.checks
    .filter((check) => isTrouble(check.status))
    .toSorted((one, other) => severity(one.status) - severity(other.status))
    .flatMap((check) => annotation(verdict, check.status, check, check.problem));
  return [...ofGate, ...ofChecks, ...looserRules(verdict), ...brokenPromises(verdict)];
}

/** The lines of the head's policy that loosen this gate, for whoever reviews them. */
function looserRules({ change, gate }: Verdict): readonly CheckRunAnnotation[] {
  const own = (change?.rules ?? []).filter(({ path }) => {
    return path.startsWith(`gates.${gate.id}.`) || path.startsWith(`waivers.${gate.id}/`);
  });
  return own.flatMap(({ effect, words, where }) => {
    if (effect !== 'loosened' || where?.line === undefined || !isInRepository(where.file)) return [];
    const { file, line } = where;
    const message = plainText(`${words} (takes effect after merge)`);
    return [
      { path: file, startLine: line, endLine: line, level: 'warning' as const, title: 'Loosens a rule', message },
    ];
  });
}

/** The lines of the head's contract that take something from those who read the table. */
function brokenPromises({ change }: Verdict): readonly CheckRunAnnotation[] {
  return (change?.data?.contract ?? []).flatMap(({ breaking, words, consumers, where }) => {
    if (!breaking || where?.line === undefined || !isInRepository(where.file)) return [];
    const { file, line } = where;
    const harmed = consumers.length === 0 ? '' : `; breaks ${consumers.join(', ')}`;
    const message = plainText(`${words}${harmed}`);
    return [
      { path: file, startLine: line, endLine: line, level: 'warning' as const, title: 'Breaks a promise', message },
    ];
  });
}

/** Where the problem lies if that is a line, else the policy's line that asks for the check; without a line, nothing. */
function annotation(
  verdict: Verdict,
  status: CheckResult['status'],
  check: CheckResult | undefined,
  problem: Problem | undefined,
): readonly CheckRunAnnotation[] {
  const where = [problem?.where, check?.where].find((place) => place?.line !== undefined && isInRepository(place.file));
  if (where?.line === undefined) return [];
  const name = check === undefined ? gateName(verdict) : `${gateName(verdict)}/${check.id}`;
  const sentence =
    check === undefined ? `${problem?.reason}: ${problem?.message}` : checkSentence(check, verdict.anchor);
  const more = [problem?.how, check?.why === undefined ? undefined : `Why this check: ${check.why}`];
  return [
    {
      path: where.file,
      startLine: where.line,
      endLine: where.line,
      level: annotationLevel(verdict, status),
      title: clipped(plainText(name), 200),
      message: [sentence, ...more]
        .filter((part) => part !== undefined)
        .map(plainText)
        .join('\n'),
    },
  ];
}

function annotationLevel(verdict: Verdict, status: CheckResult['status']): CheckRunAnnotation['level'] {
  switch (status) {
    case 'error':
    case 'fail':
      return 'failure';
    case 'inconclusive':
      return stopsStep(status, verdict.onInconclusive) ? 'failure' : 'warning';
    case 'warn':
      return 'warning';
    default:
      return 'notice';
  }
}

/** GitHub takes paths inside the repository only. */
function isInRepository(file: string): boolean {
  return file !== '' && !/^(?:[/\\]|[a-z]:)|(?:^|[/\\])\.\.(?:[/\\]|$)|\p{Cc}/iu.test(file);
}
