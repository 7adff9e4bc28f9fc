import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { summaryOf } from './act-log.ts';
import { runAct } from './act-run.ts';
import { git, makeGitTree } from './git-tree.ts';
import { cloneHouse, type HouseClone } from './house-clone.ts';

// act is not GitHub; each test is about one thing that act gets wrong and the harness puts right.
const ref = '0123456789abcdef0123456789abcdef01234567';
let folder: string;
let house: HouseClone;
let consumer: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'modelgate-act-test-'));
  const source = path.join(folder, 'source');
  makeGitTree(source, {
    'action.yml': `name: Both
description: Calls its sibling.
outputs:
  said: { description: What it said., value: "\${{ steps.inner.outputs.said }}" }
runs:
  using: composite
  steps:
    - id: inner
      uses: $/actions/say
      with: { word: composite }
`,
    'actions/say/action.yml': `name: Say
description: Says a word.
inputs:
  word: { description: The word., default: nothing }
outputs:
  said: { description: What it said. }
runs: { using: node24, main: main.mjs }
`,
    'actions/say/main.mjs': `import fs from 'node:fs';
console.log('::warning title=Loud,file=modelgate.yml,line=3::' + process.env.INPUT_WORD);
fs.appendFileSync(process.env.GITHUB_OUTPUT, 'said=' + process.env.INPUT_WORD + ' on ' + process.versions.node.split('.')[0] + '\\n');
fs.appendFileSync(process.env.GITHUB_STEP_SUMMARY, '# ' + process.env.INPUT_WORD + '\\n');
`,
  });
  writeFileSync(path.join(source, 'not-committed.txt'), '');
  house = cloneHouse(source, 'modelgate/modelgate', [ref]);
  consumer = path.join(folder, 'consumer');
  makeGitTree(consumer, {
    '.github/workflows/use.yml': workflow(`  one:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@${ref}
      - id: direct
        uses: modelgate/modelgate/actions/say@${ref}
        with: { word: hello }
      - id: through
        uses: modelgate/modelgate@${ref}
      - run: test -f .github/workflows/use.yml && test -z "\${MODELGATE_LEAK:-}"
`),
    '.github/workflows/matrix.yml': workflow(`  leg:
    runs-on: ubuntu-24.04
    strategy: { fail-fast: false, max-parallel: 1, matrix: { code: [1, 0] } }
    steps:
      - id: end
        run: exit \${{ matrix.code }}
`),
    '.github/workflows/elsewhere.yml': workflow(`  here:
    runs-on: ubuntu-24.04
    steps: [{ run: "true" }]
  there:
    runs-on: windows-latest
    steps: [{ run: "true" }]
`),
    '.github/workflows/slow.yml': workflow(`  slow:
    runs-on: ubuntu-24.04
    steps: [{ run: sleep 60 }]
`),
  });
});

afterAll(() => {
  house.remove();
  rmSync(folder, { recursive: true, force: true });
});

test('actions run on node 24, directly and through $/, without the environment of the machine', async () => {
  process.env['MODELGATE_LEAK'] = 'leaked';
  const { exitCode, jobs } = await run('use.yml', ['one']);
  delete process.env['MODELGATE_LEAK'];
  const job = jobs['one'];
  expect({ exitCode, result: job?.result }).toEqual({ exitCode: 0, result: 'success' });
  expect(job?.steps['direct']?.outputs).toEqual({ said: 'hello on 24' });
  expect(job?.steps['through']?.outputs).toEqual({ said: 'composite on 24' });
  expect(job?.annotations).toEqual([
    { level: 'warning', message: 'hello', title: 'Loud', file: 'modelgate.yml', line: '3' },
    { level: 'warning', message: 'composite', title: 'Loud', file: 'modelgate.yml', line: '3' },
  ]);
  expect(job && summaryOf(job)).toBe('# hello\n# composite\n');
});

test('a leg of a matrix after a failed one is judged by its own steps', async () => {
  const { exitCode, jobs } = await run('matrix.yml', ['leg {"code":1}', 'leg {"code":0}']);
  expect(exitCode).toBe(1);
  expect(jobs['leg {"code":1}']?.result).toBe('failure');
  expect(jobs['leg {"code":0}']?.result).toBe('success');
});

test('a job that act leaves out without a word is an error', async () => {
  await expect(run('elsewhere.yml', ['here', 'there'])).rejects.toThrow(
    'act reported [here], expected were [here, there]',
  );
});

test('a run that does not end is ended', async () => {
  await expect(run('slow.yml', ['slow'], 3_000)).rejects.toThrow('act did not end within 3 s');
});

test('the clone holds what is committed, and nothing else', () => {
  expect(git(house.folder, 'status', '--porcelain')).toBe('M action.yml');
  expect(git(house.folder, 'ls-files').split('\n')).toEqual([
    'action.yml',
    'actions/say/action.yml',
    'actions/say/main.mjs',
  ]);
});

function run(name: string, expectedJobs: readonly string[], timeout = 60_000) {
  const options = { repository: consumer, workflow: `.github/workflows/${name}`, event: 'push', payload: {} } as const;
  return runAct({ ...options, expectedJobs, timeout, actions: house.actions });
}

function workflow(jobs: string): string {
  return `name: test\non: push\npermissions: {}\njobs:\n${jobs}`;
}
