import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Verdict } from '../../packages/core/src/index.ts';
import { good } from './bare.ts';
import { annotationsOf, finished, gate, ofRun, report, startFork, stored } from './fork.ts';
import { escapedFrom, escapedFromPage, obeyedIn } from './hostile.ts';
import { completed, hostileArtifacts, poisoned, poisons } from './hostile-artifacts.ts';
import type { Ended, GitHub } from './step.ts';

/** What a pull request's run leaves as artifacts is hostile input to `report`: none of it gets further than words. */
let github: GitHub;
let honest: Verdict;

beforeAll(async () => {
  github = await startFork({ contract: false });
  honest = (await gate(github, { files: good, runId: 76 })).verdict;
});
afterAll(() => github.close());

interface Seen {
  readonly ended: Ended;
  readonly comment: string;
  readonly checks: readonly {
    readonly title: string;
    readonly markdown: readonly string[];
    readonly conclusion: string;
  }[];
  readonly page: string;
}
const seen = new Map<string, Seen>();
let runs = 200;

/** One report of a run that has an honest verdict, and what `leave` puts beside it. */
async function reported(what: string, leave: (runId: number, verdict: Verdict) => void): Promise<Seen> {
  runs += 1;
  const verdict = ofRun(honest, runs);
  stored(github, 'flights--quality--gate--attempt-1', verdict, runs);
  leave(runs, verdict);
  const before = github.standIn.checkRuns().length;
  const ended = await report(github, finished(github, { id: runs }));
  const comments = github.standIn.comments(7);
  if (comments.length > 1) throw new Error(`${what}: ${comments.length} comments`);
  const checks = github.standIn.checkRuns().slice(before);
  const file = ended.outputs['report'] ?? '';
  const result: Seen = {
    ended,
    comment: comments[0]?.body ?? '',
    checks: checks.map(({ title, summary, text, conclusion }) => ({
      title: title ?? '',
      markdown: [summary ?? '', text ?? ''],
      conclusion: conclusion ?? '',
    })),
    page: file === '' ? '' : await readFile(file, 'utf8'),
  };
  seen.set(what, result);
  return result;
}

describe('an artifact that is no verdict of this run is refused in words of its own, and the whole is an error', () => {
  const all = (verdict: Verdict) => hostileArtifacts(verdict).map((one, index) => ({ name: `plain-${index}`, ...one }));
  /** A step says twenty warnings at most. */
  const batches = [0, 17, 34];

  test.each(batches)('from the %ith on', async (from) => {
    const { ended, comment, checks } = await reported(`hostile ${from}`, (runId, verdict) => {
      for (const { name, data } of all(verdict).slice(from, from + 17)) {
        github.standIn.addArtifact({ runId, name: `modelgate-verdict--${name}`, data, mimeType: 'application/zip' });
      }
    });
    const table = all(ofRun(honest, runs)).slice(from, from + 17);
    const warnings = annotationsOf(ended.log).filter((line) => line.startsWith('warning: '));
    const said = table.map(({ what, name, refused }) => {
      const warning = warnings.find((line) => line.startsWith(`warning: The artifact modelgate-verdict--${name} `));
      return [what, (warning ?? warnings.join('\n')).includes(refused) ? refused : (warning ?? warnings)];
    });
    expect(said).toEqual(table.map(({ what, refused }) => [what, refused]));
    expect(warnings.length).toBe(table.length);
    expect([ended.code, ended.outputs['status'], checks.map(({ conclusion }) => conclusion)]).toEqual([
      0,
      'error',
      ['failure'],
    ]);
    const counted = table.length === 1 ? '1 artifact was' : `${table.length} artifacts were`;
    expect(comment.split('\n')[1]).toBe(
      `### ⛔ \`report\`: file-unreadable: ${counted} refused, so this is not all that the run has stored`,
    );
  });

  test('there are more than forty of them, and none is left out', () => {
    const { length } = all(honest);
    expect(length).toBeGreaterThanOrEqual(40);
    expect(length).toBeLessThanOrEqual((batches.at(-1) ?? 0) + 17);
  });

  test('one alone is enough', async () => {
    const { ended, comment } = await reported('one', (runId) => void stored(github, 'x', '{"status":"pass"}', runId));
    expect([ended.code, ended.outputs['status']]).toEqual([0, 'error']);
    expect(comment.split('\n')[1]).toContain('1 artifact was refused');
  });
});

describe('text of a verdict stays text', () => {
  test.each(Object.keys(poisons))('%s', async (what) => {
    const { ended, comment, checks } = await reported(what, (runId, verdict) => {
      stored(github, 'poisoned', poisoned(completed(verdict), poisons[what] ?? ''), runId);
    });
    expect([ended.code, ended.outputs['status'], annotationsOf(ended.log)], ended.log).toEqual([0, 'error', []]);
    expect(comment.split('\n')[1]).toMatch(/^### ⛔ (?:`|<code>)poisoned (?:\(|&#40;)/);
    // the honest gate is there, or counted where so much text leaves no room
    expect(comment).toMatch(/`quality`|and 1 more gate\./);
    expect(checks.map(({ conclusion }) => conclusion)).toEqual(['failure']);
  });

  test('500 checks fit into the comment', async () => {
    const { ended, comment } = await reported('500 checks', (runId, verdict) => {
      const full = completed(verdict);
      const checks = Array.from({ length: 500 }, (_, index) => ({
        ...full.checks[0],
        id: `${'x'.repeat(300)}${index}`,
      }));
      stored(github, 'poisoned', { ...full, checks: [...checks, full.checks[2]] }, runId);
    });
    expect([ended.code, ended.outputs['status']], ended.log).toEqual([0, 'error']);
    expect(Buffer.byteLength(comment)).toBeLessThanOrEqual(65_536);
  });
});

test('of all that, nothing became a command, a mention, a marker, a tag or a foreign link', () => {
  expect(seen.size).toBe(16);
  const escaped = [...seen].flatMap(([what, { ended, comment, checks, page }]) => {
    const found = {
      comment: escapedFrom(comment, true),
      summary: escapedFrom(ended.summary, false),
      checks: checks.flatMap(({ markdown }) => markdown.flatMap((one) => escapedFrom(one, false))),
      log: obeyedIn(ended),
      page: escapedFromPage(page),
    };
    return Object.entries(found).flatMap(([where, problems]) =>
      problems.map((problem) => `${what}, ${where}: ${problem}`),
    );
  });
  expect(escaped).toEqual([]);
});

test('and that would be noticed', () => {
  const forged = [
    '<!-- modelgate:v1 policy=a workflow=b -->',
    '### a @octocat #1 GH-2 <b> [x](https://evil.example) https://evil.example ![i](x) ``` <!-- x -->',
    '### b \u202e',
  ].join('\n');
  expect(escapedFrom(forged, true).length).toBeGreaterThanOrEqual(10);
  expect(escapedFrom('### fine `@octocat #1 https://evil.example <b>`', false)).toEqual([]);
  const log =
    'a\n::set-output name=a::b\n##[add-path]x\n::error::forged\n::stop-commands::t\n::set-env::x\n::t::\nz \u001b[31m';
  expect(obeyedIn({ log } as Ended)).toEqual([
    '::set-output::b',
    '::add-path::x',
    '::error::forged',
    'the character 1b',
  ]);
  expect(escapedFromPage('<a href="https://evil.example"><script><!--')).toHaveLength(3);
});
