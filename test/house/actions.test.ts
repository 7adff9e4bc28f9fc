import { existsSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type ActionMetadata, readActionMetadata } from '../../scripts/action-metadata.ts';
import { staleGenerated } from '../../scripts/generate.ts';
import { selfUses } from '../../scripts/self-uses.ts';
import { files, read, root } from './repository.ts';
import { stepProblems, stepsOf, yamlDocuments } from './steps.ts';

const actionFiles = files.filter((file) => /^(actions\/[^/]+\/)?action\.yml$/.test(file));
const metadata = new Map<string, ActionMetadata>(actionFiles.map((file) => [file, readActionMetadata(root, file)]));

test('tables and schemas that are made from other files are up to date (npm run generate)', () => {
  expect(staleGenerated(root)).toEqual([]);
});

test('every folder of actions is an action with its main, inputs and page', () => {
  const folders = new Set(files.flatMap((file) => /^actions\/[^/]+/.exec(file) ?? []));
  const wanted = [...folders].flatMap((folder) =>
    ['action.yml', 'main.ts', 'inputs.ts', 'README.md', 'package.json'].map((name) => `${folder}/${name}`),
  );
  expect(wanted.filter((file) => !files.includes(file))).toEqual([]);
});

describe.each([...metadata])('%s', (file, action) => {
  const folder = path.posix.dirname(file);

  test('what it runs exists in dist', () => {
    const { runs } = action;
    const entries = runs.using === 'node24' ? [runs.main, runs.pre, runs.post].filter((one) => one !== undefined) : [];
    const outside = entries.filter((entry) => !path.posix.join(folder, entry).startsWith('dist/'));
    const absent = entries.filter((entry) => !existsSync(path.join(root, folder, entry)));
    expect({ outside, absent }).toEqual({ outside: [], absent: [] });
    if (runs.using === 'node24') expect(runs.main).toBe(`../../dist/${path.basename(folder)}/main.mjs`);
    expect('post' in runs).toBe(existsSync(path.join(root, folder, 'post.ts')));
  });

  test('every step speaks only of what there is', () => {
    const steps = action.runs.using === 'composite' ? action.runs.steps : [];
    expect(stepProblems(file, steps, declaredOutputs)).toEqual([]);
    const used = action.runs.using === 'composite' ? JSON.stringify([steps, action.outputs]) : '';
    const inputs = [...used.matchAll(/\binputs\.([\w-]+)/g)].map(([, name]) => name ?? '');
    expect(inputs.filter((name) => !(name in action.inputs))).toEqual([]);
    const siblings = selfUses(read(file)).filter((target) => !files.includes(`${target}/action.yml`));
    expect(siblings).toEqual([]);
  });
});

describe.each([...metadata].filter(([file]) => files.includes(file.replace('action.yml', 'inputs.ts'))))(
  '%s and its inputs.ts',
  (file, action) => {
    test('name the same inputs and outputs, with the same words and defaults', async () => {
      const loaded: unknown = await import(path.join(root, path.dirname(file), 'inputs.ts'));
      const { inputs, outputs } = declaration.parse(loaded);
      expect(Object.keys(action.inputs).toSorted()).toEqual(Object.keys(inputs.shape).toSorted());
      const problems = Object.entries(inputs.shape).flatMap(([name, schema]) => {
        const input = action.inputs[name];
        return input === undefined ? [] : inputProblems(input, schema).map((problem) => `${name}: ${problem}`);
      });
      expect(problems).toEqual([]);
      const described = Object.entries(action.outputs).map(([name, { description }]) => [name, description.trim()]);
      expect(Object.fromEntries(described)).toEqual(outputs);
    });
  },
);

test('an input that differs from its schema is told', () => {
  const flag = z.stringbool().default(true).describe('Whether.');
  expect(inputProblems({ description: 'Whether.\n', required: false, default: 'true' }, flag)).toEqual([]);
  expect(inputProblems({ description: 'If.', required: true, default: 'false' }, flag)).toEqual([
    'description: the schema says "Whether."',
    'required: true, but the schema has a default',
    'default: "false", but the schema\'s is true',
  ]);
  expect(inputProblems({ description: 'Word.', required: false }, z.string().describe('Word.'))).toEqual([
    'required: false, but the schema demands it',
  ]);
});

test('examples and pages use only outputs that there are', () => {
  const pages = files.filter((file) =>
    /^(\.github\/workflows|examples|docs)\/.*\.(ya?ml|md)$|^README\.md$|^actions\/.*\.md$/.test(file),
  );
  const problems = pages.flatMap((file) =>
    yamlDocuments(file, read(file)).flatMap((document) =>
      stepsOf(document).flatMap((steps) => stepProblems(file, steps, declaredOutputs)),
    ),
  );
  expect(problems).toEqual([]);
});

const declaration = z.object({
  inputs: z.object({ shape: z.record(z.string(), z.instanceof(z.ZodType)) }),
  outputs: z.record(z.string(), z.string()),
});

/** Where action.yml and the schema of one input disagree. */
function inputProblems(input: ActionMetadata['inputs'][string], schema: z.ZodType): readonly string[] {
  const omitted = schema.safeParse(undefined);
  const problems: string[] = [];
  if (input.description.trim() !== schema.description)
    problems.push(`description: the schema says "${schema.description}"`);
  if (input.required === omitted.success)
    problems.push(`required: ${input.required}, but the schema ${omitted.success ? 'has a default' : 'demands it'}`);
  // A default like `${{ github.token }}` is the runner's; no schema can hold it.
  if (input.default === undefined || input.default.startsWith('${{')) return problems;
  const given = schema.safeParse(input.default);
  const same = given.success && omitted.success && isDeepStrictEqual(given.data, omitted.data);
  return same
    ? problems
    : [...problems, `default: "${input.default}", but the schema's is ${JSON.stringify(omitted.data)}`];
}

/** Outputs of one of our own actions by what a `uses:` says; undefined for other people's. */
function declaredOutputs(uses: string): readonly string[] | undefined {
  const target = /^(?:\.|\$|modelgate\/modelgate)(?:\/([^@]+))?(?:@|$)/.exec(uses);
  const action = target && metadata.get(path.posix.join(target[1] ?? '.', 'action.yml'));
  return action ? Object.keys(action.outputs) : undefined;
}
