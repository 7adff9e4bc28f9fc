import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { currentPlatform } from '../../../packages/tables/src/index.ts';
import {
  type JobOptions,
  type MadeRepository,
  makeRepository,
  type RunSpec,
  type StandIn,
  startStandIn,
  tokens,
} from '../../github-stand-in/index.ts';
import { files, root } from '../../house/repository.ts';
import { runOnGithub } from './github-run.ts';
import { cloneHouse, type HouseClone } from './house-clone.ts';

// Both halves of the example on a real workflow runner: a pull request whose own run can only read, and the report that
// comes after it from the default branch, over the artifacts that the first half has really stored.
const example = 'examples/flight-delays';
const gate = '.github/workflows/gate.yml';
const report = '.github/workflows/report.yml';
const fork = { id: 9, fullName: 'mallory/flight-delays' };

let house: HouseClone;
let history: MadeRepository;
let standIn: StandIn;
const sha = (name: string): string => history.sha[name] ?? '';

const pulls = [
  { number: 1, who: 'a fork', author: 'mallory', candidate: 'worse', head: { repository: fork } },
  { number: 2, who: 'a fork', author: 'mallory', candidate: 'better', head: { repository: fork } },
  { number: 3, who: 'Dependabot', author: 'dependabot[bot]', candidate: 'worse', head: {} },
] as const;

beforeAll(async () => {
  const text = readFileSync(path.join(root, example, gate), 'utf8');
  const [, ref = ''] = /modelgate\/modelgate\/actions\/eval-gate@(\S+)/.exec(text) ?? [];
  house = cloneHouse(root, 'modelgate/modelgate', [ref]);
  const committed = files.filter((file) => file.startsWith(`${example}/`));
  const base = committed.map((file) => [file.slice(example.length + 1), readFileSync(path.join(root, file))] as const);
  history = await makeRepository([
    { name: 'base', branch: 'main', files: { ...Object.fromEntries(base), [gate]: withEngine(text) } },
    ...pulls.flatMap(({ number, candidate }) => {
      const changed = withEngine(text).replace('candidates/better', `candidates/${candidate}`);
      const own = { [gate]: changed, 'pull.txt': String(number) };
      return [
        { name: `head-${number}`, parents: ['base'], branch: `change-${number}`, files: own },
        { name: `merge-${number}`, parents: ['base', `head-${number}`], ref: `refs/pull/${number}/merge`, files: own },
      ];
    }),
  ]);
  standIn = await startStandIn({
    repository: { fullName: 'acme/flight-delays', git: history.folder },
    tokens: { ghs_fork: tokens.readOnly, ghs_standin: tokens.gate },
    pulls: pulls.map(({ number, author, head }) => ({
      ...{ number, author, mergeSha: sha(`merge-${number}`) },
      ...{ head: { ...head, ref: `change-${number}`, sha: sha(`head-${number}`) } },
      base: { ref: 'main', sha: sha('base') },
    })),
  });
});

afterAll(async () => {
  house.remove();
  await history.remove();
  await standIn.close();
});

describe.each(pulls)(
  'pull request $number, of $who, with the $candidate candidate',
  ({ number, who, author, candidate, head }) => {
    const runId = 300 + number;
    const conclusion = candidate === 'worse' ? 'failure' : 'success';

    test('its own run decides, and posts nothing', async () => {
      const { jobs, log } = await run(gate, 'quality', {
        event: 'pull_request',
        pull: number,
        runId,
        token: 'ghs_fork',
      });
      expect(jobs['quality']?.result, log).toBe(conclusion);
      expect([standIn.comments(number), standIn.checkRuns(sha(`head-${number}`))]).toEqual([[], []]);
      const notices = jobs['quality']?.annotations
        .filter(({ level }) => level === 'notice')
        .map(({ message }) => message);
      expect(notices?.at(-1)).toBe(
        `The token of this run is read-only, because ${who} started it: no comment and no check run were written. The verdict stands in the job summary; \`report\` behind \`workflow_run\` can post it.`,
      );
      standIn.updateRun(runId, { status: 'completed', conclusion });
    });

    test('the report posts what that run has stored, as its own claim', async () => {
      const spec: RunSpec = {
        ...{ id: runId, event: 'pull_request', headSha: sha(`head-${number}`), headBranch: `change-${number}` },
        ...{ conclusion, path: gate, actor: author },
        ...('repository' in head ? { headRepository: head.repository } : {}),
      };
      const { jobs, log } = await run(report, 'report', {
        event: 'workflow_run',
        run: spec,
        runId: runId + 100,
        actor: author,
      });
      expect(jobs['report']?.result, log).toBe('success');
      const [body = '', ...others] = standIn.comments(number).map((comment) => comment.body);
      expect(others).toEqual([]);
      expect(body.split('\n')[0]).toBe(
        '<!-- modelgate:v1 policy=flight-delays workflow=.github%2Fworkflows%2Fgate.yml -->',
      );
      expect(body).toContain(candidate === 'worse' ? '### ❌ `quality`: ' : '### ✅ `quality`: ');
      expect(body).toContain('information, not proof');
      expect(standIn.checkRuns(sha(`head-${number}`)).map((check) => `${check.name}: ${check.conclusion}`)).toEqual(
        candidate === 'worse' ? ['modelgate / flight-delays / quality: failure'] : [],
      );
    });
  },
);

function run(workflow: string, job: string, options: JobOptions) {
  const place = { standIn, history, workflow, actions: house.actions, expectedJobs: [job] };
  return runOnGithub({ ...place, job: { ...options, job } });
}

/** The engine that npm brought, as the steps have no network here. */
function withEngine(text: string): string {
  const engine = path.join(root, 'node_modules/@duckdb', `node-bindings-${currentPlatform()}`);
  return text.replace(
    /^( *)- (uses: modelgate\/modelgate\/actions\/eval-gate@.*)$(\n *with:$)?/m,
    `$1- $2\n$1  with:\n$1    engine-path: ${engine}`,
  );
}
