import { expect, test } from 'vitest';
import { sameWorkflow } from '../src/expectation-workflow.ts';

const gates = 'modelgate/modelgate/.github/workflows/gates.yml';
const sha = '0'.repeat(40);

test.each([
  [`${gates}@refs/heads/main`, true],
  [`${gates}@refs/heads/release/1.x`, true],
  [`${gates}@refs/tags/v1@2`, true],
  [`${gates}@${sha}`, true],
  [`ModelGate/MODELGATE/.github/workflows/gates.yml@${sha}`, true],
  [`modelgate/modelgate/.github/workflows/Gates.yml@${sha}`, false],
  [`modelgate/modelgate/.GitHub/workflows/gates.yml@${sha}`, false],
  [`modelgate/modelgate/.github/workflows/gates.yaml@${sha}`, false],
  [`modelgate/modelgate/.github/workflows/x/gates.yml@${sha}`, false],
  [`modelgate/modelgate-fork/.github/workflows/gates.yml@${sha}`, false],
  [`x/modelgate/modelgate/.github/workflows/gates.yml@${sha}`, false],
  [`https://github.com/${gates}@${sha}`, false],
  [`${gates}@evil.yml@refs/heads/main`, false],
  [`${gates}@refs/pull/1/merge`, false],
  [`${gates}@refs/heads/`, false],
  [`${gates}@main`, false],
  [`${gates}@${sha.slice(1)}`, false],
  [`${gates}@${sha}\n`, false],
  [`${gates}@`, false],
  [gates, false],
  ['', false],
  [undefined, false],
])('%j is the workflow: %s', (called, same) => {
  expect(sameWorkflow(called, gates)).toBe(same);
});

test('a workflow that is none is nobody’s', () => {
  expect(sameWorkflow(`@${sha}`, '')).toBe(false);
  expect(sameWorkflow(`gates.yml@${sha}`, 'gates.yml')).toBe(false);
});
