import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, test } from 'vitest';
import { type Commit, type Files, type GitHub, startGitHub } from './step.ts';

/** A table against its contract and its profile, as a runner would start the gate. */

const open: GitHub[] = [];
afterAll(() => Promise.all(open.map((github) => github.close())));

const example = path.resolve(import.meta.dirname, '../../examples/flight-delays');
const file = (name: string) => readFileSync(path.join(example, name));

const policy = `version: 1
name: flights
gates:
  training-data:
    kind: data
    table: data/flights.parquet
    contract: contracts/flights.yml
    profile: contracts/flights.profile.json
    environment: training
`;
const contract = file('contracts/flights.yml').toString('utf8');
const base: Files = {
  'modelgate.yml': policy,
  'contracts/flights.yml': contract,
  'contracts/flights.profile.json': file('contracts/flights.profile.json'),
  'data/airlines.csv': file('data/airlines.csv'),
  'data/flights.parquet': file('data/flights.parquet'),
};

async function pullRequest(head: Files, before: Files = base, more: readonly Commit[] = []): Promise<GitHub> {
  const github = await startGitHub([
    { name: 'base', branch: 'main', files: before },
    { name: 'head', parents: ['base'], branch: 'change', files: head },
    ...more,
  ]);
  open.push(github);
  return github;
}

const body = (github: GitHub) => github.readable(github.standIn.comments(7)[0]?.body ?? '');
const first = (text: string) => text.split('\n').find((line) => line.startsWith('### '));

