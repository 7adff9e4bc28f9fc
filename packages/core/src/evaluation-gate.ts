import * as z from 'zod';
import { type ChampionSource, championSource, needsNoFile } from './champion-source.ts';
import { closed } from './closed-object.ts';
import { evaluationCheck } from './evaluation-check.ts';
import { resultsSource } from './results-source.ts';
import { inconclusivePolicies } from './status.ts';

const name = z.string().min(1, 'is empty');

/** The golden table: owned by the policy, not by the candidate. */
export const examplesSchema = closed({
  table: name.describe('Path or glob of the golden table.'),
  key: name.describe('Column that names a row; of a ranking, the query.'),
  label: name.describe('The true class, number or answers; of a ranking, the grade of a document.').optional(),
  weight: name.describe('Column with the weight of each row, at least 0 (sample weights).').optional(),
  cluster: name
    .describe('Column that says which rows belong together (user, document, template): intervals then count these.')
    .optional(),
  document: name.describe('Of a ranking: column with the judged document.').optional(),
  test: name.describe('Of a task behavioral: column that says which test a row belongs to.').optional(),
  case: name
    .describe('Of a task behavioral: column with the case, an original and its perturbations; default: a row a case.')
    .optional(),
  original: name
    .describe('Of a task behavioral: column that is true where the row is the original of its case.')
    .optional(),
});

/** What a gate can judge from rows. */
export const tasks = ['binary', 'multiclass', 'regression', 'ranking', 'answers', 'behavioral', 'generic'] as const;

const looks = closed({
  'at-most': z.int().positive().describe('How many candidates these examples may judge before they are used up.'),
  'on-exhausted': z.enum(['warn', 'fail']).default('warn'),
  adaptivity: z
    .enum(['full', 'none'])
    .default('full')
    .describe('full: what a look shows shapes the next candidate; none: candidates do not depend on earlier looks.'),
});

export const evaluationGateSchema = closed({
  kind: z.literal('evaluation'),
  task: z
    .enum(tasks, {
      error: (issue) =>
        issue.input === 'multilabel'
          ? `task multilabel is not available yet in this version of Modelgate; available: ${tasks.join(', ')}`
          : undefined,
    })
    .default('generic'),
  positive: z.union([z.string(), z.number(), z.boolean()]).describe('The positive class of a binary task.').optional(),
  examples: z
    .union([name, examplesSchema], {
      error: () => 'is neither the name of an entry of `examples` nor a mapping with table and key',
    })
    .describe('Name of an entry of `examples`, or such an entry.')
    .optional(),
  pairing: z
    .enum(['by-key', 'none'])
    .default('by-key')
    .describe('none: candidate and champion answered other requests (a load test), so they are independent samples.'),
  candidate: resultsSource,
  champion: championSource.default({ from: 'recorded' }),
  anchor: championSource
    .describe(
      'A fixed model of the past: max-regression must hold against it as well, so that small losses do not add up.',
    )
    .optional(),
  'min-rows': z.int().positive().default(30).describe('Fewer rows than this are not judged.'),
  'on-inconclusive': z.enum(inconclusivePolicies).optional(),
  'on-new-examples': z
    .enum(['error', 'intersect', 'rescore'])
    .default('error')
    .describe(
      'What to do when the golden table is not the one that the champion answered: stop, compare the rows that both know (at least 95 %), or score the champion anew.',
    ),
  rescore: closed({
    command: name.describe("Run in the checkout; must write the champion's results on the present examples."),
    table: name.describe('What it writes.'),
  })
    .describe('How `on-new-examples: rescore` scores the champion anew.')
    .optional(),
  correction: z
    .enum(['holm', 'none'])
    .default('holm')
    .describe('Of the checks that are judged not-disproven: each more of them could stop a good model by chance.'),
  looks: looks
    .describe('How often these examples may be used: each look makes them a little less independent.')
    .optional(),
  checks: z
    .record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/), evaluationCheck)
    .refine((all) => Object.keys(all).length > 0, {
      message: 'is empty: a gate without a check shows nothing',
    }),
}).superRefine((gate, context) => {
  const complain = (path: readonly string[], message: string) =>
    context.addIssue({ code: 'custom', message, path: [...path] });
  if (gate.task === 'binary' && gate.positive === undefined) {
    complain(['task'], 'task binary needs `positive`: which label is the positive class, e.g. positive: 1');
  }
  sameKindAsCandidate(gate.champion, 'champion', gate.candidate, complain);
  if (gate.anchor !== undefined) {
    sameKindAsCandidate(gate.anchor, 'anchor', gate.candidate, complain);
    if (moves(gate.anchor)) {
      complain(
        ['anchor', 'from'],
        `${gate.anchor.from} moves on with every release; an anchor stays: git, file, a version in mlflow, or an object in s3`,
      );
    }
  } else {
    for (const [id, check] of Object.entries(gate.checks)) {
      if (check['max-regression-from-anchor'] === undefined) continue;
      complain(['checks', id, 'max-regression-from-anchor'], 'the gate names no `anchor`');
    }
  }
  if ((gate['on-new-examples'] === 'rescore') !== (gate.rescore !== undefined)) {
    complain(
      [gate.rescore === undefined ? 'on-new-examples' : 'rescore'],
      gate.rescore === undefined
        ? 'rescore needs `rescore: { command, table }`: what scores the champion anew'
        : 'goes with `on-new-examples: rescore`',
    );
  }
  if (gate.pairing === 'none') unpairedProblems(gate, complain);
  if (gate.task === 'ranking' && gate.candidate.repeats === true) {
    complain(['candidate', 'repeats'], 'a ranking has several rows a key already: its documents');
  }
  if (gate.looks !== undefined && gate.examples === undefined) {
    complain(['looks'], 'counts how often `examples` are used, and the gate names none');
  } else if (gate.looks !== undefined && gate.candidate.file !== undefined) {
    complain(['looks'], 'counts how often rows are used, and a metrics file has none');
  }
});

