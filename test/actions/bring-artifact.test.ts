import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { root } from '../house/repository.ts';

// What a job that runs anybody's code hands to the measuring job of gates.yml.
const folder = mkdtempSync(path.join(tmpdir(), 'modelgate-bring-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let jobs = 0;
function bring(files: readonly (readonly [name: string, link?: string])[], into = 'out') {
  jobs += 1;
  const [workspace, from] = [path.join(folder, `${jobs}/workspace`), path.join(folder, `${jobs}/brought`)];
  mkdirSync(path.join(workspace, 'eval'), { recursive: true });
  mkdirSync(from, { recursive: true });
  writeFileSync(path.join(workspace, 'eval/golden.csv'), 'committed');
  symlinkSync('nowhere', path.join(workspace, 'eval/dangling.csv'));
  symlinkSync(folder, path.join(workspace, 'outside'));
  for (const [name, link] of files) {
    mkdirSync(path.join(from, path.dirname(name)), { recursive: true });
    if (link === undefined) writeFileSync(path.join(from, name), 'brought');
    else symlinkSync(link, path.join(from, name));
  }
  const { status, stdout, stderr } = spawnSync('bash', [path.join(root, '.github/actions/bring-artifact/bring.sh')], {
    env: { PATH: process.env['PATH'], ARTIFACT: 'predictions', FROM: from, INTO: into, GITHUB_WORKSPACE: workspace },
    encoding: 'utf8',
  });
  return {
    status,
    output: `${stdout}${stderr}`.trim(),
    read: (name: string) => readFileSync(path.join(workspace, name), 'utf8'),
  };
}

test('files go where they are wanted, folders and all', () => {
  const { status, output, read } = bring([['p.csv'], ['model/a b.bin']]);
  expect([status, output, read('out/p.csv'), read('out/model/a b.bin')]).toEqual([0, '', 'brought', 'brought']);
});

test.each([
  [
    'a committed file',
    [['golden.csv']],
    'eval',
    'would replace a file that is committed; upload only what the run has made. It is: golden.csv',
  ],
  [
    'a committed link to nothing',
    [['dangling.csv']],
    'eval',
    'would replace a file that is committed; upload only what the run has made. It is: dangling.csv',
  ],
  [
    'a committed file by a deeper path',
    [['eval/golden.csv']],
    '.',
    'would replace a file that is committed; upload only what the run has made. It is: eval/golden.csv',
  ],
  ['metadata of git', [['.git/config']], '.', 'holds a file of git itself'],
  ['metadata of a nested git', [['sub/.git/hooks/x']], '.', 'holds a file of git itself'],
  ['a file named .git', [['.git']], '.', 'holds a file of git itself'],
  ['a name of two lines', [['a\n::error::b']], 'out', 'holds a file whose name has several lines'],
  ['a link', [['p.csv', '/etc/passwd']], 'out', 'holds a link or a device, which could lead anywhere'],
  ['nothing', [], 'out', 'is empty'],
  ['a path upwards', [['p.csv']], '../out', 'cannot be unpacked into ../out: that leads out of the workspace'],
  ['a path into .git', [['p.csv']], '.git/x', 'cannot be unpacked into .git/x: that leads out of the workspace'],
  ['a link out of it', [['p.csv']], 'outside/x', 'cannot be unpacked into outside/x: that leads out of the workspace'],
] as const)('%s is refused whole', (_, files, into, words) => {
  const { status, output, read } = bring(files, into);
  expect([status, output]).toEqual([
    1,
    `::error title=Modelgate: artifact::The artifact predictions ${words}. Nothing of it was used.`,
  ]);
  expect(read('eval/golden.csv')).toBe('committed');
});
