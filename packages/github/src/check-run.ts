import * as z from 'zod';
import { ApiError } from './api-error.ts';
import type { Client } from './client.ts';

export interface Annotation {
  /** Relative to the repository's root. */
  readonly path: string;
  readonly startLine: number;
  readonly endLine?: number;
  readonly level: 'failure' | 'warning' | 'notice';
  readonly title?: string;
  readonly message: string;
}

export interface CheckRun {
  /** The commit that is judged: of a pull request its own head, never the merge commit. */
  readonly headSha: string;
  readonly name: string;
  /** The same for every attempt, so that a re-run updates instead of adding. */
  readonly externalId: string;
  readonly detailsUrl?: string;
  readonly conclusion: 'success' | 'failure' | 'neutral' | 'skipped' | 'action_required';
  readonly title: string;
  /** Markdown, as `text`; each at most 65,535 bytes (longer ones are cut). */
  readonly summary: string;
  readonly text?: string;
  readonly annotations: readonly Annotation[];
}

export type CheckRunResult =
  | { readonly posted: true; readonly id: number; readonly url?: string; readonly left: number }
  | { readonly posted: false; readonly notice: string };

const permission = 'checks: write';
const batchSize = 50;
const annotationsAtMost = 200;
const bytesAtMost = 65_535;

const checkRunSchema = z.object({
  id: z.int(),
  html_url: z.string().nullish(),
  external_id: z.string().nullish(),
});
const checkRunsSchema = z.object({ check_runs: z.array(checkRunSchema) });
const annotationSchema = z.object({ path: z.string(), start_line: z.int(), message: z.string().nullish() });

type Output = ReturnType<typeof outputOf>;

/**
 * Publishes a completed check run: never `in_progress`, which would block for ever if the job dies. A re-run updates
 * the check run with the same name and external id. Worst annotations come first; beyond 200 they are left out, said
 * in the summary and in `left`. What GitHub refuses becomes a notice.
 */
export async function publishCheckRun(client: Client, run: CheckRun): Promise<CheckRunResult> {
  try {
    return await publish(client, run);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // It may have been created all the same; the second time finds it then.
    if (error.kind === 'server' && (await client.patience.wait(1_000))) return await publishAgain(client, run);
    return refusedCheckRun(error);
  }
}

async function publishAgain(client: Client, run: CheckRun): Promise<CheckRunResult> {
  try {
    return await publish(client, run);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return refusedCheckRun(error);
  }
}

function refusedCheckRun(error: ApiError): CheckRunResult {
  return { posted: false, notice: `No check run was written. ${error.message} ${error.how ?? ''}`.trimEnd() };
}

async function publish(client: Client, run: CheckRun): Promise<CheckRunResult> {
  const ranked = [...run.annotations].sort((a, b) => weight[a.level] - weight[b.level]);
  const kept = ranked.slice(0, annotationsAtMost);
  const left = ranked.length - kept.length;
  const output = outputOf(run, left);
  const existing = await findCheckRun(client, run);
  const fresh = existing === undefined ? kept : await notYetThere(client, existing, kept);
  const [first = [], ...rest] = batched(fresh.map(annotationOf));
  const updated = existing === undefined ? undefined : await updateOwn(client, run, existing, output, first);
  const written = updated ?? (await create(client, run, output, first));
  for (const annotations of rest) await update(client, run, written.id, output, annotations);
  return { posted: true, id: written.id, left, ...(written.html_url == null ? {} : { url: written.html_url }) };
}

const weight = { failure: 0, warning: 1, notice: 2 } as const;

function batched<T>(items: readonly T[]): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / batchSize);
  return Array.from({ length: count }, (_, index) => items.slice(index * batchSize, (index + 1) * batchSize));
}

async function findCheckRun(client: Client, run: CheckRun): Promise<number | undefined> {
  const { check_runs: found } = await client.json(
    'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
    { ref: run.headSha, check_name: run.name, filter: 'all', per_page: 100 },
    checkRunsSchema,
    { operation: { what: `list the check runs of ${run.headSha.slice(0, 7)}`, permission } },
  );
  const ours = found.filter((one) => one.external_id === run.externalId).map((one) => one.id);
  return ours.length === 0 ? undefined : Math.max(...ours);
}

/** An update appends annotations, so those of the attempt before must not be sent again. */
async function notYetThere(client: Client, id: number, wanted: readonly Annotation[]): Promise<readonly Annotation[]> {
  if (wanted.length === 0) return wanted;
  const there = new Set<string>();
  for (let page = 1; page <= annotationsAtMost / 100; page++) {
    const listed = await client.json(
      'GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations',
      { check_run_id: id, per_page: 100, page },
      z.array(annotationSchema),
      { operation: { what: `list the annotations of check run ${id}`, permission } },
    );
    for (const one of listed) there.add(JSON.stringify([one.path, one.start_line, one.message]));
    if (listed.length < 100) break;
  }
  return wanted.filter((one) => !there.has(JSON.stringify([one.path, one.startLine, one.message])));
}

type Sent = ReturnType<typeof annotationOf>;

function create(client: Client, run: CheckRun, output: Output, annotations: readonly Sent[]) {
  return client.json(
    'POST /repos/{owner}/{repo}/check-runs',
    { ...fieldsOf(run), head_sha: run.headSha, output: { ...output, annotations: [...annotations] } },
    checkRunSchema,
    { operation: { what: `create the check run "${run.name}"`, permission } },
  );
}

function update(client: Client, run: CheckRun, id: number, output: Output, annotations: readonly Sent[]) {
  return client.json(
    'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}',
    { ...fieldsOf(run), check_run_id: id, output: { ...output, annotations: [...annotations] } },
    checkRunSchema,
    {
      operation: { what: `update the check run "${run.name}"`, permission },
      repeatable: annotations.length === 0,
    },
  );
}

/** Undefined when another App made it (the workflow's token was changed meanwhile): only its maker may update it. */
async function updateOwn(client: Client, run: CheckRun, id: number, output: Output, annotations: readonly Sent[]) {
  try {
    return await update(client, run, id, output, annotations);
  } catch (error) {
    if (error instanceof ApiError && error.kind === 'permission') return undefined;
    throw error;
  }
}

function fieldsOf(run: CheckRun) {
  return {
    name: run.name,
    status: 'completed' as const,
    conclusion: run.conclusion,
    external_id: run.externalId,
    ...(run.detailsUrl === undefined ? {} : { details_url: run.detailsUrl }),
  };
}

function outputOf(run: CheckRun, left: number) {
  const more =
    left === 0
      ? ''
      : `\n\n${left} more ${left === 1 ? 'annotation is' : 'annotations are'} not shown on the changed files.`;
  return {
    title: run.title,
    summary: `${cut(run.summary, bytesAtMost - more.length)}${more}`,
    ...(run.text === undefined ? {} : { text: cut(run.text, bytesAtMost) }),
  };
}

/** The last resort behind the renderer's own budget: whole characters, so that no half of one is sent. */
function cut(text: string, bytes: number): string {
  const encoded = new TextEncoder().encode(text);
  if (encoded.byteLength <= bytes) return text;
  return new TextDecoder().decode(encoded.subarray(0, bytes - 3), { stream: true }).concat('…');
}

function annotationOf(one: Annotation) {
  return {
    path: one.path,
    start_line: one.startLine,
    end_line: one.endLine ?? one.startLine,
    annotation_level: one.level,
    message: one.message,
    ...(one.title === undefined ? {} : { title: one.title.slice(0, 255) }),
  };
}
