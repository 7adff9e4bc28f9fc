import path from 'node:path';
import { pathToFileURL } from 'node:url';

const { INPUT_NAME = '', INPUT_PATH = '', MODELGATE_ROOT = '' } = process.env;
// act copies this folder away from the repository
const library = path.join(MODELGATE_ROOT, 'node_modules/@actions/artifact/lib/artifact.js');
const { DefaultArtifactClient } = await import(pathToFileURL(library).href);

const client = new DefaultArtifactClient();
const { artifact } = await client.getArtifact(INPUT_NAME);
await client.downloadArtifact(artifact.id, { path: path.resolve(INPUT_PATH) });
