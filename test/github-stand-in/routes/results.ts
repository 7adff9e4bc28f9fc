import type { Reply } from '../reply.ts';
import { replies } from '../reply.ts';
import type { Call } from '../router.ts';
import { field } from '../router.ts';
import type { ArtifactRecord, State } from '../state.ts';
import { digestOf } from '../state.ts';

/** The results service that @actions/artifact and @actions/cache speak: Twirp over HTTP, JSON in snake_case. */

type Method = (call: Call, job: JobIdentity) => Reply;
type JobIdentity = { readonly run: string; readonly job: string };

const methods: { readonly [name: string]: Method } = {
  'ArtifactService/CreateArtifact': createArtifact,
  'ArtifactService/FinalizeArtifact': finalizeArtifact,
  'ArtifactService/ListArtifacts': listArtifacts,
  'ArtifactService/GetSignedArtifactURL': signedUrl,
  'ArtifactService/DeleteArtifact': deleteArtifact,
  'CacheService/CreateCacheEntry': createCacheEntry,
  'CacheService/FinalizeCacheEntryUpload': finalizeCacheEntry,
  'CacheService/GetCacheEntryDownloadURL': cacheUrl,
};

export const resultsPrefix = '/twirp/github.actions.results.api.v1.';

export function results(call: Call): Reply {
  const method = methods[call.path.slice(resultsPrefix.length)];
  if (method === undefined || call.method !== 'POST')
    return twirpError(404, 'bad_route', `no handler for ${call.path}`);
  const job = jobOf(call.headers.authorization);
  if (job === undefined) return twirpError(401, 'unauthenticated', 'no runtime token with an Actions.Results scope');
  const named = text(call, 'workflow_run_backend_id');
  if (named !== '' && named !== job.run) return twirpError(403, 'permission_denied', 'the token is of another run');
  return method(call, job);
}

function createArtifact(call: Call, { run, job }: JobIdentity): Reply {
  const name = text(call, 'name');
  // Names are immutable within a run, over all its attempts.
  const taken = call.state.artifacts.some(
    (record) => record.name === name && record.runId === Number(run) && record.stored,
  );
  if (taken) {
    return twirpError(409, 'already_exists', 'an artifact with this name already exists on the workflow run');
  }
  const made = call.state.createArtifact(
    Number(run),
    job,
    name,
    text(call, 'mime_type') || 'application/zip',
    text(call, 'expires_at') || undefined,
  );
  return replies.json(200, { ok: true, signed_upload_url: call.state.signedUrl(made.blob) });
}

function finalizeArtifact(call: Call, { run }: JobIdentity): Reply {
  const record = newest(call.state, run, text(call, 'name'));
  const data = record && call.state.blobs.get(record.blob)?.data;
  if (record === undefined || data === undefined) return twirpError(404, 'not_found', 'artifact not found');
  const digest = digestOf(data);
  const claimed = text(call, 'hash');
  if (claimed !== '' && claimed !== digest)
    return twirpError(400, 'invalid_argument', 'hash does not match the upload');
  record.stored = { size: data.length, digest };
  return replies.json(200, { ok: true, artifact_id: String(record.id) });
}

function listArtifacts(call: Call, { run }: JobIdentity): Reply {
  const name = text(call, 'name_filter');
  const id = text(call, 'id_filter');
  const found = call.state.artifacts.filter(
    (record) =>
      record.stored &&
      record.runId === Number(run) &&
      (name === '' || record.name === name) &&
      (id === '' || String(record.id) === id),
  );
  const artifacts = found.map((record) => ({
    workflow_run_backend_id: run,
    workflow_job_run_backend_id: record.job,
    database_id: String(record.id),
    name: record.name,
    size: String(record.stored?.size ?? 0),
    created_at: record.createdAt,
    digest: record.stored?.digest,
  }));
  return replies.json(200, { artifacts });
}

function signedUrl(call: Call, { run }: JobIdentity): Reply {
  const record = newest(call.state, run, text(call, 'name'));
  if (record === undefined) return twirpError(404, 'not_found', 'artifact not found');
  const url = call.state.signedUrl(record.blob, `&rscd=${encodeURIComponent(record.name)}`);
  return replies.json(200, { name: record.name, signed_url: url });
}

function deleteArtifact(call: Call, { run }: JobIdentity): Reply {
  const record = newest(call.state, run, text(call, 'name'));
  if (record === undefined) return twirpError(404, 'not_found', 'artifact not found');
  call.state.artifacts.splice(call.state.artifacts.indexOf(record), 1);
  return replies.json(200, { ok: true, artifact_id: String(record.id) });
}

function createCacheEntry(call: Call): Reply {
  const { state } = call;
  const key = text(call, 'key');
  const version = text(call, 'version');
  const taken = state.caches.some((entry) => entry.key === key && entry.version === version && entry.finalized);
  if (taken) return twirpError(409, 'already_exists', 'cache entry already exists');
  const { key: blob } = state.newBlob('application/octet-stream');
  state.caches.push({ id: state.nextId(), key, version, blob, finalized: false });
  return replies.json(200, { ok: true, signed_upload_url: state.signedUrl(blob) });
}

function finalizeCacheEntry(call: Call): Reply {
  const key = text(call, 'key');
  const version = text(call, 'version');
  const entry = call.state.caches.findLast((candidate) => candidate.key === key && candidate.version === version);
  if (entry === undefined) return twirpError(404, 'not_found', 'cache entry not found');
  entry.finalized = true;
  return replies.json(200, { ok: true, entry_id: String(entry.id) });
}

/** Exact key first, then each restore key as a prefix, the newest entry winning. */
function cacheUrl(call: Call): Reply {
  const version = text(call, 'version');
  const key = text(call, 'key');
  const restore = field(call.body, 'restore_keys');
  const newestFirst = call.state.caches.filter((entry) => entry.finalized && entry.version === version).reverse();
  const prefixes = Array.isArray(restore) ? restore.filter((prefix) => typeof prefix === 'string') : [];
  const byPrefix = prefixes.map((prefix) => newestFirst.find((entry) => entry.key.startsWith(prefix)));
  const found = newestFirst.find((entry) => entry.key === key) ?? byPrefix.find((entry) => entry !== undefined);
  if (found === undefined) return replies.json(200, { ok: false, signed_download_url: '', matched_key: '' });
  const url = call.state.signedUrl(found.blob);
  return replies.json(200, { ok: true, signed_download_url: url, matched_key: found.key });
}

function newest(state: State, run: string, name: string): ArtifactRecord | undefined {
  return state.artifacts.findLast((record) => record.runId === Number(run) && record.name === name);
}

function text(call: Call, name: string): string {
  const value = field(call.body, name);
  return typeof value === 'string' ? value : '';
}

function twirpError(status: number, code: string, msg: string): Reply {
  return replies.json(status, { code, msg });
}

/** Run and job out of the runtime token's `scp` claim, `Actions.Results:<run>:<job>`. */
function jobOf(authorization: string | undefined): JobIdentity | undefined {
  const payload = /^Bearer [^.]+\.([^.]+)\./.exec(authorization ?? '')?.[1];
  if (payload === undefined) return undefined;
  let claims: unknown;
  try {
    claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
  const scopes = field(claims, 'scp');
  const [, run, job] = /(?:^| )Actions\.Results:([^: ]+):([^: ]+)/.exec(typeof scopes === 'string' ? scopes : '') ?? [];
  return run === undefined || job === undefined ? undefined : { run, job };
}
