import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Verdict, verdictSchema } from '../../packages/core/src/index.ts';
import { currentPlatform } from '../../packages/tables/src/index.ts';

const root = path.resolve(import.meta.dirname, '../..');
const example = path.join(root, 'examples', 'flight-delays');
const engine = path.join(root, 'node_modules', '@duckdb', `node-bindings-${currentPlatform()}`);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'modelgate-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A checkout of the example with one candidate's predictions in place. */
async function checkout(name: string, candidate: string, policy?: string): Promise<string> {
  const target = path.join(folder, name);
  await cp(example, target, { recursive: true });
  await mkdir(path.join(target, 'out'), { recursive: true });
  await cp(
    path.join(example, 'candidates', candidate, 'predictions.parquet'),
    path.join(target, 'out', 'predictions.parquet'),
  );
  if (policy !== undefined) await writeFile(path.join(target, 'modelgate.yml'), policy);
  return target;
}

async function modelgate(cwd: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const script = path.join(root, 'dist', 'cli', 'main.mjs');
  const options = { cwd, env: { PATH: process.env['PATH'], NO_COLOR: '1' }, maxBuffer: 2 ** 24 };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, ...args], options);
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

test('a candidate that is proven worse: exit code 1, the sentence first, and a report', async () => {
  const cwd = await checkout('worse', 'worse');
  const { code, out, err } = await modelgate(
    cwd,
    'check',
    'quality',
    '--engine-path',
    engine,
    '--report',
    'out/report.html',
  );
  expect({ code, err }).toEqual({ code: 1, err: '' });
  expect(out.split('\n')[0]).toBe(
    '✗ fail  quality: accuracy is worse by 2.6 points (95 % interval 1.9 to 3.3); 1 is allowed, and 4 more',
  );
  expect(out).toContain('(local, unverified)');
  expect(out).toContain('Report: out/report.html\n');
  expect(await readFile(path.join(cwd, 'out', 'report.html'), 'utf8')).toContain('accuracy is worse by 2.6 points');
});

test('groups: the sentence names the worst, and the table of all of them lies beside the report', async () => {
  const cwd = await checkout('uneven', 'uneven');
  const { code, out } = await modelgate(cwd, 'check', 'slices', '--engine-path', engine, '--report', 'out/report.html');
  expect([code, out.split('\n')[0]]).toEqual([
    1,
    '✗ fail  slices: f1 got better by 0.071 points on average and got worse for `carrier=FL` by 51.4 points (95 % interval',
  ]);
  expect(out).toContain('Report: out/report.html, out/slices.slices.csv, out/slices.slices.parquet\n');
  const [head, ...groups] = (await readFile(path.join(cwd, 'out', 'slices.slices.csv'), 'utf8')).trim().split('\n');
  expect(head).toMatch(/^check,metric,by,group,outcome,rows,/);
  expect(groups.length).toBe(27 + 16);
  const worse = groups.filter((line) => line.includes(',worse,')).map((line) => line.split(',').slice(0, 4).join(' '));
  expect(worse).toEqual(
    ['each-f1 f1', 'each-recall recall'].flatMap((check) =>
      ['VX', 'FL', 'F9'].map((carrier) => `${check} carrier carrier=${carrier}`),
    ),
  );
});

test('a candidate that is proven not worse: exit code 0; --json prints verdicts of the published schema', async () => {
  const cwd = await checkout('better', 'better');
  const { code, out } = await modelgate(cwd, 'check', '--engine-path', engine, '--json');
  const verdicts: Verdict[] = JSON.parse(out).map((one: unknown) => verdictSchema.parse(one));
  expect(code).toBe(0);
  expect(
    verdicts.map(({ gate, status, policy, run }) => ({
      gate: gate.id,
      status,
      source: policy.source,
      event: run.event,
    })),
  ).toEqual([
    { gate: 'training-data', status: 'pass', source: 'checkout', event: 'local' },
    { gate: 'quality', status: 'pass', source: 'checkout', event: 'local' },
    // no group is worse, and four carriers have too few flights to tell
    { gate: 'slices', status: 'warn', source: 'checkout', event: 'local' },
  ]);
});

