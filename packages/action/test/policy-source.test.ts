import { tmpdir } from 'node:os';
import type { PolicyError } from '@modelgate/core';
import { describe, expect, it } from 'vitest';
import type { Place } from '../src/place.ts';
import { loadPolicy } from '../src/policy-source.ts';

/** A place without a token: rules of an input need no GitHub. */
function place(kind: 'pull-request' | 'push'): Place {
  const shared = { name: kind, headSha: 'a'.repeat(40), sender: 'ann', actor: 'ann' };
  const event =
    kind === 'push'
      ? { ...shared, kind, branch: 'main', ref: 'refs/heads/main', defaultBranch: true, before: undefined }
      : { ...shared, kind, baseSha: 'b'.repeat(40), baseRef: 'main', number: 7, fork: false };
  // only what reading rules asks for: everything else of a place is GitHub's
  return { event, client: undefined, workspace: tmpdir() } as unknown as Place;
}

const rules = (more: string) => `candidate: { file: m.json }
${more}
checks: { f1: { metric: f1, max-regression: 1pt } }
`;

const network = [
  [
    'champion: { from: mlflow, model: "models:/delays@champion" }',
    "rules input:2:13: `gates.evaluation.champion.from`: mlflow is asked with this job's credentials, which a policy that comes with the change it judges may not; put the policy on the base branch first: from there it may",
  ],
  [
    'champion: { from: s3, bucket: models, prefix: champions }',
    "rules input:2:13: `gates.evaluation.champion.from`: s3 is asked with this job's credentials, which a policy that comes with the change it judges may not; put the policy on the base branch first: from there it may",
  ],
  [
    'anchor: { from: s3, bucket: models, file: old.json }',
    "rules input:2:11: `gates.evaluation.anchor.from`: s3 is asked with this job's credentials, which a policy that comes with the change it judges may not; put the policy on the base branch first: from there it may",
  ],
  [
    'champion: { from: rescore, command: make, file: out/old.json }',
    'rules input:2:13: `gates.evaluation.champion.from`: rescore runs a command, which a policy that comes with the change it judges may not; put the policy on the base branch first: from there it may',
  ],
] as const;

describe('rules that come with the change they judge', () => {
  it.each(network)('may not hold %s', async (source, message) => {
    const request = { path: 'modelgate.yml', rules: rules(source), gate: '', kind: 'evaluation' as const };
    const error = await loadPolicy(request, place('pull-request')).catch((thrown: PolicyError) => thrown);
    expect(error).toMatchObject({ name: 'BrokenPolicy', message, identity: { name: 'rules', advisory: true } });
  });

  it('may hold what needs neither credentials nor commands', async () => {
    const request = {
      path: 'modelgate.yml',
      rules: rules('champion: { from: git, file: old.json }'),
      gate: '',
      kind: 'evaluation' as const,
    };
    expect((await loadPolicy(request, place('pull-request'))).identity.advisory).toBe(true);
  });
});

it.each(network)('rules of a push may hold %s', async (source) => {
  const request = { path: 'modelgate.yml', rules: rules(source), gate: '', kind: 'evaluation' as const };
  expect((await loadPolicy(request, place('push'))).identity.advisory).toBe(false);
});
