// The main job of Modelgate on real data: a pull request with another month of data, and four with another model, each
// judged by the built action in `dist` as a runner would start it, against a local stand-in for GitHub. Nothing leaves this machine.
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { verdictSchema } from '../packages/core/src/index.ts';
import { terminal } from '../packages/reports/src/index.ts';
import { currentPlatform } from '../packages/tables/src/index.ts';
import { makeRepository, type StandIn, startStandIn } from '../test/github-stand-in/index.ts';

const root = path.dirname(import.meta.dirname);
const example = path.join(root, 'examples', 'flight-delays');
const model = (name: string) => ({ 'out/predictions.parquet': `candidates/${name}/predictions.parquet` });
/** What each brings, from which file of the example, and which gate judges it. */
const pulls = [
  {
    name: 'january',
    number: 1,
    title: "Train on January's flights",
    action: 'validate-schema',
    brings: { 'data/flights.parquet': 'months/january.parquet' },
  },
  {
    name: 'better',
    number: 2,
    title: 'Add the planned arrival to the features',
    action: 'eval-gate',
    brings: model('better'),
  },
  { name: 'worse', number: 3, title: 'Drop the departure time', action: 'eval-gate', brings: model('worse') },
  {
    name: 'similar',
    number: 4,
    title: 'Train on an eighth of the rows',
    action: 'eval-gate',
    brings: model('similar'),
  },
  {
    name: 'uneven',
    number: 5,
    title: 'Add the number of flights planned for the hour',
    action: 'slice-gate',
    brings: model('uneven'),
  },
] as const;
type Pull = (typeof pulls)[number];

const output = {
  width: process.stdout.columns ?? 120,
  colour: process.stdout.isTTY === true && !process.env['NO_COLOR'],
};
const folder = await mkdtemp(path.join(tmpdir(), 'modelgate-demo-'));
const { standIn, history } = await startGitHub();
try {
  for (const pull of pulls) await show(pull, standIn);
  console.log(`Everything that was written lies below ${folder}`);
} finally {
  await standIn.close();
  await history.remove();
}

/** A repository with data and champion on main, and the pull requests. */
async function startGitHub() {
  const committed = [
    'modelgate.yml',
    'contracts/flights.yml',
    'contracts/flights.profile.json',
    'data/flights.parquet',
    'data/airlines.csv',
    'eval/golden.parquet',
    'champion/predictions.parquet',
  ];
  const files = Object.fromEntries(
    await Promise.all(committed.map(async (file) => [file, await readFile(path.join(example, file))])),
  );
  const history = await makeRepository([
    { name: 'base', branch: 'main', files },
    ...pulls.map(({ name, title }) => ({
      name,
      parents: ['base'],
      branch: name,
      files: { 'train.py': `# ${title}\n` },
    })),
  ]);
  const sha = (name: string) => history.sha[name] ?? '';
  const standIn = await startStandIn({
    repository: { fullName: 'acme/flight-delays', git: history.folder },
    pulls: pulls.map(({ name, number, title }) => ({
      number,
      title,
      head: { ref: name, sha: sha(name) },
      base: { ref: 'main', sha: sha('base') },
    })),
    contract: false,
  });
  return { standIn, history };
}

async function show({ name, number, title, action, brings }: Pull, standIn: StandIn): Promise<void> {
  const workspace = path.join(folder, name);
  await cp(example, workspace, { recursive: true });
  await mkdir(path.join(workspace, 'out'));
  for (const [to, from] of Object.entries(brings)) await cp(path.join(example, from), path.join(workspace, to));
  const job = standIn.job({
    event: 'pull_request',
    pull: number,
    runId: 100 + number,
    job: 'gate',
    workspace,
    inputs: { 'engine-path': path.join(root, 'node_modules', '@duckdb', `node-bindings-${currentPlatform()}`) },
  });
  const before = standIn.calls({ service: 'rest' });
  const step = await run(path.join(root, 'dist', action, 'main.mjs'), { ...job.env });
  const { verdict, report } = await job.outputs();
  if (verdict === undefined || verdict === '') throw new Error(`the step wrote no verdict:\n${step.log}`);
  const parsed = verdictSchema.parse(JSON.parse(await readFile(verdict, 'utf8')));

  console.log(`${'━'.repeat(Math.min(output.width, 120))}\nPull request #${number}, ${name}: ${title}\n`);
  console.log(terminal([parsed], output));
  const colour = step.code === 0 ? 'green' : 'red';
  const calls = standIn.calls({ service: 'rest' }) - before;
  console.log(
    `The step ended ${colour} (exit code ${step.code}). One comment on the pull request, one check run, ${calls} API calls.`,
  );
  console.log(`Report: ${await kept(report, path.join(folder, `${name}.html`))}`);
  console.log(`Comment: ${await keptText(standIn.comments(number)[0]?.body, path.join(folder, `${name}.md`))}\n`);
}

/** The stand-in takes its folders with it when it ends; what a reader wants to open stays. */
async function kept(file: string | undefined, target: string): Promise<string> {
  if (file === undefined || file === '') throw new Error('the step wrote no report');
  await cp(file, target);
  return target;
}

async function keptText(text: string | undefined, target: string): Promise<string> {
  if (text === undefined) throw new Error('the step wrote no comment');
  await writeFile(target, text);
  return target;
}

async function run(script: string, env: Readonly<Record<string, string>>): Promise<{ code: number; log: string }> {
  const child = spawn(process.execPath, [script], {
    env: { ...env, PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const code = await new Promise<number>((resolve) => child.on('close', (status) => resolve(status ?? 1)));
  return { code, log };
}