type Complain = (path: readonly string[], message: string) => void;

/** What names the newest champion, whichever that is by then. */
function moves(source: ChampionSource): boolean {
  if (source.from === 'recorded' || source.from === 'rescore') return true;
  if (source.from === 's3') return source.prefix !== undefined;
  return source.from === 'mlflow' && source.model.includes('@');
}

/** Rows are compared with rows, bare metrics with bare metrics. */
function sameKindAsCandidate(
  champion: ChampionSource,
  key: 'champion' | 'anchor',
  candidate: { readonly file?: string | undefined },
  complain: Complain,
): void {
  if (champion.from === 'recorded') return;
  const kind = candidate.file === undefined ? 'table' : 'file';
  if (champion[kind] === undefined && !needsNoFile(champion)) {
    complain([key], `needs a \`${kind}\`, as the candidate has one`);
  }
  const other = kind === 'table' ? 'file' : 'table';
  if (champion[other] !== undefined) {
    complain(
      [key, other],
      `is given although the candidate has a \`${kind}\`: rows and bare metrics cannot be compared`,
    );
  }
}

function unpairedProblems(
  gate: {
    readonly candidate: {
      readonly file?: string | undefined;
      readonly key?: string | undefined;
      readonly repeats?: true | undefined;
    };
    readonly examples?: unknown;
    readonly checks: Readonly<Record<string, { readonly column?: string | undefined }>>;
  },
  complain: Complain,
): void {
  if (gate.candidate.file !== undefined) complain(['pairing'], 'is about rows, and a metrics file has none');
  if (gate.examples !== undefined) complain(['examples'], 'are paired by key, and the gate says `pairing: none`');
  if (gate.candidate.key !== undefined) complain(['candidate', 'key'], 'pairs rows, and the gate says `pairing: none`');
  if (gate.candidate.repeats === true) {
    complain(['candidate', 'repeats'], 'are runs of one key, and the gate says `pairing: none`');
  }
  for (const [id, check] of Object.entries(gate.checks)) {
    if (check.column === undefined)
      complain(['checks', id], 'needs paired rows; without them only columns are compared');
  }
}

export type EvaluationGate = z.infer<typeof evaluationGateSchema>;
export type Examples = z.infer<typeof examplesSchema>;
export type Looks = z.infer<typeof looks>;
