export { reportInputs as inputs } from '@modelgate/action';

export const outputs = {
  status: 'Worst status of all verdicts of this run.',
  headline: 'The first sentence of the report.',
  report: 'Path of the HTML report.',
  'comment-url': 'Address of the pull-request comment; empty where none was written.',
} as const;
