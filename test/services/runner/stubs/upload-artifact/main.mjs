import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const { INPUT_NAME = '', INPUT_PATH = '', MODELGATE_ROOT = '' } = process.env;
// act copies this folder away from the repository
const library = path.join(MODELGATE_ROOT, 'node_modules/@actions/artifact/lib/artifact.js');
const { DefaultArtifactClient } = await import(pathToFileURL(library).href);

const at = path.resolve(INPUT_PATH);
const folder = statSync(at).isDirectory() ? at : path.dirname(at);
const files =
  folder === at
    ? readdirSync(at, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name))
    : [at];
await new DefaultArtifactClient().uploadArtifact(INPUT_NAME, files, folder);
