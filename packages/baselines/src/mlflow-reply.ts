import * as z from 'zod';

/**
 * MLflow's replies, as far as they are used. Proto3 JSON leaves empty lists and texts out, so everything that may be
 * empty has a default; 64-bit integers come as numbers or as text.
 */

const integer = z.union([z.int(), z.string().regex(/^\d+$/).transform(Number)]);
const pairs = z
  .array(z.object({ key: z.string(), value: z.string().default('') }))
  .default([])
  .transform((all): ReadonlyMap<string, string> => new Map(all.map(({ key, value }) => [key, value])));
const orNothing = z
  .string()
  .optional()
  .transform((text) => (text === '' ? undefined : text));

/** A metric's last value, or why there is none that could be used. */
export type MlflowMetric =
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'unusable'; readonly why: string };

const metric = z
  .object({ key: z.string(), value: z.union([z.number(), z.string()]).nullish(), timestamp: integer.default(0) })
  .transform(({ key, value, timestamp }): readonly [string, MlflowMetric] => [key, metricOf(value, timestamp)]);

/**
 * NaN and infinities come back as text when they were sent as text. Sent bare they are stored as value 0 at timestamp 0
 * (MLflow 2.22 and 3.17), which no client writes for a measured 0.
 */
function metricOf(value: number | string | null | undefined, timestamp: number): MlflowMetric {
  if (typeof value === 'number' && Number.isFinite(value) && !(value === 0 && timestamp === 0)) {
    return { kind: 'value', value };
  }
  if (value === 0) return { kind: 'unusable', why: '0 without a time: what MLflow stores for a bare NaN or Infinity' };
  return { kind: 'unusable', why: `${value ?? 'empty'}`.slice(0, 40) };
}

const dataset = z
  .object({
    tags: pairs,
    dataset: z.object({ name: z.string().default(''), digest: z.string().default('') }),
  })
  .transform(({ tags, dataset }) => ({ ...dataset, tags }));

const info = z.object({
  run_id: z.string(),
  experiment_id: z.string(),
  run_name: orNothing,
  user_id: orNothing,
  status: z.string().default('RUNNING'),
  start_time: integer.optional(),
  end_time: integer.optional(),
  artifact_uri: z.string().default(''),
  lifecycle_stage: z.string().default('active'),
});

export const runSchema = z
  .object({
    info,
    data: z
      .object({ metrics: z.array(metric).default([]), params: pairs, tags: pairs })
      .default({ metrics: [], params: new Map(), tags: new Map() }),
    inputs: z.object({ dataset_inputs: z.array(dataset).default([]) }).default({ dataset_inputs: [] }),
  })
  .transform(({ info, data, inputs }) => ({
    runId: info.run_id,
    experimentId: info.experiment_id,
    name: info.run_name,
    user: info.user_id ?? data.tags.get('mlflow.user'),
    status: info.status,
    /** Epoch milliseconds. */
    startedAt: info.start_time,
    endedAt: info.end_time,
    artifactUri: info.artifact_uri,
    deleted: info.lifecycle_stage !== 'active',
    metrics: new Map(data.metrics) as ReadonlyMap<string, MlflowMetric>,
    params: data.params,
    tags: data.tags,
    datasets: inputs.dataset_inputs,
  }));
export type MlflowRun = Readonly<z.infer<typeof runSchema>>;

export const modelVersionSchema = z
  .object({
    name: z.string(),
    version: z.union([z.string(), z.int().transform(String)]),
    run_id: orNothing,
    source: orNothing,
    status: z.string().default('READY'),
    creation_timestamp: integer.optional(),
    last_updated_timestamp: integer.optional(),
    tags: pairs,
    aliases: z.array(z.string()).default([]),
  })
  .transform((one) => ({
    name: one.name,
    version: one.version,
    runId: one.run_id,
    source: one.source,
    status: one.status,
    /** Epoch milliseconds. */
    createdAt: one.creation_timestamp,
    updatedAt: one.last_updated_timestamp,
    tags: one.tags,
    aliases: one.aliases,
  }));
export type MlflowModelVersion = Readonly<z.infer<typeof modelVersionSchema>>;

export const artifactListSchema = z.object({
  files: z
    .array(z.object({ path: z.string(), is_dir: z.boolean().default(false), file_size: integer.optional() }))
    .default([]),
  next_page_token: orNothing,
});

export interface MlflowArtifact {
  /** Below the run's artifact root. */
  readonly path: string;
  readonly folder: boolean;
  /** Bytes; undefined for folders and for stores that do not tell. */
  readonly size: number | undefined;
}
