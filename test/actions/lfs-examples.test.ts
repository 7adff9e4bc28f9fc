import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { champion, golden, policy, same } from './flights.ts';
import { type GitHub, startGitHub } from './step.ts';

// Golden tables often live in Git LFS: the commit then holds a pointer, and the checkout what it points at.
const pointer = (text: string) =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${createHash('sha256').update(text).digest('hex')}\nsize ${Buffer.byteLength(text)}\n`;

let github: GitHub;
beforeAll(async () => {
  github = await startGitHub([
    {
      ...{ name: 'base', branch: 'main' },
      files: {
        'modelgate.yml': policy({ champion: '{ from: file, table: champion/predictions.csv }' }),
        'eval/golden.csv': pointer(golden),
        'champion/predictions.csv': champion,
      },
    },
    { name: 'head', parents: ['base'], branch: 'change', files: { 'train.py': 'x\n' } },
  ]);
});
afterAll(() => github.close());

const quiet = { comment: 'false', 'check-run': 'false' };

test('the file that the pointer of the base stands for is the same file', async () => {
  const { verdict } = await github.step({
    files: { 'eval/golden.csv': golden, 'out/predictions.csv': same },
    inputs: quiet,
  });
  expect(verdict.problem).toBeUndefined();
  expect(verdict.rows).toBe(400);
});

test('another file in its place is examples-changed', async () => {
  const fewer = golden.split('\n').slice(0, 301).join('\n');
  const { code, verdict } = await github.step({
    files: { 'eval/golden.csv': fewer, 'out/predictions.csv': same },
    inputs: quiet,
  });
  expect([code, verdict.reason]).toEqual([1, 'examples-changed']);
});
