import type { Verdict } from '@modelgate/core';
import { withinBudget } from './byte-budget.ts';
import { markdownReport, reportSizes } from './markdown-report.ts';
import { markerValue } from './markdown-text.ts';
import type { ReportContext } from './report-context.ts';

/** GitHub's limit for an issue comment. */
export const commentBudget = 65_536;

/** A job summary above 1 MiB is dropped whole; the last KiB is left to what else the step may write. */
export const summaryBudget = 1024 * 1024 - 1024;

/**
 * The hidden first line of a comment, by which it is found again: its version, the policy's name and the workflow's
 * path, percent-encoded. Two policies, or two workflows, have a comment each.
 */
export function commentMarker(context: Pick<ReportContext, 'policyName' | 'workflowPath'>): string {
  return `<!-- modelgate:v1 policy=${markerValue(context.policyName)} workflow=${markerValue(context.workflowPath)} -->`;
}

/**
 * The pull-request comment: a pure function of the set of verdicts (their order does not matter) and the context.
 * At most 65,536 bytes: in full, else failures only, else headline and links.
 */
export function comment(verdicts: readonly Verdict[], context: ReportContext): string {
  const marker = commentMarker(context);
  return withinBudget(reportSizes, commentBudget, (size) => `${marker}\n${markdownReport(verdicts, context, size)}`);
}

/** The job summary: the comment's words without its marker, at most 1 MiB. */
export function summary(verdicts: readonly Verdict[], context: ReportContext): string {
  return withinBudget(reportSizes, summaryBudget, (size) => markdownReport(verdicts, context, size));
}