describe('a table on a pull request', () => {
  test.concurrent('that keeps its contract and has not moved passes', async ({ expect }) => {
    const github = await pullRequest({ 'a.txt': 'a' });
    const { code, verdict, log } = await github.step({ action: 'validate-schema' });
    expect([code, verdict.status, verdict.stops, verdict.problem]).toEqual([0, 'pass', false, undefined]);
    expect(verdict.data).toMatchObject({
      table: 'data/flights.parquet',
      columns: 11,
      engine: 'duckdb',
      contract: { name: 'flights', file: 'contracts/flights.yml' },
      profile: { file: 'contracts/flights.profile.json', rows: 7061 },
    });
    expect(verdict.data?.proposedProfile).toBeUndefined();
    expect(verdict.change).toBeUndefined();
    expect(verdict.inputs).toMatchObject([{ role: 'data', name: 'data/flights.parquet', files: 1, rows: 7061 }]);
    expect(first(body(github))).toMatch(/^### ✅ `training-data`: all \d+ rules hold in 7,061 rows/);
    expect(log).toContain('training-data: all ');
  });

  test.concurrent('of another season has drifted, and says by how much', async ({ expect }) => {
    const github = await pullRequest({ 'data/flights.parquet': file('months/january.parquet') });
    const { code, verdict } = await github.step({ action: 'validate-schema' });
    expect([code, verdict.status, verdict.reason]).toEqual([1, 'fail', 'drifted']);
    const drifted = verdict.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
    expect(drifted).toEqual(['drift.arr_delay', 'drift.dep_delay']);
    expect(verdict.checks.find(({ id }) => id === 'drift.dep_delay')?.data).toMatchObject({
      kind: 'drift',
      comparator: 'wasserstein',
      floor: 0.15,
      rows: [7061, 6751],
    });
    expect(verdict.data?.proposedProfile).toBeUndefined();
    expect(first(body(github))).toMatchInlineSnapshot(
      `"### ❌ \`training-data\`: \`arr_delay\` drifted from the profile: Wasserstein distance 0.19 (0.16 to 0.21); 0.15 is allowed, and 1 more"`,
    );
  });

  test.concurrent('of the next month of the same season proposes itself as the next profile', async ({ expect }) => {
    const github = await pullRequest({ 'data/flights.parquet': file('months/july.parquet') });
    const { code, verdict } = await github.step({ action: 'validate-schema' });
    expect([code, verdict.status]).toEqual([0, 'pass']);
    expect(verdict.data?.proposedProfile).toEqual({
      artifact: 'modelgate-profile-flights-training-data',
      file: 'contracts/flights.profile.json',
      words: '7,357 rows instead of 7,061; other counts in 11 columns',
    });
    const artifacts = github.standIn.artifacts().map(({ name }) => name);
    expect(artifacts).toContain('modelgate-profile-flights-training-data');
  });

  test.concurrent('that breaks a rule says in how many of how many rows, at the line of the contract', async ({
    expect,
  }) => {
    const strict = contract.replace('nulls: { at-most: 3%, warn-over: 2.5% }', 'nulls: 0.5%');
    const github = await pullRequest({ 'a.txt': 'a' }, { ...base, 'contracts/flights.yml': strict });
    const { code, verdict } = await github.step({ action: 'validate-schema' });
    expect([code, verdict.status, verdict.reason]).toEqual([1, 'fail', 'rule-broken']);
    const line = strict.split('\n').findIndex((one) => one.includes('tailnum:')) + 1;
    expect(verdict.checks.filter(({ status }) => status === 'fail')).toMatchObject([
      {
        id: 'columns.tailnum.nulls',
        where: { file: 'contracts/flights.yml', line },
        data: { kind: 'counted', failing: 83, of: 7061, allowed: { value: 0.005, unit: 'share' } },
      },
    ]);
    expect(first(body(github))).toBe(
      '### ❌ `training-data`: `tailnum` is missing in 1.2 % of rows (83 of 7,061); 0.5 % is allowed',
    );
    expect(github.standIn.checkRuns()[0]?.annotations[0]).toMatchObject({
      path: 'contracts/flights.yml',
      start_line: line,
    });
  });

  test.concurrent('is judged by the contract of the base, and what the change does to it is told first', async ({
    expect,
  }) => {
    const loose = contract
      .replace('in: [EWR, JFK, LGA]', 'in: [EWR, JFK, LGA, PHL]')
      .replace('  - [flight_id]', '  - [flight_id, carrier]');
    const strict = contract.replace('nulls: { at-most: 3%, warn-over: 2.5% }', 'nulls: 0.5%');
    const github = await pullRequest(
      { 'contracts/flights.yml': loose.replace('[train.py, dashboard/delays]', '[]') },
      { ...base, 'contracts/flights.yml': strict },
    );
    const { code, verdict } = await github.step({ action: 'validate-schema' });
    expect([code, verdict.status]).toEqual([1, 'fail']);
    const changes = verdict.change?.data?.contract ?? [];
    expect(changes.map(({ words, breaking, consumers }) => [words, breaking, consumers])).toEqual([
      ['key [flight_id]: columns [flight_id] → [flight_id, carrier]', true, ['train.py', 'dashboard/delays']],
      [expect.stringContaining('`tailnum`: nulls allowed 0.5% → 3%'), true, ['train.py', 'dashboard/delays']],
      ['`origin`: in gains "PHL"', true, ['train.py', 'dashboard/delays']],
      [expect.stringContaining('consumer'), false, []],
      [expect.stringContaining('consumer'), false, []],
    ]);
    expect(verdict.change?.preview).toMatchObject({ status: 'pass', stops: false });
  });

  test.concurrent('whose columns are other ones names them, against contract and profile', async ({ expect }) => {
    const csv = 'flight_id,carier,extra\n1,AA,x\n2,UA,y\n';
    const inline = policy.replace(
      /contract: .*\n.*profile: .*\n/,
      'contract: { extra-columns: fail, columns: { flight_id: { type: integer }, carrier: { type: string } } }\n',
    );
    const github = await pullRequest(
      { 'data/flights.csv': csv },
      { ...base, 'modelgate.yml': inline.replace('flights.parquet', 'flights.csv') },
    );
    const { code, verdict } = await github.step({ action: 'validate-schema' });
    expect([code, verdict.status, verdict.reason]).toEqual([1, 'fail', 'columns-differ']);
    expect(verdict.checks.filter(({ status }) => status === 'fail').map(({ data }) => data?.words)).toEqual([
      'there is no column `carrier` (is it the column `carier`?)',
      'the contract does not know 2 columns: `carier`, `extra`',
    ]);
  });

  test.concurrent('of which a sample is looked at claims no more than that shows', async ({ expect }) => {
    const stages = `${policy}stages:\n  pull-request: { sample: { training-data: 20% } }\n  nightly: {}\n`;
    const github = await pullRequest({ 'a.txt': 'a' }, { ...base, 'modelgate.yml': stages });
    const { code, verdict } = await github.step({ action: 'validate-schema' });
    expect([code, verdict.status, verdict.reason]).toEqual([0, 'inconclusive', 'sample-cannot-tell']);
    expect(verdict.data?.sampledFrom).toBe(7061);
    expect(verdict.rows).toBeGreaterThan(1200);
    expect(verdict.rows).toBeLessThan(1650);
    const again = await github.step({ action: 'validate-schema' });
    expect(again.verdict.checks).toEqual(verdict.checks);
    const whole = await github.step({ action: 'validate-schema', inputs: { stage: 'nightly' } });
    expect([whole.code, whole.verdict.status, whole.verdict.rows]).toEqual([0, 'pass', 7061]);
  });
});

describe('what is not there, or cannot be understood', () => {
  const errors: readonly (readonly [string, Files, Files, string, string])[] = [
    [
      'a contract that the base does not have',
      { 'a.txt': 'a' },
      { ...base, 'contracts/flights.yml': null },
      'file-missing',
      'there is no contract contracts/flights.yml where the policy stands',
    ],
    [
      'a contract with a misspelt key',
      { 'a.txt': 'a' },
      { ...base, 'contracts/flights.yml': contract.replace('range:', 'rnage:') },
      'contract-invalid',
      'unknown key `rnage`; did you mean `range`?',
    ],
    [
      'an impossible rule',
      { 'a.txt': 'a' },
      { ...base, 'contracts/flights.yml': contract.replace('min: 17, max: 5000', 'min: 5000, max: 17') },
      'contract-invalid',
      'lets no value through: nothing is between 5000 and 17',
    ],
    [
      'a profile that was edited',
      { 'a.txt': 'a' },
      { ...base, 'contracts/flights.profile.json': '{}' },
      'file-unreadable',
      'contracts/flights.profile.json is no profile',
    ],
    [
      'a table that is not there',
      { 'data/flights.parquet': null },
      base,
      'file-missing',
      'data/flights.parquet matches no file',
    ],
    [
      'a truncated table',
      { 'data/flights.parquet': file('data/flights.parquet').subarray(0, 60_000) },
      base,
      'file-unreadable',
      'data/flights.parquet',
    ],
  ];
  test.concurrent.for(errors)('%s is an error, and no pass', async ([, head, before, reason, words], { expect }) => {
    const github = await pullRequest(head, before);
    const { code, verdict } = await github.step({ action: 'validate-schema' });
    expect([code, verdict.status, verdict.reason, verdict.stops]).toEqual([1, 'error', reason, true]);
    expect(verdict.problem?.message).toContain(words);
  });

  test.concurrent('SQL that reads or writes outside of its tables is refused, check by check', async ({ expect }) => {
    const sql = {
      'a-file': "select * from read_csv('/etc/passwd')",
      'a-path': "select * from 'data/airlines.csv'",
      'a-write': "copy this to 'out.csv'",
      'an-install': 'install httpfs',
      'two-statements': 'select * from this; drop table this',
      'a-setting': "select * from this where current_setting('memory_limit') <> ''",
      'the-environment': "select * from this where getenv('HOME') <> ''",
    };
    const checks = Object.entries(sql).map(
      ([id, query]) => `  ${id}: { sql: ${JSON.stringify(query)}, returning: 100% }`,
    );
    const hostile = `version: 1\nname: t\nrows: { at-least: 1 }\nchecks:\n${checks.join('\n')}\n  harmless: { sql: "select * from this where distance < 0" }\n  outside: { expect: "distance > (select count(*) from glob('/*'))" }\n`;
    const github = await pullRequest({ 'a.txt': 'a' }, { ...base, 'contracts/flights.yml': hostile });
    const { code, verdict, log } = await github.step({ action: 'validate-schema' });
    expect([code, verdict.status]).toEqual([1, 'error']);
    const of = (status: string) => verdict.checks.filter((check) => check.status === status).map(({ id }) => id);
    expect(of('error').filter((id) => id.startsWith('checks.'))).toEqual([
      ...Object.keys(sql).map((id) => `checks.${id}`),
      'checks.outside',
    ]);
    expect(of('pass')).toContain('checks.harmless');
    expect(log).not.toContain('root:');
  });

  test.concurrent('a server that does not answer is an error that names it', async ({ expect }) => {
    const trino = `version: 1
name: flights
gates:
  training-data:
    kind: data
    table: hive.lake.flights
    contract: contracts/flights.yml
    engine: { trino: { url: "http://127.0.0.1:9", user: modelgate } }
`;
    const github = await pullRequest({ 'a.txt': 'a' }, { ...base, 'modelgate.yml': trino });
    const { code, verdict } = await github.step({ action: 'validate-schema' });
    expect([code, verdict.status, verdict.reason]).toEqual([1, 'error', 'server-unreachable']);
    expect(verdict.problem?.message).toContain('127.0.0.1:9');
  });

  test.concurrent('a policy that comes with the change sends no credentials anywhere', async ({ expect }) => {
    const bucket = policy.replace('data/flights.parquet', 's3://bucket/flights.parquet');
    const { 'modelgate.yml': _, ...without } = base;
    const github = await pullRequest({ 'modelgate.yml': bucket }, without);
    const env = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };
    const { code, verdict } = await github.step({ action: 'validate-schema', env });
    expect([code, verdict.status, verdict.reason]).toEqual([1, 'error', 'policy-invalid']);
    expect(verdict.problem?.message).toContain("an object store is asked with this job's credentials");
  });

  test.concurrent('a profile that is not there yet is proposed, and said', async ({ expect }) => {
    const github = await pullRequest({ 'a.txt': 'a' }, { ...base, 'contracts/flights.profile.json': null });
    const { code, verdict } = await github.step({ action: 'validate-schema' });
    expect([code, verdict.status]).toEqual([0, 'pass']);
    expect(verdict.notices[0]).toMatch(
      /^There is no profile contracts\/flights.profile.json yet: drift was not measured/,
    );
    expect(verdict.data?.proposedProfile?.words).toBe('a first profile: 7,061 rows, 11 columns');
  });

  test.concurrent('another table beside, which a rule asks, is missed by that rule alone', async ({ expect }) => {
    const github = await pullRequest({ 'data/airlines.csv': null });
    const { code, verdict } = await github.step({ action: 'validate-schema' });
    expect([code, verdict.status, verdict.reason]).toEqual([1, 'error', 'file-missing']);
    expect(verdict.checks.filter(({ status }) => status === 'error').map(({ id }) => id)).toEqual([
      'columns.carrier.in',
    ]);
    expect(verdict.checks.filter(({ status }) => status === 'pass').length).toBeGreaterThan(30);
  });
});
