import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const { INPUT_NAME = '', INPUT_PATH = '', MODELGATE_ROOT = '' } = process.env;
const found = createRequire(path.join(MODELGATE_ROOT, 'package.json')).resolve('@actions/artifact');
const { DefaultArtifactClient } = await import(pathToFileURL(found).href);

const client = new DefaultArtifactClient();
const { artifact } = await client.getArtifact(INPUT_NAME);
await client.downloadArtifact(artifact.id, { path: path.resolve(INPUT_PATH) });
