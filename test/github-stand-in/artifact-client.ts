/** A step of a job for artifacts.test.ts: what @actions/artifact sees when it uploads, lists, downloads and collides. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DefaultArtifactClient } from '@actions/artifact';

const client = new DefaultArtifactClient();
const {
  GITHUB_WORKSPACE: root = '',
  RUNNER_TEMP: temp = '',
  GITHUB_OUTPUT: output = '',
  GITHUB_REPOSITORY: repo = '',
} = process.env;
writeFileSync(path.join(root, 'verdict.json'), '{"status":"pass"}');
writeFileSync(path.join(root, 'report.html'), '<h1>pass</h1>');

const verdict = path.join(root, 'verdict.json');
const uploaded = await client.uploadArtifact('verdict', [verdict], root);
const page = await client.uploadArtifact('ignored', [path.join(root, 'report.html')], root, { skipArchive: true });
const collision = await client.uploadArtifact('verdict', [verdict], root).catch((error: Error) => error.message);
const listed = (await client.listArtifacts()).artifacts.map(({ name, id, size }) => ({ name, id, size }));

await client.downloadArtifact(uploaded.id ?? 0, { path: path.join(temp, 'own') });
const own = readFileSync(path.join(temp, 'own', 'verdict.json'), 'utf8');

// Another run's artifacts go through REST, with a token and the redirect to the other origin.
const [repositoryOwner = '', repositoryName = ''] = repo.split('/');
const findBy = { token: process.env['INPUT_GITHUB-TOKEN'] ?? '', workflowRunId: 70, repositoryOwner, repositoryName };
const { artifact } = await client.getArtifact('baseline', { findBy });
await client.downloadArtifact(artifact.id, {
  path: path.join(temp, 'other'),
  findBy,
  expectedHash: artifact.digest ?? '',
});
const other = readdirSync(path.join(temp, 'other')).map((name) => [
  name,
  readFileSync(path.join(temp, 'other', name), 'utf8'),
]);

const result = { uploaded, page, collision, listed, own, other };
writeFileSync(output, `result<<END\n${JSON.stringify(result)}\nEND\n`);
