import type { Reply } from '../reply.ts';
import { Answer, replies } from '../reply.ts';
import type { Call, Route } from '../router.ts';
import { number, paginated } from '../router.ts';
import type { RunSpec } from '../scenario.ts';
import { artifact, run } from '../shapes.ts';
import type { ArtifactRecord } from '../state.ts';

const base = '/repos/{owner}/{repo}/actions';

export const actionsRoutes: readonly Route[] = [
  { method: 'GET', template: `${base}/runs`, needs: ['actions:read'], handle: (call) => runs(call, call.state.runs) },
  {
    method: 'GET',
    template: `${base}/runs/{run_id}`,
    needs: ['actions:read'],
    handle: (call) => replies.json(200, run(call.state, theRun(call))),
  },
  {
    method: 'GET',
    template: `${base}/runs/{run_id}/artifacts`,
    needs: ['actions:read'],
    handle: (call) => artifacts(call, theRun(call).id),
  },
  { method: 'GET', template: `${base}/workflows/{workflow_id}/runs`, needs: ['actions:read'], handle: workflowRuns },
  { method: 'GET', template: `${base}/artifacts`, needs: ['actions:read'], handle: (call) => artifacts(call) },
  {
    method: 'GET',
    template: `${base}/artifacts/{artifact_id}`,
    needs: ['actions:read'],
    handle: (call) => replies.json(200, artifact(call.state, theArtifact(call))),
  },
  { method: 'DELETE', template: `${base}/artifacts/{artifact_id}`, needs: ['actions:write'], handle: remove },
  {
    method: 'GET',
    template: `${base}/artifacts/{artifact_id}/{archive_format}`,
    needs: ['actions:read'],
    handle: download,
  },
];

function workflowRuns(call: Call): Reply {
  const wanted = call.params['workflow_id'] ?? '';
  const ofWorkflow = call.state.runs.filter((spec) => {
    const path = spec.path ?? '.github/workflows/gate.yml';
    return String(spec.workflowId ?? 5) === wanted || path.split('/').at(-1) === wanted;
  });
  return ofWorkflow.length === 0 ? replies.notFound() : runs(call, ofWorkflow);
}

function runs(call: Call, candidates: readonly RunSpec[]): Reply {
  const { query } = call;
  const fits = (name: string, ...values: readonly (string | null | undefined)[]) => {
    const wanted = query.get(name);
    return wanted === null || values.includes(wanted);
  };
  const found = candidates.filter((spec) => {
    const status = spec.status ?? 'completed';
    const conclusion = status === 'completed' ? (spec.conclusion ?? 'success') : null;
    return (
      fits('branch', spec.headBranch) &&
      fits('event', spec.event) &&
      fits('head_sha', spec.headSha) &&
      fits('actor', spec.actor ?? 'octocat') &&
      // `status` takes conclusions too.
      fits('status', status, conclusion) &&
      within(query.get('created'), spec.createdAt ?? '')
    );
  });
  const newestFirst = [...found].sort((a, b) => (b.createdAt ?? '').localeCompare(a.createdAt ?? '') || b.id - a.id);
  const { page, headers } = paginated(call, newestFirst);
  const body = { total_count: found.length, workflow_runs: page.map((spec) => run(call.state, spec)) };
  return replies.json(200, body, headers);
}

/** The search syntax for dates: `>=2026-01-01`, `<2026-01-01`, `2026-01-01..2026-02-01`. */
function within(range: string | null, date: string): boolean {
  if (range === null) return true;
  const [from = '', to] = range.split('..');
  if (to !== undefined) return (from === '*' || date >= from) && (to === '*' || date <= to);
  const [, operator = '', bound = ''] = /^(>=|<=|>|<)?(.*)$/.exec(range) ?? [];
  if (operator === '>=') return date >= bound;
  if (operator === '<=') return date <= bound;
  if (operator === '>') return date > bound;
  return operator === '<' ? date < bound : date.startsWith(bound);
}

function artifacts(call: Call, runId?: number): Reply {
  const name = call.query.get('name');
  const found = call.state.artifacts.filter(
    (record) =>
      record.stored !== undefined &&
      (runId === undefined || record.runId === runId) &&
      (name === null || record.name === name),
  );
  const newestFirst = [...found].sort((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id - a.id);
  const { page, headers } = paginated(call, newestFirst);
  const body = { total_count: found.length, artifacts: page.map((record) => artifact(call.state, record)) };
  return replies.json(200, body, headers);
}

/** A redirect to a signed address at another origin, good without any token. */
function download(call: Call): Reply {
  const record = theArtifact(call);
  if (call.params['archive_format'] !== 'zip') return replies.notFound();
  if (record.expired) return replies.gone('Artifact has expired');
  const name = record.name.replace(/[^\w.-]/g, '_');
  const mimeType = call.state.blobs.get(record.blob)?.mimeType ?? 'application/zip';
  const file = mimeType === 'application/zip' ? `${name}.zip` : name;
  return { status: 302, headers: { location: call.state.signedUrl(record.blob, `&rscd=${encodeURIComponent(file)}`) } };
}

function remove(call: Call): Reply {
  const { artifacts: stored } = call.state;
  stored.splice(stored.indexOf(theArtifact(call)), 1);
  return { status: 204 };
}

function theRun(call: Call): RunSpec {
  const found = call.state.run(number(call, 'run_id'));
  if (found === undefined) throw new Answer(replies.notFound());
  return found;
}

function theArtifact(call: Call): ArtifactRecord {
  const id = number(call, 'artifact_id');
  const found = call.state.artifacts.find((record) => record.id === id && record.stored !== undefined);
  if (found === undefined) throw new Answer(replies.notFound());
  return found;
}
