import type { Attester } from '@modelgate/core';
import { expect, test } from 'vitest';
import type { Expectations } from '../src/expectations.ts';
import {
  attester,
  bytesOf,
  claimsOf,
  commit,
  evidenceOf,
  expected,
  failing,
  fileOf,
  model,
  now,
  refusalsOf,
  signed,
  signerCommit,
  sigstore,
  statementOf,
  verdict,
} from './evidence-samples.ts';

const gates = 'modelgate/modelgate/.github/workflows/gates.yml';
const main = 'refs/heads/main';
const elsewhere = '1'.repeat(40);

/** Runs that tell the truth about themselves, and are not the one that is asked for. */
const otherRuns: readonly [what: string, of: Partial<Attester>, refusals: readonly string[]][] = [
  [
    'another workflow of the same repository',
    { signer: `octo/flights/.github/workflows/evil.yml@${main}` },
    [
      `evidence-signer: the evidence was signed by octo/flights/.github/workflows/evil.yml@${main}, not by ${gates} at a branch, tag or commit`,
    ],
  ],
  [
    'a copy of the workflow in the same repository',
    { signer: `octo/flights/.github/workflows/gates.yml@${main}` },
    [
      `evidence-signer: the evidence was signed by octo/flights/.github/workflows/gates.yml@${main}, not by ${gates} at a branch, tag or commit`,
    ],
  ],
  [
    'the workflow as a pull request to it would have it',
    { signer: `${gates}@refs/pull/3/merge` },
    [
      `evidence-signer: the evidence was signed by ${gates}@refs/pull/3/merge, not by ${gates} at a branch, tag or commit`,
    ],
  ],
  [
    'a pull-request event',
    { event: 'pull_request', ref: 'refs/pull/1/merge' },
    [
      `evidence-ref: the evidence comes from refs/pull/1/merge; what counts is ${main}`,
      'evidence-event: the evidence comes from the event pull_request; what counts is push, schedule or workflow_dispatch',
    ],
  ],
  [
    'a pull_request_target event, which runs on the base',
    { event: 'pull_request_target' },
    [
      'evidence-event: the evidence comes from the event pull_request_target; what counts is push, schedule or workflow_dispatch',
    ],
  ],
  [
    "a fork's branch named main",
    { repository: 'mallory/flights', repositoryId: 815 },
    ['evidence-repository: the evidence comes from mallory/flights (id 815), not from octo/flights (id 4711)'],
  ],
  [
    'a repository made anew under the same name',
    { repositoryId: 815 },
    ['evidence-repository: the evidence comes from octo/flights (id 815), not from octo/flights (id 4711)'],
  ],
  [
    'a ref that begins like one that counts',
    { ref: `${main}/x` },
    [`evidence-ref: the evidence comes from ${main}/x; what counts is ${main}`],
  ],
  [
    'a tag of the same name',
    { ref: 'refs/tags/main' },
    [`evidence-ref: the evidence comes from refs/tags/main; what counts is ${main}`],
  ],
];

test.each(otherRuns)('signed by %s', async (_, of, refusals) => {
  expect(await refusalsOf([await evidenceOf({ attester: of })])).toEqual(refusals.map((one) => `quality.json ${one}`));
});

/** The same good evidence, where something else is asked for. */
const otherAsked: readonly [what: string, change: Partial<Expectations>, refusal: string][] = [
  [
    'another digest',
    { subject: { sha256: 'd'.repeat(64) } },
    'evidence-subject: the evidence is about the model sha256:aaaaaaaaaaaa…, not sha256:dddddddddddd…',
  ],
  [
    'replayed for another commit',
    { commit: elsewhere },
    `evidence-commit: the evidence is about commit ${commit}, not ${elsewhere}`,
  ],
  [
    'under an older policy',
    { policy: { ...expected.policy, sha256: 'c'.repeat(64) } },
    'evidence-policy: the evidence was made under another version of the policy flight-delays: sha256:bbbbbbbbbbbb…, not sha256:cccccccccccc…',
  ],
  [
    'under another policy of the repository',
    { policy: { ...expected.policy, name: 'fares' } },
    'evidence-policy: the evidence was made under the policy flight-delays, not fares',
  ],
  [
    'expired',
    { maxAgeHours: 49 },
    'evidence-expired: the evidence was signed on 2026-11-20 10:00 UTC and counted until 2026-11-22 11:00 UTC, 2 days',
  ],
  [
    'an age that is no number',
    { maxAgeHours: Number.NaN },
    'evidence-expired: the evidence was signed on 2026-11-20 10:00 UTC and counted until an unreadable time, NaN days',
  ],
  [
    'a clock in the past',
    { now: new Date('2026-11-20T09:54:00Z') },
    'evidence-future: the evidence was signed 6 minutes in the future, on 2026-11-20 10:00 UTC; here it is 2026-11-20 09:54 UTC',
  ],
  ['a lower level', { level: 'witnessed' }, 'evidence-level: the evidence is attested; witnessed is asked for'],
  [
    'a commit of the workflow that is not trusted',
    { signer: { workflow: gates, commits: [elsewhere] } },
    `evidence-signer-commit: the evidence was signed by ${gates}@refs/tags/v1 at commit ${signerCommit}; trusted is ${elsewhere}`,
  ],
  [
    'an issuer of a company of its own',
    {
      trust: {
        ...expected.trust,
        kind: 'root',
        json: await sigstore.trustedRoot(),
        issuer: 'https://token.actions.githubusercontent.com/octo',
      },
    },
    'evidence-issuer: the identity of the signer was issued by https://token.actions.githubusercontent.com, not by https://token.actions.githubusercontent.com/octo',
  ],
  [
    'another server',
    { serverUrl: 'https://github.octo.test' },
    `evidence-signer: the evidence was signed by https://github.com/${gates}@refs/tags/v1, not by ${gates} at a branch, tag or commit`,
  ],
];

