import * as z from 'zod';
import { closed } from './closed-object.ts';
import { duration } from './duration.ts';
import { shown } from './quantity.ts';
import { outputColumns } from './results-source.ts';
import { nearest } from './suggestion.ts';

const name = z.string().min(1, 'is empty');

const ofEverySource = {
  'stale-after': duration
    .describe('A champion older than this is said loudly, never an error; default 90d.')
    .optional(),
};

/** Where its results lie, and what their columns are called where they are not named as the candidate's. */
const results = {
  table: name.describe('Per-example predictions: CSV, JSONL or Parquet.').optional(),
  file: name.describe('A metrics file without rows.').optional(),
  ...outputColumns,
  ...ofEverySource,
};

const columns = ['prediction', 'score', 'scores'] as const;

const mlflowModel = /^(?:models:\/[^/:@]+(?:@[\w-]+|\/[1-9]\d*)|runs:\/[0-9a-f]{32})$/;
const noChampion = ({ input }: { readonly input?: unknown }) =>
  `${shown(input)} names no champion in MLflow: write models:/name@alias, models:/name/3 or runs:/<id>`;
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const keyPrefix = /^[^/\p{C}]+(?:\/[^/\p{C}]+)*$/u;

const fromMlflow = closed({
  from: z.literal('mlflow').describe('A model version or run of an MLflow server, named by MLFLOW_TRACKING_URI.'),
  model: z
    .string()
    .regex(mlflowModel, { error: noChampion })
    // says nothing about approval: the newest version may be the candidate itself
    .refine((model) => !/@latest$/i.test(model), { error: noChampion })
    .describe('models:/name@alias, models:/name/3 or runs:/<id>.'),
  ...results,
  table: name
    .describe(
      "Artifact of the run with per-example predictions; default: what Modelgate recorded in this run, or, of a metrics file, the run's own metrics.",
    )
    .optional(),
  file: name.describe("Artifact of the run with metrics; default: the run's own metrics.").optional(),
}).superRefine((one, context) => {
  if (one.table !== undefined) return;
  for (const key of columns.filter((column) => one[column] !== undefined)) {
    context.addIssue({ code: 'custom', message: 'names a column, and there is no `table` to find it in', path: [key] });
  }
});

const fromS3 = closed({
  from: z.literal('s3').describe('An object store that speaks S3, with the AWS_* variables of the environment.'),
  bucket: z.string().regex(bucketName, 'is no name of a bucket: 3 to 63 lower-case letters, digits, dots and hyphens'),
  prefix: z
    .string()
    .regex(keyPrefix, 'is no prefix of keys: names with / between them, without / at the ends')
    .describe('Where Modelgate keeps recorded champions in this bucket, one for each policy, gate and matrix leg.')
    .optional(),
  record: z
    .literal(true)
    .describe('A green run of the default branch records its candidate here, as it does among the artifacts.')
    .optional(),
  ...results,
  table: name.describe('Key of an object with per-example predictions.').optional(),
  file: name.describe('Key of an object with metrics.').optional(),
}).superRefine((one, context) => {
  const complain = (message: string, key?: string) =>
    context.addIssue({ code: 'custom', message, path: key === undefined ? [] : [key] });
  const given = [one.prefix, one.table, one.file].filter((part) => part !== undefined).length;
  if (given !== 1) {
    complain(
      'needs exactly one of `prefix` (champions that Modelgate recorded), `table` and `file` (key of an object)',
    );
  }
  if (one.prefix !== undefined) {
    for (const key of columns) {
      if (one[key] !== undefined) complain('is known to what Modelgate recorded under `prefix`; remove it', key);
    }
  } else if (one.record) {
    complain('goes with `prefix`: an object of your own is not written to', 'record');
  }
});

const fromRescore = closed({
  from: z.literal('rescore').describe('The old model, scored anew on the present examples by a command.'),
  command: name.describe("Run in the checkout; must write the champion's results on the present examples."),
  ...results,
});

/** Where the champion's results come from. */
export const championSource = z.discriminatedUnion(
  'from',
  [
    closed({
      from: z.literal('recorded').describe('The newest trustworthy run on the base branch.'),
      ...ofEverySource,
    }),
    closed({ from: z.literal('git').describe('A file at the merge base, read through the API.'), ...results }),
    closed({ from: z.literal('file').describe('A file in the workspace.'), ...results }),
    fromMlflow,
    fromS3,
    fromRescore,
  ],
  { error: (issue) => unknownSource(issue.input) },
);

const sources = ['recorded', 'git', 'file', 'mlflow', 's3', 'rescore'] as const;

function unknownSource(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return undefined;
  if (!('from' in input)) return `has no \`from\`; allowed: ${sources.join(', ')}`;
  const from = String(input.from);
  const near = nearest(from, sources);
  return `${shown(from)} is not a source of champions; ${near === undefined ? `allowed: ${sources.join(', ')}` : `did you mean ${near}?`}`;
}

export type ChampionSource = z.infer<typeof championSource>;

/** Whether the source can hold results although it names neither a `table` nor a `file`. */
export function needsNoFile({ from }: ChampionSource): boolean {
  // s3 says itself what it lacks; in MLflow lies what Modelgate recorded, or what the run logged
  return from === 'recorded' || from === 's3' || from === 'mlflow';
}

/** Whether asking it sends this job's credentials over the network: not at the word of the change that is judged. */
export function isNetworkSource(source: ChampionSource): boolean {
  return source.from === 'mlflow' || source.from === 's3';
}
