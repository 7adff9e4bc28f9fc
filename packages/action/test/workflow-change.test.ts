import { describe, expect, test } from 'vitest';
import { changedOwners, ownersFile } from '../src/owners-change.ts';
import { isRunFile, workflowChanges } from '../src/workflow-change.ts';

const file = '.github/workflows/gate.yml';
const policies = ['modelgate.yml', '.modelgate/waivers.yml'];
const workflow = `on:
  pull_request:
  push: { branches: [main] }
permissions: { contents: read }
jobs:
  gate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - run: make score
      - id: gate
        uses: modelgate/modelgate@v1
        with: { stage: pull-request }
  other:
    runs-on: ubuntu-latest
    steps: [{ run: make test }]
`;

/** What comes of replacing pieces of the workflow above. */
function changes(...replaced: readonly (readonly [string, string])[]): string[] {
  const after = replaced.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`${from} is not in the workflow`);
    return text.replace(from, to);
  }, workflow);
  return told(workflow, after);
}

function told(before: string | undefined, after: string | undefined, path = file): string[] {
  return workflowChanges(path, [before, after], policies).map(({ effect, words }) => `${effect}: ${words}`);
}

const step = 'uses: modelgate/modelgate@v1\n        with: { stage: pull-request }\n';

describe('a workflow that runs Modelgate', () => {
  test.each<readonly [string, string, string]>([
    [
      'stage: pull-request }',
      'stage: pull-request, comment: false }',
      'changed: changes a step of Modelgate: `comment: false` added',
    ],
    [
      'stage: pull-request',
      'stage: nightly',
      'changed: changes a step of Modelgate: `stage: pull-request` → `nightly`',
    ],
    ['{ stage: pull-request }', '{}', 'changed: changes a step of Modelgate: `stage: pull-request` removed'],
    ['@v1', '@v2', 'changed: changes a step of Modelgate: `uses: modelgate/modelgate@v1` → `modelgate/modelgate@v2`'],
    ['- id: gate', '- id: gate\n        if: false', 'loosened: changes a step of Modelgate: `if: false` added'],
    ['- id: gate', '- id: gate\n        if: always()', 'tightened: changes a step of Modelgate: `if: always()` added'],
    [
      '- id: gate',
      '- id: gate\n        continue-on-error: true',
      'loosened: changes a step of Modelgate: `continue-on-error: true` added',
    ],
    [
      'uses: modelgate/modelgate@v1',
      'uses: mallory/modelgate@v1',
      'loosened: changes a step of Modelgate: `uses: modelgate/modelgate@v1` → `mallory/modelgate@v1`',
    ],
    [`      - id: gate\n        ${step}`, '', 'loosened: removes a step of Modelgate in job `gate`: `gate`'],
    [
      '  gate:\n',
      '  gate:\n    if: github.actor != "mallory"\n',
      'loosened: changes the job `gate`, which runs Modelgate: `if: github.actor != "mallory"` added',
    ],
    [
      '  gate:\n',
      '  gate:\n    continue-on-error: true\n',
      'loosened: changes the job `gate`, which runs Modelgate: `continue-on-error: true` added',
    ],
    ['  pull_request:\n', '', 'loosened: no longer runs on `pull_request`'],
    ['  pull_request:\n', '  pull_request: { paths: [src/**] }\n', 'loosened: changes when `pull_request` runs it'],
    ['on:\n', 'on:\n  pull_request_target:\n', 'loosened: now runs on `pull_request_target`'],
    ['on:\n', 'on:\n  schedule: [{ cron: 0 3 * * * }]\n', 'changed: now runs on `schedule`'],
    ['make score', 'cp eval/golden.csv out/predictions.csv', 'changed: changes a workflow that runs Modelgate'],
    ['contents: read', 'contents: write', 'changed: changes a workflow that runs Modelgate'],
    ['on:\n', 'env: &all { A: 1 }\non:\n', 'changed: changes a workflow that runs Modelgate'],
    [
      'on:\n',
      'env: &all { A: 1 }\nother: *all\non:\n',
      'loosened: changes a workflow that runs Modelgate, in YAML that is not read here',
    ],
  ])('%j becomes %j', (from, to, expected) => {
    expect(changes([from, to])).toEqual([expected]);
  });

  test('comments and layout are no change, nor is a step that only moves', () => {
    expect(changes(['on:\n', '# why\non:\n'])).toEqual([]);
    const moved = changes(
      [`      - id: gate\n        ${step}`, ''],
      ['      - run: make score\n', `      - id: gate\n        ${step}      - run: make score\n`],
    );
    expect(moved).toEqual(['changed: changes a workflow that runs Modelgate']);
  });

  test('that comes or goes', () => {
    expect([told(undefined, workflow), told(workflow, undefined)]).toEqual([
      ['changed: is new: a workflow that runs Modelgate'],
      ['loosened: is removed: a workflow that ran Modelgate'],
    ]);
  });

  test('a reusable workflow that is called', () => {
    const call = (more: string) =>
      `on: push\njobs:\n  gates:\n    uses: modelgate/modelgate/.github/workflows/gates.yml@v1\n${more}`;
    expect(told(call('    with: { gate: quality }\n'), call('    if: false\n'))).toEqual([
      'changed: changes a step of Modelgate: `gate: quality` removed',
      'loosened: changes a step of Modelgate: `if: false` added',
    ]);
  });

  test('an action of the repository', () => {
    const action = (more: string) => `runs:\n  using: composite\n  steps:\n    - uses: modelgate/modelgate@v1\n${more}`;
    expect(told(action(''), action('      if: false\n'), 'gate/action.yml')).toEqual([
      'loosened: changes a step of Modelgate: `if: false` added',
    ]);
  });
});

