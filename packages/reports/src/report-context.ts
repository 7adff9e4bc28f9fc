/** What a report needs to know beyond its verdicts. Addresses that are not http(s) are left out, never linked. */
export interface ReportContext {
  readonly policyName: string;
  readonly workflowPath: string;
  readonly headSha: string;
  readonly runUrl?: string;
  readonly pageUrl?: string;
  readonly evidenceUrl?: string;
  /** Said directly below the headline, e.g. "computed by the pull request's own run". */
  readonly heading?: string;
}
