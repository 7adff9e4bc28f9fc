import { gateInputs } from '@modelgate/action';
import * as z from 'zod';

export const inputs = z.object({
  ...gateInputs,
  rules: gateInputs.rules.describe(
    'The keys of one gate as YAML text, laid over that gate of the policy, where they may only make it stricter. They cannot stand alone: groups are made of the rows of another gate.',
  ),
});

export const outputs = {
  status: 'Worst status of the gates that ran: error, fail, inconclusive, waived, warn, pass or skipped.',
  reason: 'Machine-readable reason of that status, e.g. slice-worse.',
  headline: 'The first sentence of the report.',
  verdict: 'Path of verdict.json; one line a gate.',
  verdicts: 'Digests of the verdicts as JSON, for the attesting job.',
  report: 'Path of the HTML report.',
  'comment-url': 'Address of the pull-request comment; empty where none was written.',
  'check-run-url': 'Address of the first check run; empty where none was written.',
} as const;
