import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { read } from './repository.ts';

// What the word of gates.yml rests on (docs/security.md). A change that weakens one of these is no slip of the pen.
const step = z.looseObject({ uses: z.string().optional(), run: z.string().optional() });
const job = z.looseObject({ permissions: z.record(z.string(), z.string()), steps: z.array(step) });
const workflow = z.looseObject({
  permissions: z.object({}).strict(),
  jobs: z.object({ score: job, measure: job, attest: job }).strict(),
});
const { jobs } = workflow.parse(load(read('.github/workflows/gates.yml')));
const ours = /^\$\/|^actions\/(checkout|upload-artifact|download-artifact)@[0-9a-f]{40}$/;

test('only the signing job sees secrets, and may be somebody', () => {
  const secrets = Object.entries(jobs).flatMap(([name, one]) => (/secrets\./.test(JSON.stringify(one)) ? [name] : []));
  expect(secrets).toEqual(['attest']);
  expect(Object.fromEntries(Object.entries(jobs).map(([name, { permissions }]) => [name, permissions]))).toEqual({
    score: { contents: 'read' },
    measure: { contents: 'read', actions: 'read' },
    attest: { 'id-token': 'write', attestations: 'write' },
  });
});

test('the signing job has neither the code nor the data: one step, which is given digests', () => {
  expect(jobs.attest.steps.map(({ uses, run }) => uses ?? run)).toEqual(['$/actions/attest']);
  const { verdicts, scored } = z
    .looseObject({ verdicts: z.string(), scored: z.string() })
    .parse(jobs.attest.steps[0]?.['with']);
  expect([verdicts, scored]).toEqual([
    '${' +
      '{ needs.measure.outputs.data }}\n${' +
      '{ needs.measure.outputs.evaluation }}\n${' +
      '{ needs.measure.outputs.slices }}\n',
    '${' + "{ inputs.score != '' && needs.score.outputs.inputs || '' }}",
  ]);
});

test('the measuring job runs nothing but pinned actions, and no command of the policy', () => {
  expect(jobs.measure.steps.filter(({ uses, run }) => run !== undefined || !ours.test(uses ?? ''))).toEqual([]);
  const gates = jobs.measure.steps.filter(({ uses }) => uses?.startsWith('$/actions/'));
  expect(gates.map((one) => z.looseObject({ commands: z.boolean() }).parse(one['with']).commands)).toEqual([
    false,
    false,
    false,
  ]);
});

test('what the scoring job is given is listed before its command runs, and no text of an input is part of a script', () => {
  const scripts = jobs.score.steps.map(({ uses, run }) => run ?? uses ?? '');
  const [list, score] = [
    scripts.findIndex((one) => one.includes('sha256sum')),
    scripts.indexOf('bash -eo pipefail -c "$SCORE"'),
  ];
  expect(list).toBeGreaterThan(0);
  expect(score).toBeGreaterThan(list);
  const all = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
  expect(all.filter((one) => one.includes('${{'))).toEqual([]);
});

test('no job leaves a token in the checkout', () => {
  const checkouts = Object.values(jobs).flatMap(({ steps }) =>
    steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')),
  );
  expect(checkouts.map((one) => one['with'])).toEqual([
    { 'persist-credentials': false },
    { 'persist-credentials': false },
  ]);
});
