import type { Verdict } from '../../packages/core/src/index.ts';
import { type PullSpec, type RunSpec, type Scenario, tokens } from '../github-stand-in/index.ts';
import { bareHistory } from './bare.ts';
import { type Ended, type GitHub, type StepOptions, startGitHub } from './step.ts';

/** Pull request 7 comes from a fork; its own run is 77, with a token that can only read. */
export const fork = { id: 9, fullName: 'mallory/flights' };
export const gateRun = 77;

export function startFork(more: Partial<Scenario> = {}, pull: Partial<PullSpec> = {}): Promise<GitHub> {
  return startGitHub(bareHistory, (sha) => ({
    pulls: [
      {
        number: 7,
        head: { ref: 'change', sha: sha('head'), repository: fork },
        base: { ref: 'main', sha: sha('base') },
        author: 'mallory',
        ...pull,
      },
    ],
    tokens: { ghs_fork: tokens.readOnly, ghs_standin: tokens.gate },
    ...more,
  }));
}

/** The finished run as GitHub describes it. */
export function finished(github: GitHub, more: Partial<RunSpec> = {}): RunSpec {
  const spec: RunSpec = {
    id: gateRun,
    event: 'pull_request',
    headSha: github.sha('head'),
    headBranch: 'change',
    headRepository: fork,
    actor: 'mallory',
    ...more,
  };
  github.standIn.addRun(spec);
  return spec;
}

/** The first half: the gate, in the fork's own run. */
export function gate(github: GitHub, options: StepOptions = {}): Promise<Ended> {
  return github.step({ runId: gateRun, token: 'ghs_fork', ...options });
}

let reports = 1000;

/** The second half: `report` on `workflow_run`, in this repository's own run. */
export function report(github: GitHub, run: RunSpec, options: StepOptions = {}): Promise<Ended> {
  reports += 1;
  return github.step({
    action: 'report',
    event: 'workflow_run',
    job: 'report',
    runId: reports,
    workflow: { name: 'report', path: '.github/workflows/report.yml', id: 6 },
    run,
    ...options,
  });
}

/** A verdict as an artifact of a run: what an honest gate stores, changed at will. */
export function stored(github: GitHub, name: string, verdict: unknown, runId: number = gateRun): number {
  const files = { 'verdict.json': typeof verdict === 'string' ? verdict : JSON.stringify(verdict) };
  return github.standIn.addArtifact({ runId, name: `modelgate-verdict--${name}`, files });
}

/** The same verdict, of another run. */
export function ofRun(verdict: Verdict, runId: number): Verdict {
  return { ...verdict, run: { ...verdict.run, runId } };
}

export function commentsOf(github: GitHub): readonly string[] {
  return github.standIn.comments(7).map(({ body }) => body);
}

export function checksOf(github: GitHub): readonly string[] {
  return github.standIn.checkRuns().map(({ name, conclusion }) => `${name}: ${conclusion}`);
}

/** What the runner shows of a step, without groups: `warning: …`. */
export function annotationsOf(log: string): readonly string[] {
  return log.split('\n').flatMap((line) => {
    const [, kind, message = ''] = /^::(error|warning|notice)(?: [^:]*)?::(.*)$/.exec(line) ?? [];
    return kind === undefined ? [] : [`${kind}: ${message.replaceAll('%0A', '\n').replaceAll('%25', '%')}`];
  });
}
