import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { baselineName, type Manifest, manifestFile } from '@modelgate/baselines';
import type { RecordedFolder } from '@modelgate/core';
import type { Source, Tables } from '@modelgate/tables';
import type { EvaluationPlan } from './evaluation-plan.ts';
import type { EvaluationWorld, MetricsFileInput } from './evaluation-sources.ts';
import { divisorsOfExamples, outputColumns } from './pair-columns.ts';

/** Asked for on the branch whose results later changes are compared with. */
export interface RecordRequest {
  /** Absolute; becomes the artifact's content. */
  readonly folder: string;
  /** The matrix leg, which has a champion of its own. */
  readonly leg: string | undefined;
  readonly commit: string;
  readonly branch: string;
  readonly at: Date;
  /** Version of Modelgate. */
  readonly tool: string;
  /** The model whose results these are. */
  readonly subject?: Manifest['subject'];
  /** How often the examples were looked at before. */
  readonly looks?: Manifest['looks'];
}

/** Records the candidate's keys and outputs, with the digests of what they answer. */
export async function recordRows(
  plan: EvaluationPlan,
  sources: { candidate: Source; examples: Source | undefined },
  tables: Tables,
  request: RecordRequest,
): Promise<RecordedFolder> {
  const { prediction, score, scores, label, document, rank } = plan.gate.candidate;
  const key = plan.gate.candidate.key ?? plan.examples?.key;
  const columns = recordedColumns(plan, sources.candidate, sources.examples);
  await mkdir(request.folder, { recursive: true });
  const file = 'predictions.parquet';
  const table = await tables.record({
    source: sources.candidate,
    key,
    columns,
    to: path.join(request.folder, file),
  });
  return await withManifest(plan, request, {
    data: { kind: 'rows', file, sha256: table.sha256, rows: table.rows },
    ...(key === undefined ? {} : { key }),
    columns: [...columns],
    ...(label === undefined ? {} : { label }),
    ...(prediction === undefined ? {} : { prediction }),
    ...(score === undefined ? {} : { score }),
    ...(scores === undefined ? {} : { scores }),
    ...(document === undefined ? {} : { document }),
    ...(rank === undefined ? {} : { rank }),
    ...(request.looks === undefined ? {} : { looks: request.looks }),
    ...(sources.examples === undefined
      ? {}
      : { examples: { name: sources.examples.path, sha256: sources.examples.digest, rows: sources.examples.rows } }),
  });
}

/** Every column that a check of the gate looks at, and those that say what a row is. */
function recordedColumns(plan: EvaluationPlan, source: Source, examples: Source | undefined): readonly string[] {
  const { label, document, rank, ...names } = plan.gate.candidate;
  const divisors = divisorsOfExamples(plan, source, examples);
  const measured = Object.values(outputColumns(plan, names, source, divisors)).map(({ column }) => column);
  const named = [names.prediction, names.score, label, document, rank, ...measured];
  return [...new Set(named.filter((column) => column !== undefined))];
}

/** Records a bare metrics file as it is. */
export async function recordMetrics(
  plan: EvaluationPlan,
  candidate: MetricsFileInput,
  request: RecordRequest,
  world: EvaluationWorld,
): Promise<RecordedFolder> {
  await mkdir(request.folder, { recursive: true });
  const file = `metrics${path.extname(candidate.identity.name).toLowerCase()}`;
  await writeFile(path.join(request.folder, file), await world.readText(candidate.identity.name));
  return await withManifest(plan, request, {
    data: { kind: 'metrics', file, sha256: candidate.identity.sha256 },
    columns: [],
  });
}

type Recorded = Pick<Manifest, 'data' | 'columns'> & Partial<Manifest>;

async function withManifest(plan: EvaluationPlan, request: RecordRequest, recorded: Recorded): Promise<RecordedFolder> {
  const manifest: Manifest = {
    schema: 'https://github.com/modelgate/modelgate/baseline/v1',
    policy: plan.policy.name,
    gate: plan.id,
    commit: request.commit,
    branch: request.branch,
    recordedAt: request.at.toISOString(),
    tool: request.tool,
    ...(request.subject === undefined ? {} : { subject: request.subject }),
    ...recorded,
  };
  await writeFile(path.join(request.folder, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`);
  return {
    name: baselineName(plan.policy.name, plan.id, request.leg),
    folder: request.folder,
    files: [manifestFile, recorded.data.file],
  };
}
