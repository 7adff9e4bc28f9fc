import { UserError } from '@modelgate/core';
import type { MlflowConnection } from './mlflow-connection.ts';
import { artifactListSchema, type MlflowArtifact, type MlflowRun } from './mlflow-reply.ts';

/** Pages of a thousand: more than that is no champion's folder. */
const pagesAtMost = 20;

/**
 * A folder of a run's artifacts, not what lies deeper. Empty when the folder does not exist.
 *
 * @throws UserError baseline-unreadable, also for a name that lies outside of the folder
 */
export async function listArtifacts(
  connection: MlflowConnection,
  run: MlflowRun,
  folder: string,
): Promise<readonly MlflowArtifact[]> {
  checkPath(folder);
  const found: MlflowArtifact[] = [];
  let token: string | undefined;
  for (let page = 0; page < pagesAtMost; page++) {
    const reply = await connection.json({
      method: 'GET',
      path: 'artifacts/list',
      query: { run_id: run.runId, path: folder, page_token: token },
      schema: artifactListSchema,
    });
    for (const file of reply.files) {
      checkPath(file.path);
      if (folder !== '' && !file.path.startsWith(`${folder}/`)) {
        throw new UserError('baseline-unreadable', `${connection.service} lists a file outside of ${folder}`, {
          how: 'look at the artifacts of this run: the server answers with names that were not asked for',
        });
      }
      found.push({ path: file.path, folder: file.is_dir, size: file.file_size });
    }
    token = reply.next_page_token;
    if (token === undefined) return found;
  }
  throw new UserError('baseline-unreadable', `${folder} of run ${run.runId} holds too many files to be a champion`, {
    how: 'record the champion in a run of its own',
  });
}

/**
 * One artifact. It is looked up in its folder first: MLflow 2 answers 500 for a missing one, which reads as an outage.
 *
 * @param limit bytes; larger ones are refused before they are read where the server tells sizes
 * @returns undefined when there is no such artifact
 */
export async function downloadArtifact(
  connection: MlflowConnection,
  run: MlflowRun,
  path: string,
  limit: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  checkPath(path);
  const siblings = await listArtifacts(connection, run, path.slice(0, Math.max(0, path.lastIndexOf('/'))));
  const found = siblings.find((one) => one.path === path && !one.folder);
  if (found === undefined) return undefined;
  if (found.size !== undefined && found.size > limit) {
    throw new UserError(
      'baseline-unreadable',
      `${path} of run ${run.runId} has ${megabytes(found.size)} MiB; allowed are ${megabytes(limit)}`,
      { how: 'record a smaller champion: the key and the output columns are enough' },
    );
  }
  const reply = await connection.reply({
    method: 'GET',
    path: downloadPath(connection, run, path),
    repeatable: true,
    maxBytes: limit,
  });
  return reply.bytes;
}

/**
 * Writes one artifact through the server; the same path again replaces it.
 *
 * @throws UserError baseline-unreadable when the server does not pass artifacts on (its users write to the store directly)
 */
export async function uploadArtifact(
  connection: MlflowConnection,
  run: MlflowRun,
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  checkPath(path);
  const root = proxiedRoot(connection, run);
  if (root === undefined) {
    const store = URL.parse(run.artifactUri)?.protocol ?? 'an unknown store';
    throw new UserError(
      'baseline-unreadable',
      `${connection.service} keeps the artifacts of experiment ${run.experimentId} in ${store}, where only its users can write`,
      { how: 'record into an experiment whose artifacts the server passes on (mlflow server --serve-artifacts)' },
    );
  }
  await connection.reply({
    method: 'PUT',
    path: `${root}/${encoded(path)}`,
    repeatable: true,
    body: bytes,
    type: 'application/octet-stream',
  });
}

/** The server's own route where it passes artifacts on; else the one of its pages, which reads any store it can. */
function downloadPath(connection: MlflowConnection, run: MlflowRun, path: string): string {
  const root = proxiedRoot(connection, run);
  if (root !== undefined) return `${root}/${encoded(path)}`;
  return `/get-artifact?${new URLSearchParams({ run_id: run.runId, path })}`;
}

/** `mlflow-artifacts:/1/<run>/artifacts`; an authority in it names another server, which our credentials are not for. */
function proxiedRoot(connection: MlflowConnection, run: MlflowRun): string | undefined {
  const uri = /^mlflow-artifacts:(?:\/\/(?<host>[^/]*))?(?<path>\/[^?#]+)$/.exec(run.artifactUri)?.groups;
  const host = uri?.['host'] ?? '';
  if (uri?.['path'] === undefined || (host !== '' && host !== connection.host)) return undefined;
  const path = uri['path'].replace(/^\/+|\/+$/g, '');
  checkPath(path);
  return `/api/2.0/mlflow-artifacts/artifacts/${encoded(path)}`;
}

function encoded(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** Names come from manifests and servers: none may lead out of its folder, in any spelling. */
function checkPath(path: string): void {
  const odd = (part: string) => part === '' || part === '.' || part === '..' || /[\\%\p{C}]/u.test(part);
  if (path.length > 500 || (path !== '' && path.split('/').some(odd))) {
    throw new UserError('baseline-unreadable', `${JSON.stringify(path.slice(0, 80))} is no path of an artifact`, {
      how: 'name it relative to the run, with / between folders, without . or ..',
    });
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}
