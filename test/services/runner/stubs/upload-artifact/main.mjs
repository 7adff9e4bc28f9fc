import { readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const { INPUT_NAME = '', INPUT_PATH = '', MODELGATE_ROOT = '' } = process.env;
const artifact = createRequire(path.join(MODELGATE_ROOT, 'package.json')).resolve('@actions/artifact');
const { DefaultArtifactClient } = await import(pathToFileURL(artifact).href);

const at = path.resolve(INPUT_PATH);
const folder = statSync(at).isDirectory() ? at : path.dirname(at);
const files =
  folder === at
    ? readdirSync(at, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name))
    : [at];
await new DefaultArtifactClient().uploadArtifact(INPUT_NAME, files, folder);