test.each(otherAsked)('good evidence: %s', async (_, change, refusal) => {
  expect(await refusalsOf([await evidenceOf()], change)).toEqual([`quality.json ${refusal}`]);
});

/** The certificate tells the truth, and what was signed tells something else. */
const lies: readonly [what: string, of: Partial<Attester>, told: string][] = [
  ['event', { event: 'workflow_dispatch' }, 'workflow_dispatch by its signer, push inside'],
  ['ref', { ref: 'refs/heads/next' }, 'refs/heads/next by its signer, refs/heads/main inside'],
  ['commit', { commit: elsewhere }, `${elsewhere} by its signer, ${commit} inside`],
  ['repository', { repository: 'octo/fares' }, 'octo/fares by its signer, octo/flights inside'],
  ['run', { runId: 100 }, '100 by its signer, 99 inside'],
  ['attempt', { attempt: 2 }, '2 by its signer, 1 inside'],
  ['runner', { runnerEnvironment: 'self-hosted' }, 'self-hosted by its signer, github-hosted inside'],
  ['signer', { signer: `${gates}@refs/tags/v2` }, `${gates}@refs/tags/v2 by its signer, ${gates}@refs/tags/v1 inside`],
  ['commit of the signer', { signerCommit: elsewhere }, `${elsewhere} by its signer, ${signerCommit} inside`],
  [
    'workflow',
    { workflow: 'octo/flights/.github/workflows/other.yml@refs/heads/main' },
    'octo/flights/.github/workflows/other.yml@refs/heads/main by its signer, octo/flights/.github/workflows/release.yml@refs/heads/main inside',
  ],
];

test.each(lies)('a verdict that lies about its %s', async (what, of, told) => {
  const file = fileOf(await sigstore.sign(bytesOf(statementOf()), { claims: claimsOf(of), at: signed }));
  const refs = ['refs/heads/main', 'refs/heads/next'];
  expect(await refusalsOf([file], { refs })).toEqual([
    `quality.json evidence-contradicts: the evidence contradicts itself about the ${what}: ${told}`,
  ]);
});

const insides: readonly [what: string, run: Partial<typeof verdict.run>, told: string][] = [
  ['commit', { headSha: elsewhere }, `${commit} by its signer, ${elsewhere} inside`],
  ['commit', { headSha: undefined }, `${commit} by its signer, nothing inside`],
  ['run', { runId: 98 }, '99 by its signer, 98 inside'],
  ['event', { event: 'schedule' }, 'push by its signer, schedule inside'],
  ['repository', { repository: 'mallory/flights' }, 'octo/flights by its signer, mallory/flights inside'],
  ['attempt', { attempt: 2 }, '1 by its signer, 2 inside'],
];

test.each(insides)('a verdict of another run: its %s is %j', async (what, run, told) => {
  const statement = statementOf({ verdict: { ...verdict, run: { ...verdict.run, ...run } } });
  const file = fileOf(await sigstore.sign(bytesOf(statement), { claims: claimsOf(), at: signed }));
  expect(await refusalsOf([file])).toEqual([
    `quality.json evidence-contradicts: the evidence contradicts itself about the ${what}: ${told}`,
  ]);
});

test('a verdict about another model than its statement', async () => {
  const statement = statementOf({ verdict: { ...verdict, subject: { name: 'm', sha256: 'e'.repeat(64) } } });
  const file = fileOf(await sigstore.sign(bytesOf(statement), { claims: claimsOf(), at: signed }));
  expect(await refusalsOf([file])).toEqual([
    `quality.json evidence-contradicts: the evidence contradicts itself about the model: ${model} by its signer, ${'e'.repeat(64)} inside`,
  ]);
});

