import { expect, test } from 'vitest';
import { versionProblems, type Workspace, workspaces } from '../../scripts/workspaces.ts';
import { files, read, root } from './repository.ts';

const foundation = ['core', 'statistics'];
const measuring = ['tables', 'metrics', 'baselines', 'evidence'];
const judging = ['data-contracts', 'comparison', 'images', 'rollouts'];

/** Which room may import which: the arrows of the architecture. Only `action` and `github` know that GitHub exists. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  core: [],
  statistics: [],
  ...Object.fromEntries(measuring.map((room) => [room, foundation])),
  ...Object.fromEntries(judging.map((room) => [room, [...foundation, ...measuring]])),
  reports: ['core'],
  github: ['core'],
  // Not `comparison` and its like: an action hands its judgement in. The stores of `baselines` and `evidence` get GitHub's from here.
  action: ['core', 'reports', 'github', 'baselines', 'evidence'],
  actions: [...foundation, ...measuring, ...judging, 'reports', 'action'],
  cli: [...foundation, ...measuring, ...judging, 'reports', 'action'],
};

/** Third-party code that only these rooms may know. */
const confined: readonly { readonly name: RegExp; readonly rooms: readonly string[] }[] = [
  { name: /^@(actions|octokit)\//, rooms: ['github', 'action'] },
  { name: /^@duckdb\//, rooms: ['tables'] },
];

const all = workspaces(root);

test('every workspace has the one version, and asks for that of its siblings', () => {
  expect(versionProblems(all)).toEqual([]);
});

test('a differing version is named', () => {
  const one = { name: 'a', dependencies: { b: '1.0.1' }, devDependencies: {} };
  const workspacesOfTwoVersions: readonly Workspace[] = [
    { ...one, version: '1.0.0', file: 'package.json' },
    { ...one, name: 'b', version: '1.0.2', file: 'packages/b/package.json' },
  ];
  expect(versionProblems(workspacesOfTwoVersions)).toEqual([
    'package.json asks for b 1.0.1, package.json has 1.0.0',
    'packages/b/package.json has the version 1.0.2, package.json has 1.0.0',
    'packages/b/package.json asks for b 1.0.1, package.json has 1.0.0',
  ]);
});

test('every dependency has an exact version', () => {
  const loose = all.flatMap(({ file, dependencies, devDependencies }) =>
    Object.entries({ ...dependencies, ...devDependencies })
      .filter(([, asked]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(asked))
      .map(([name, asked]) => `${file}: ${name} ${asked}`),
  );
  expect(loose).toEqual([]);
});

test('rooms depend on each other only along the arrows', () => {
  const wrong = rooms().flatMap(({ room, file, dependencies }) =>
    siblings(dependencies)
      .filter((target) => !(arrows[room] ?? []).includes(target))
      .map((target) => `${file}: ${room} may not depend on ${target}`),
  );
  expect(wrong).toEqual([]);
});

test('every room stands in the table of arrows, and the arrows have no cycle', () => {
  expect(rooms().filter(({ room }) => arrows[room] === undefined)).toEqual([]);
  const settled = new Set<string>();
  for (let before = -1; before < settled.size; ) {
    before = settled.size;
    for (const [room, targets] of Object.entries(arrows))
      if (targets.every((one) => settled.has(one))) settled.add(room);
  }
  expect(Object.keys(arrows).filter((room) => !settled.has(room))).toEqual([]);
});

test('the toolkit of GitHub and the engine stay in their rooms', () => {
  const wrong = rooms().flatMap(({ room, file, dependencies }) =>
    confined.flatMap(({ name, rooms: allowed }) =>
      Object.keys(dependencies)
        .filter((dependency) => name.test(dependency) && !allowed.includes(room))
        .map((dependency) => `${file}: only ${allowed.join(' and ')} may depend on ${dependency}`),
    ),
  );
  expect(wrong).toEqual([]);
});

test('a sibling is imported by its name only, and only when declared', () => {
  const wrong = sources().flatMap(({ file, folder, workspace, isTest }) =>
    imports(read(file)).flatMap((specifier) => {
      if (specifier.startsWith('.')) {
        const target = new URL(specifier, `file:///${file}`).pathname.slice(1);
        const outside = !target.startsWith(`${folder}/`) && !(isTest && /^(test|scripts)\//.test(target));
        return outside ? [`${file} reaches into ${target}`] : [];
      }
      if (!specifier.startsWith('@modelgate/')) return [];
      const [, name = '', inner] = specifier.split('/');
      if (inner !== undefined) return [`${file} reaches into ${specifier}`];
      const declared = { ...workspace.dependencies, ...(isTest ? workspace.devDependencies : {}) };
      return `@modelgate/${name}` in declared
        ? []
        : [`${file} imports ${specifier}, which ${workspace.file} does not declare`];
    }),
  );
  expect(wrong).toEqual([]);
});

test('zod is imported as a namespace: the name `z` would bring all its languages into dist, 260 kB at every start', () => {
  const named = sources().filter(
    ({ file, isTest }) => !isTest && /^import \{[^}]*\bz\b[^}]*\} from 'zod'/m.test(read(file)),
  );
  expect(named.map(({ file }) => `${file}: write import * as z from 'zod'`)).toEqual([]);
});

function rooms(): readonly (Workspace & { readonly room: string })[] {
  return all.flatMap((workspace) => {
    const [kind, name = ''] = workspace.file.split('/');
    return kind === 'package.json' ? [] : [{ ...workspace, room: kind === 'actions' ? 'actions' : name }];
  });
}

function siblings(dependencies: Workspace['dependencies']): readonly string[] {
  return Object.keys(dependencies).flatMap((name) => /^@modelgate\/(.+)$/.exec(name)?.[1] ?? []);
}

function sources() {
  return rooms().flatMap((workspace) => {
    const folder = workspace.file.slice(0, -'/package.json'.length);
    return files
      .filter((file) => file.startsWith(`${folder}/`) && /\.m?ts$/.test(file))
      .map((file) => ({ file, folder, workspace, isTest: /\/(test|scripts)\//.test(file) }));
  });
}

function imports(source: string): readonly string[] {
  const found = source.matchAll(/^\s*(?:import|export)\b[^;'"]*?\bfrom\s*['"]([^'"]+)|\bimport\s*\(?\s*['"]([^'"]+)/gm);
  return [...found].map(([, from, call]) => from ?? call ?? '');
}
