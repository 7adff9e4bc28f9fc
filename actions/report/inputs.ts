export { reportInputs as inputs } from '@modelgate/action';

export const outputs = {
  status:
    'Worst status of all verdicts of the run; `error` also when an artifact was refused, `skipped` when there is nothing to report.',
  headline: 'The first sentence of the report.',
  report: 'Path of the HTML report.',
  'comment-url': 'Address of the pull-request comment; empty where none was written.',
} as const;
