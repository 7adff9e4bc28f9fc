import type { Reply } from '../reply.ts';
import { Answer, replies } from '../reply.ts';
import type { Call, Route } from '../router.ts';
import { field, number, paginated } from '../router.ts';
import { checkRun } from '../shapes.ts';
import type { Annotation, CheckRunRecord } from '../state.ts';
import { loginOf } from './identity.ts';

const all = '/repos/{owner}/{repo}/check-runs';
const single = '/repos/{owner}/{repo}/check-runs/{check_run_id}';

export const checkRoutes: readonly Route[] = [
  { method: 'POST', template: all, needs: ['checks:write'], handle: create },
  {
    method: 'GET',
    template: single,
    needs: ['checks:read'],
    handle: (call) => replies.json(200, checkRun(call.state, existing(call))),
  },
  { method: 'PATCH', template: single, needs: ['checks:write'], handle: update },
  { method: 'GET', template: `${single}/annotations`, needs: ['checks:read'], handle: annotations },
  { method: 'GET', template: '/repos/{owner}/{repo}/commits/{ref}/check-runs', needs: ['checks:read'], handle: list },
];

async function create(call: Call): Promise<Reply> {
  const { state } = call;
  const headSha = text(call, 'head_sha') ?? '';
  const name = text(call, 'name');
  if (name === undefined)
    throw new Answer(replies.unprocessable('CheckRun', 'name', 'missing_field', 'name is missing'));
  if ((await state.git.commitSha(headSha)) === undefined) {
    return replies.problem(422, `No commit found for SHA: ${headSha}`);
  }
  const slug = /^(.*)\[bot\]$/.exec(loginOf(call))?.[1];
  if (slug === undefined) return replies.problem(403, 'You must authenticate via a GitHub App.');
  const record: CheckRunRecord = {
    id: state.nextId(),
    headSha,
    app: slug,
    name,
    status: 'queued',
    conclusion: null,
    title: null,
    summary: null,
    text: null,
    annotations: [],
    externalId: '',
    detailsUrl: 'https://help.github.com/en/actions',
    startedAt: text(call, 'started_at') ?? state.time(),
    completedAt: null,
  };
  change(call, record);
  state.checkRuns.push(record);
  return replies.json(201, checkRun(state, record));
}

function update(call: Call): Reply {
  const record = existing(call);
  if (`${record.app}[bot]` !== loginOf(call)) {
    const message = `Invalid app_id \`${record.app}\` - check run can only be modified by the GitHub App that created it.`;
    return replies.problem(403, message);
  }
  change(call, record);
  return replies.json(200, checkRun(call.state, record));
}

async function list(call: Call): Promise<Reply> {
  const { state, query } = call;
  const sha = await state.git.commitSha(call.params['ref'] ?? '');
  if (sha === undefined) return replies.problem(422, `No commit found for SHA: ${call.params['ref']}`);
  const name = query.get('check_name');
  const status = query.get('status');
  const fits = state.checkRuns.filter(
    (record) =>
      record.headSha === sha &&
      (name === null || record.name === name) &&
      (status === null || record.status === status),
  );
  // `filter=latest`, the default, shows the newest run of a name and app.
  const key = (record: CheckRunRecord) => `${record.app}\n${record.name}`;
  const latest = [...new Map(fits.map((record) => [key(record), record])).values()];
  const shown = (query.get('filter') === 'all' ? fits : latest).reverse();
  const { page, headers } = paginated(call, shown);
  const body = { total_count: shown.length, check_runs: page.map((record) => checkRun(state, record)) };
  return replies.json(200, body, headers);
}

function annotations(call: Call): Reply {
  const record = existing(call);
  const { page, headers } = paginated(call, record.annotations);
  const blob = `https://github.com/${call.state.repository.fullName}/blob/${record.headSha}`;
  const shown = page.map((annotation) => ({
    ...{ start_column: null, end_column: null, title: null, raw_details: null },
    ...annotation,
    blob_href: `${blob}/${annotation.path}`,
  }));
  return replies.json(200, shown, headers);
}

function existing(call: Call): CheckRunRecord {
  const id = number(call, 'check_run_id');
  const record = call.state.checkRuns.find((candidate) => candidate.id === id);
  if (record === undefined) throw new Answer(replies.notFound());
  return record;
}

/** Applies the fields that are given; everything is checked before anything changes. */
function change(call: Call, record: CheckRunRecord): void {
  const { state } = call;
  const conclusion = text(call, 'conclusion');
  const status = conclusion === undefined ? text(call, 'status') : 'completed';
  if (status === 'completed' && conclusion === undefined && record.conclusion === null) {
    throw new Answer(replies.problem(422, "Invalid request.\n\nFor 'allOf/1', \"conclusion\" wasn't supplied."));
  }
  const output = field(call.body, 'output');
  const given = { title: short(output, 'title'), summary: short(output, 'summary'), text: short(output, 'text') };
  if (output !== undefined && given.summary === undefined) {
    throw new Answer(replies.problem(422, 'Invalid request.\n\n"summary" wasn\'t supplied.'));
  }
  record.annotations = [...record.annotations, ...newAnnotations(field(output, 'annotations'))];
  record.name = text(call, 'name') ?? record.name;
  record.status = status ?? record.status;
  record.conclusion = conclusion ?? record.conclusion;
  record.completedAt = record.status === 'completed' ? (text(call, 'completed_at') ?? state.time()) : null;
  record.externalId = text(call, 'external_id') ?? record.externalId;
  record.detailsUrl = text(call, 'details_url') ?? record.detailsUrl;
  record.title = given.title ?? record.title;
  record.summary = given.summary ?? record.summary;
  record.text = given.text ?? record.text;
}

function text(call: Call, name: string): string | undefined {
  const value = field(call.body, name);
  return typeof value === 'string' ? value : undefined;
}

/** The documented 65,535 characters are bytes of UTF-8 in practice (a MySQL BLOB column). */
function short(output: unknown, name: string): string | undefined {
  const value = field(output, name);
  if (typeof value !== 'string') return undefined;
  if (name !== 'title' && Buffer.byteLength(value, 'utf8') > 65_535) {
    const message = `Invalid request.\n\nOnly 65535 characters are allowed; ${Buffer.byteLength(value, 'utf8')} were supplied.`;
    throw new Answer(replies.problem(422, message));
  }
  return value;
}

function newAnnotations(value: unknown): readonly Annotation[] {
  if (!Array.isArray(value)) return [];
  if (value.length > 50) {
    throw new Answer(
      replies.problem(422, `Invalid request.\n\nNo more than 50 items are allowed; ${value.length} were supplied.`),
    );
  }
  for (const one of value) {
    for (const name of ['path', 'start_line', 'end_line', 'annotation_level', 'message']) {
      if (field(one, name) !== undefined) continue;
      throw new Answer(replies.problem(422, `Invalid request.\n\n"${name}" wasn't supplied.`));
    }
  }
  return value as readonly Annotation[];
}
