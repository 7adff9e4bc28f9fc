import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';

const manifest = z.object({
  name: z.string(),
  version: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
});

/** One package.json of this repository. */
export interface Workspace extends z.infer<typeof manifest> {
  /** Path of the package.json, relative to the root, with "/". */
  readonly file: string;
}

/** The root's package.json and those of all packages and actions, in order of their paths, the root first. */
export function workspaces(root: string): readonly Workspace[] {
  const files = globSync(['packages/*/package.json', 'actions/*/package.json'], { cwd: root }).map((file) =>
    file.replaceAll(path.sep, '/'),
  );
  return ['package.json', ...files.toSorted()].map((file) => ({
    ...manifest.parse(JSON.parse(readFileSync(path.join(root, file), 'utf8'))),
    file,
  }));
}

/** Where this repository does not have one version everywhere, one line each: the workspaces, and what they ask of each other. */
export function versionProblems(all: readonly Workspace[]): readonly string[] {
  const expected = all[0]?.version ?? '';
  const names = new Set(all.map(({ name }) => name));
  const invalid = /^\d+\.\d+\.\d+$/.test(expected)
    ? []
    : [`package.json has the version ${expected}, which is not X.Y.Z`];
  const differing = all.flatMap(({ file, version, dependencies, devDependencies }) => {
    const siblings = Object.entries({ ...dependencies, ...devDependencies }).filter(([name]) => names.has(name));
    return [
      ...(version === expected ? [] : [`${file} has the version ${version}, package.json has ${expected}`]),
      ...siblings
        .filter(([, asked]) => asked !== expected)
        .map(([name, asked]) => `${file} asks for ${name} ${asked}, package.json has ${expected}`),
    ];
  });
  return [...invalid, ...differing];
}