test('a second subject that the verdict is not about', async () => {
  const one = statementOf();
  const subject = [...one.subject, { name: 'other', digest: { sha256: 'e'.repeat(64) } }];
  const file = fileOf(await sigstore.sign(bytesOf({ ...one, subject }), { claims: claimsOf(), at: signed }));
  expect(await refusalsOf([file], { subject: { sha256: 'e'.repeat(64) } })).toEqual([
    `quality.json evidence-contradicts: the evidence contradicts itself about the model: ${'e'.repeat(64)} by its signer, ${model} inside`,
  ]);
});

test.each([
  [
    'issuer',
    { 8: 'https://issuer.test' },
    'evidence-issuer: the identity of the signer was issued by https://issuer.test, not by https://token.actions.githubusercontent.com',
  ],
  [
    'subject',
    { subject: 'https://person.test/mallory' },
    `evidence-signer: the evidence was signed by https://person.test/mallory, not by ${gates} at a branch, tag or commit`,
  ],
  [
    'subject without its server',
    { subject: `${gates}@refs/tags/v1`, 9: `${gates}@refs/tags/v1` },
    `evidence-signer: the evidence was signed by no workflow, not by ${gates} at a branch, tag or commit`,
  ],
  [
    'build signer',
    { 9: `https://github.com/octo/flights/.github/workflows/evil.yml@${main}` },
    `evidence-signer: the evidence was signed by https://github.com/${gates}@refs/tags/v1, not by ${gates} at a branch, tag or commit`,
  ],
  [
    'repository id',
    { 15: '04711' },
    'evidence-repository: the evidence comes from octo/flights (id unknown), not from octo/flights (id 4711)',
  ],
] as const)('a certificate with another %s', async (_, claims, refusal) => {
  expect(await refusalsOf([await evidenceOf({ claims })])).toEqual([`quality.json ${refusal}`]);
});

test('a newer schema, by who is trusted and about this model, stops even where there is a pass', async () => {
  const one = statementOf();
  const newer = { ...one, predicateType: 'https://github.com/modelgate/modelgate/verdict/v2' };
  const file = fileOf(await sigstore.sign(bytesOf(newer), { claims: claimsOf(), at: signed }), 'newer.json');
  const told = 'newer.json evidence-newer: the evidence is of the schema verdict/v2; this version reads v1';
  expect(await refusalsOf([file])).toEqual([told]);
  expect(await refusalsOf([await evidenceOf(), file])).toEqual([told]);
});

test('a word that a later version added to the schema', async () => {
  const one = statementOf();
  const newer = { ...one, predicate: { ...one.predicate, reason: 'proven-twice' } };
  const file = fileOf(await sigstore.sign(bytesOf(newer), { claims: claimsOf(), at: signed }));
  expect(await refusalsOf([file])).toEqual([
    'quality.json evidence-newer: the evidence uses a word at predicate.reason that this version does not know',
  ]);
});

test('a newer schema by somebody else, or about another model, does not stop', async () => {
  const newer = { ...statementOf(), predicateType: 'https://github.com/modelgate/modelgate/verdict/v2' };
  const claims = claimsOf({ repositoryId: 815 });
  const stranger = fileOf(await sigstore.sign(bytesOf(newer), { claims, at: signed }), 'stranger.json');
  const subject = [{ name: 'other', digest: { sha256: 'e'.repeat(64) } }];
  const other = await sigstore.sign(bytesOf({ ...newer, subject }), { claims: claimsOf(), at: signed });
  expect(await refusalsOf([await evidenceOf(), stranger, fileOf(other, 'other.json')])).toEqual([
    'accepted',
    'stranger.json evidence-repository: the evidence comes from octo/flights (id 815), not from octo/flights (id 4711)',
    'other.json evidence-newer: the evidence is of the schema verdict/v2; this version reads v1',
  ]);
});

test('a fail signed by a stranger, of another ref or by a pull request does not stop', async () => {
  const by = (name: string, of: Partial<Attester>) => evidenceOf({ name, verdict: failing, attester: of });
  const files = [
    await evidenceOf(),
    await by('stranger.json', { repositoryId: 815 }),
    await by('ref.json', { ref: 'refs/heads/next' }),
    await by('pull.json', { event: 'pull_request' }),
  ];
  const told = await refusalsOf(files);
  expect(told.map((one) => one.split(':')[0])).toEqual([
    'accepted',
    'stranger.json evidence-repository',
    'ref.json evidence-ref',
    'pull.json evidence-event',
  ]);
});

test('a clock that is five minutes apart is none that is wrong', async () => {
  const file = await evidenceOf();
  expect(await refusalsOf([file], { now: new Date(signed.getTime() - 300_000) })).toEqual(['accepted']);
  expect(await refusalsOf([file], { now: new Date('not a time') }).catch(String)).toBe(
    'RangeError: Invalid time value',
  );
  expect(now.getTime() - signed.getTime()).toBe(50 * 3_600_000);
  expect(attester.at).toBe(signed.toISOString());
});