test('a better average over worse groups: exit code 1, and the groups by name', async () => {
  const cwd = await checkout('uneven', 'uneven');
  const { code, out, err } = await modelgate(cwd, 'check', 'slices', '--engine-path', engine);
  expect({ code, err }).toEqual({ code: 1, err: '' });
  expect(out.replaceAll(/\s+/g, ' ')).toContain(
    '✗ fail slices: f1 got better by 0.071 points on average and got worse for `carrier=FL` by 51.4 points (95 % interval 44.3 to 59.0), and for 2 more of 27 groups, and 1 more',
  );
  expect(
    out
      .split('\n')
      .filter((line) => /^✗ worse/.test(line))
      .map((line) => /carrier=\w\w/.exec(line)?.[0]),
  ).toEqual([...['carrier=FL', 'carrier=F9', 'carrier=VX'], ...['carrier=F9', 'carrier=FL', 'carrier=VX']]);
});

test('a champion from git is read at the merge base', async () => {
  const policy = (await readFile(path.join(example, 'modelgate.yml'), 'utf8')).replace('from: file', 'from: git');
  const cwd = await checkout('git', 'similar', policy);
  const git = (...args: string[]) =>
    promisify(execFile)('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd });
  await git('init', '-q', '-b', 'main');
  await git('add', 'modelgate.yml', 'eval', 'champion');
  await git('commit', '-qm', 'base');
  await git('checkout', '-qb', 'change');
  await writeFile(path.join(cwd, 'champion', 'predictions.parquet'), 'not read: the merge base counts');
  await git('commit', '-qam', 'change');
  const { code, out } = await modelgate(cwd, 'check', '--engine-path', engine);
  expect(code).toBe(0);
  expect(out.split('\n')[0]).toBe(
    '? cannot tell  quality: accuracy is worse by 0.9 points (95 % interval 0.4 to 1.3), but whether by more than 1 point',
  );
  const elsewhere = await modelgate(cwd, 'check', '--engine-path', engine, '--base', 'nowhere');
  expect(elsewhere.code).toBe(1);
  expect(elsewhere.out).toContain('git knows no merge base of HEAD and nowhere');
});

test('a recorded champion that is not here: the message says how to download it', async () => {
  const policy = await readFile(path.join(example, 'modelgate.recorded.yml'), 'utf8');
  const cwd = await checkout('recorded', 'better', policy);
  const { code, out } = await modelgate(cwd, 'check', '--engine-path', engine);
  expect(code).toBe(1);
  expect(out.replaceAll(/\s+/g, ' ')).toContain(
    'gh run download <run id> --name modelgate-baseline--flight-delays--quality --dir .modelgate/champions/modelgate-baseline--flight-delays--quality',
  );
});

test.each([
  [
    'an unknown gate',
    ['check', 'qualty'],
    'modelgate: the policy flight-delays has no gate qualty\nWhat to do: its gates are: training-data, quality, slices\n',
  ],
  [
    'no policy',
    ['check', '--policy', 'nowhere.yml'],
    'modelgate: nowhere.yml: there is no file nowhere.yml\nWhat to do: let an earlier step write it; paths start at the root of the repository\n',
  ],
  [
    'an unknown command',
    ['chekc'],
    'modelgate: there is no command chekc\nWhat to do: the commands are: check, verify, profile, contract\n',
  ],
  ['two gates', ['check', 'a', 'b'], 'modelgate: check takes one gate, not 2\nWhat to do: name one, or none for all\n'],
])('%s: exit code 2 and nothing on stdout', async (_, args, message) => {
  expect(await modelgate(example, ...args)).toEqual({ code: 2, out: '', err: message });
});

test('an invalid policy: exit code 2, every error with its line', async () => {
  const cwd = await checkout('invalid', 'better', 'version: 1\nname: a b\ngats: {}\n');
  const { code, err } = await modelgate(cwd, 'check');
  expect(code).toBe(2);
  const lines = err.split('\n').filter(Boolean);
  expect(lines).toEqual([
    'modelgate: modelgate.yml has 2 errors:',
    expect.stringMatching(/^ {2}modelgate.yml:2:1: `name`: /),
    '  modelgate.yml:3:1: unknown key `gats`; did you mean `gates`?',
  ]);
});

test('help', async () => {
  const { code, out } = await modelgate(example, 'help');
  expect(code).toBe(0);
  expect(out).toContain('modelgate check [gate]');
});