test('what has nothing to do with Modelgate is not told, what writes the policy is', () => {
  const plain = 'on: push\njobs: { test: { runs-on: x, steps: [{ run: make }] } }\n';
  expect(told(plain, plain.replace('make', 'make all'))).toEqual([]);
  expect(told(plain, plain.replace('make', 'sed -i s/1/9/ .modelgate/waivers.yml'))).toEqual([
    'changed: changes a workflow that runs Modelgate',
  ]);
});

test('files that run something', () => {
  const paths = [
    file,
    '.github/workflows/x.yaml',
    'action.yml',
    'a/b/action.yaml',
    '.github/workflows/a/b.yml',
    'a.yml',
  ];
  expect(paths.filter(isRunFile)).toEqual(paths.slice(0, 4));
});

describe('owners of the policy', () => {
  const owners = (before: string | undefined, after: string | undefined) =>
    changedOwners('CODEOWNERS', [before, after], ['modelgate.yml', 'conf/.modelgate/waivers.yml']).map(
      ({ effect, words }) => `${effect}: ${words}`,
    );
  const mine = 'changes the owners of `modelgate.yml`';
  const waivers = 'changes the owners of `conf/.modelgate/waivers.yml`';

  test.each<readonly [string | undefined, string | undefined, readonly string[]]>([
    ['modelgate.yml @ml', undefined, [`loosened: ${mine}: @ml → nobody`]],
    ['modelgate.yml @ml', '# modelgate.yml @ml', [`loosened: ${mine}: @ml → nobody`]],
    ['modelgate.yml @ml', 'modelgate.yml @ml @mallory', [`loosened: ${mine}: @ml → @ml @mallory`]],
    ['modelgate.yml @ml @ops', 'modelgate.yml @ml', [`tightened: ${mine}: @ml @ops → @ml`]],
    [undefined, '/modelgate.yml @ml', [`tightened: ${mine}: nobody → @ml`]],
    ['* @ml', '* @ml\n*.yml', [`loosened: ${mine}: @ml → nobody`, `loosened: ${waivers}: @ml → nobody`]],
    ['* @ml', '* @ml\n/conf/ @mallory # ours', [`loosened: ${waivers}: @ml → @mallory`]],
    ['* @ml', '* @ml\n**/.modelgate/* @mallory', [`loosened: ${waivers}: @ml → @mallory`]],
    ['* @ml', '* @ml\n/conf/* @mallory\n/yml @mallory\nwaivers @mallory', []],
    ['* @ml', '# all\n* @ml', []],
  ])('%j becomes %j', (before, after, expected) => {
    expect(owners(before, after)).toEqual(expected);
  });

  test('patterns that a change brings cannot stall the gate', () => {
    expect(owners(undefined, `${'*a'.repeat(40)} @mallory`)).toEqual([]);
  });

  test('the first of three places counts', () => {
    const tree = (...paths: readonly string[]) => new Map(paths.map((path) => [path, '']));
    expect([ownersFile(tree('docs/CODEOWNERS', 'CODEOWNERS')), ownersFile(tree())]).toEqual(['CODEOWNERS', undefined]);
  });
});
