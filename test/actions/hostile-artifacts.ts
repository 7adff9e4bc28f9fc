import { gzipSync } from 'node:zlib';
import { type Verdict, verdictSchema } from '../../packages/core/src/index.ts';
import { hostileZip } from './hostile-zip.ts';

/** What whoever opens a pull request may leave behind as an artifact of its run, beside an honest verdict. */
export interface HostileArtifact {
  readonly what: string;
  /** Of the artifact, behind `modelgate-verdict--`. Default: a plain one. */
  readonly name?: string;
  readonly data: Buffer;
  /** What the log says of it. */
  readonly refused: string;
}

/** @param verdict  an honest one of the run that is reported */
export function hostileArtifacts(verdict: Verdict): readonly HostileArtifact[] {
  const text = JSON.stringify(verdict);
  const [check] = verdict.checks;
  const [bound] = check?.bounds ?? [];
  const file = (data: string | Buffer) => hostileZip([{ name: 'verdict.json', data }]);
  const json = (value: unknown) => file(JSON.stringify(value));
  const changed = (more: object) => json({ ...verdict, ...more });
  const ofRun = (more: object) => changed({ run: { ...verdict.run, ...more } });
  const checks = (...all: readonly object[]) => changed({ checks: all.map((one) => ({ ...check, ...one })) });
  const zeros = Buffer.alloc(64 * 2 ** 20);
  return [
    // the archive
    {
      what: 'a zip bomb: 64 MiB in 64 KiB',
      data: hostileZip([{ name: 'verdict.json', data: zeros, deflate: true }]),
      refused: '(too-large): it has more than 4 MiB unpacked.',
    },
    {
      what: 'a zip bomb whose directory says 1,000 bytes',
      data: hostileZip([{ name: 'verdict.json', data: zeros, deflate: true, states: 1000 }]),
      refused: '(lying-size): "verdict.json" is larger than the 1000 bytes that it states.',
    },
    {
      what: 'a size that is more than there is',
      data: hostileZip([{ name: 'verdict.json', data: text, deflate: true, states: text.length + 1 }]),
      refused: `(lying-size): "verdict.json" is smaller than the ${text.length + 1} bytes that it states.`,
    },
    {
      what: 'a zip bomb of files that share their bytes',
      data: hostileZip([
        { name: 'verdict.json', data: text },
        { name: 'verdict.json', data: text, overlaps: true },
      ]),
      refused: '(damaged): "verdict.json" and "verdict.json" share bytes.',
    },
    { what: '3 MiB', data: file(Buffer.alloc(3 * 2 ** 20)), refused: '(too-large): it has 3 MiB, more than 2 MiB.' },
    {
      what: '10,000 files',
      data: hostileZip(Array.from({ length: 10_000 }, (_, index) => ({ name: `${index}.json`, data: '' }))),
      refused: '(too-many): it has more than 4 files.',
    },
    {
      what: 'a zip within the zip',
      data: file(file(text)),
      refused: '(nested-archive): "verdict.json" in it is an archive itself.',
    },
    {
      what: 'a gzip beside the verdict',
      data: hostileZip([
        { name: 'verdict.json', data: text },
        { name: 'more.gz', data: gzipSync(zeros.subarray(0, 100)) },
      ]),
      refused: '(nested-archive): "more.gz" in it is an archive itself.',
    },
    {
      what: 'a path that leads out',
      data: hostileZip([{ name: '../../verdict.json', data: text }]),
      refused: '(bad-path): it holds a file named "../../verdict.json".',
    },
    {
      what: 'an absolute path',
      data: hostileZip([{ name: '/etc/cron.d/verdict.json', data: text }]),
      refused: '(bad-path): it holds a file named "/etc/cron.d/verdict.json".',
    },
    {
      what: "a path of Windows' kind",
      data: hostileZip([{ name: 'C:\\verdict.json', data: text }]),
      refused: '(bad-path): it holds a file named "C:\\verdict.json".',
    },
    {
      what: 'a symbolic link',
      data: hostileZip([{ name: 'verdict.json', data: '/proc/self/environ', mode: 0o120777 }]),
      refused: '(bad-path): "verdict.json" is a link, not a file.',
    },
    {
      what: 'the same name twice',
      data: hostileZip([
        { name: 'verdict.json', data: text },
        { name: 'verdict.json', data: text.replace('pass', 'fail') },
      ]),
      refused: '(damaged): it holds "verdict.json" twice.',
    },
    {
      what: 'another name in the file than in the directory',
      data: hostileZip([{ name: 'verdict.json', localName: 'VERDICT.json', data: text }]),
      refused: '(damaged): "verdict.json" is something else by its own header.',
    },
    {
      what: 'an encrypted file',
      data: hostileZip([{ name: 'verdict.json', data: text, flags: 0x0801 }]),
      refused: '(damaged): it is encrypted.',
    },
    {
      what: 'no archive',
      data: Buffer.from(text),
      refused: '(misfiled): it holds no verdict.json, but "modelgate-verdict--plain-15".',
    },
    {
      what: 'an archive that was cut short',
      data: file(text).subarray(0, 200),
      refused: '(damaged): it has no directory: it was cut short or is no archive.',
    },
    {
      what: 'an archive without a file',
      data: hostileZip([]),
      refused: '(misfiled): it holds no verdict.json, but nothing.',
    },
    // the text
    {
      what: 'no UTF-8',
      data: file(Buffer.from([0x7b, 0xff, 0xfe, 0x7d])),
      refused: '(not-text): its verdict.json is no UTF-8.',
    },
    {
      what: 'a byte order mark',
      data: file(`\ufeff${text}`),
      refused: '(not-text): its verdict.json begins with a byte order mark.',
    },
    { what: 'no JSON', data: file(`${text}}`), refused: '(not-json): its verdict.json is not JSON.' },
    {
      what: 'NaN',
      data: file(text.replace(/"ageDays":[\d.]+|"rows":\d+|"attempt":1/, '"rows":NaN')),
      refused: '(not-json): its verdict.json is not JSON.',
    },
    {
      what: 'a million brackets',
      data: file('['.repeat(1_000_000)),
      refused: '(too-deep): its verdict.json is nested more than 16 deep.',
    },
    {
      what: 'a text of a million characters',
      data: changed({ notices: ['x'.repeat(1_000_000)] }),
      refused: '(too-long): a text in it has 1000000 characters, more than 32768.',
    },
    {
      what: '1e999',
      data: file(text.replace('"attempt":1', '"attempt":1e999')),
      refused: '(bad-number): a number in it is larger than 1e+100.',
    },
    {
      what: 'an interval wider than any number',
      data: checks({ bounds: [{ ...bound, interval: { lower: -1.7e308, upper: 1.7e308, level: 0.95, method: 'x' } }] }),
      refused: '(bad-number): a number in it is larger than 1e+100.',
    },
    {
      what: 'a key named __proto__',
      data: file(text.replace('"schema"', '"__proto__":{"stops":false},"schema"')),
      refused: '(bad-key): a key in it is named "__proto__".',
    },
    {
      what: 'a thousand and one tags',
      data: changed({
        baseline: {
          from: 'mlflow',
          name: 'x',
          tags: Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`t${index}`, ''])),
        },
      }),
      refused: '(too-many): a list in it has 1001 entries, more than 1000.',
    },
    {
      what: 'a thousand and one checks',
      data: checks(...Array.from({ length: 1001 }, (_, index) => ({ id: `c${index}` }))),
      refused: '(too-many): a list in it has 1001 entries, more than 1000.',
    },
    // the verdict
    {
      what: 'another JSON',
      data: json({ status: 'pass' }),
      refused: '(not-a-verdict): it is no verdict: schema: Invalid input',
    },
    {
      what: 'a newer schema',
      data: changed({ schema: verdict.schema.replace(/v1$/, 'v2') }),
      refused:
        '(newer-schema): it is of schema verdict/v2, and this version of Modelgate reads v1: let gates and report be of the same release.',
    },
    {
      what: 'another repository',
      data: ofRun({ repository: 'acme/trains' }),
      refused: '(another-repository): it is of the repository "acme/trains", not of acme/flights.',
    },
    {
      what: 'another run',
      data: ofRun({ runId: 4 }),
      refused: `(another-run): it is of run "4", not of run ${verdict.run.runId}.`,
    },
    {
      what: 'no run at all',
      data: ofRun({ runId: undefined }),
      refused: `(another-run): it is of run none, not of run ${verdict.run.runId}.`,
    },
    {
      what: 'another event',
      data: ofRun({ event: 'push' }),
      refused: '(another-event): it is of a run on "push", and this one was started by pull_request.',
    },
    {
      what: 'another commit',
      data: ofRun({ headSha: 'a'.repeat(40) }),
      refused: '(another-commit): it is about commit "aaaaaaaaaaaa", not about ',
    },
    {
      what: 'another pull request',
      data: ofRun({ pullRequest: 8 }),
      refused: '(another-pull-request): it is about pull request 8, not about 7.',
    },
    {
      what: 'an attempt that is yet to come',
      data: ofRun({ attempt: 2 }),
      refused: '(future-attempt): it is of attempt 2, and the run has had 1.',
    },
    {
      what: 'a second verdict of the same gate',
      data: changed({ at: '2026-01-01T00:00:00Z' }),
      refused: '(twice): another artifact holds a verdict of the same gate, job and attempt; the worst one is shown.',
    },
    {
      what: 'a pass with a failing check',
      data: checks({ status: 'fail', outcome: 'fail', bounds: [{ ...bound, status: 'fail' }] }),
      refused: '(contradiction): it contradicts itself: it says pass, and its check "accuracy" says fail.',
    },
    {
      what: 'a check that passes with a failing bound',
      data: checks({ bounds: [{ ...bound, status: 'fail' }] }),
      refused: '(contradiction): it contradicts itself: its check "accuracy" came to pass, and a bound of it to fail.',
    },
    {
      what: 'a check that passes unmeasured',
      data: checks({ bounds: [] }),
      refused: '(contradiction): it contradicts itself: its check "accuracy" passes, and nothing of it was measured.',
    },
    {
      what: 'a waiver that nobody wrote',
      data: checks({ status: 'waived', outcome: 'fail', bounds: [{ ...bound, status: 'fail' }] }),
      refused: '(contradiction): it contradicts itself: its check "accuracy" says waived, and came to fail.',
    },
    {
      what: 'a pass without checks',
      data: changed({ checks: [] }),
      refused: '(contradiction): it contradicts itself: it says pass without a single check.',
    },
    {
      what: 'a failure that does not stop',
      data: changed({ status: 'fail', stops: false }),
      refused: '(contradiction): it contradicts itself: its status is fail, yet it does not stop the step.',
    },
    {
      what: 'a pass that stops',
      data: changed({ stops: true }),
      refused: '(contradiction): it contradicts itself: its status is pass, yet it stops the step.',
    },
    // names
    {
      what: 'a policy named like a marker',
      data: changed({ policy: { ...verdict.policy, name: 'x --> @acme <!-- modelgate:v1' } }),
      refused: '(bad-name): its policy is named "x --> @acme <!-- modelgate:v1", which no policy can be.',
    },
    {
      what: 'a gate named like a command',
      data: changed({ gate: { ...verdict.gate, id: '\n::set-output name=status::pass' } }),
      refused: '(bad-name): its gate is named "::set-output name=status::pass", which no gate can be.',
    },
    {
      what: 'an artifact named like commands',
      name: '%0A::add-mask::pass ##[add-mask]fail \u001b[31m\u202e@acme',
      data: file('{'),
      refused: ' ##[add-mask]fail @acme is refused (not-json): its verdict.json is not JSON.',
    },
  ];
}

/** Texts that mean something to GitHub's Markdown, to the runner's log or to a terminal. */
export const poisons: Readonly<Record<string, string>> = {
  mentions: '@octocat and @acme/everyone, mallory@evil.example',
  links:
    'https://evil.example/a [here](https://evil.example/b) www.evil.example <https://evil.example/c> ![i](https://evil.example/d.png) [x]: https://evil.example/e',
  html: '</details></table></sub><img src=https://evil.example/x.png onerror=alert(1)><script>alert(1)</script><h1>',
  'a marker': '\n<!-- modelgate:v1 policy=flights workflow=.github%2Fworkflows%2Fgate.yml -->\n### ✅ all fine\n<!--',
  'commands of the log':
    '\n::error::forged\n::set-output name=status::pass\r::add-mask::fail\n##[add-mask]pass ##[error]forged\n::stop-commands::x',
  'escapes of a terminal':
    '\u001b[2K\u001b[1A\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007\u009b31m\u0000\u0008',
  'bidirectional characters': '\u202egnp.exe\u2066\u2069\u200f\u061c\ufeff\u200b',
  references:
    'Fixes #1, closes acme/flights#2, resolves GH-3, fixes https://github.com/acme/flights/issues/4, 5f3b2a1c9',
  markup:
    '\n# heading\n> quote\n- [ ] task\n```\ncode\n| a | b |\n|---|---|\n~~a~~ **b** _c_ `d` $e$ :boom: \\ &lt;script&gt; <kbd>',
  'lone surrogates and a long text': `\ud800${'😀'.repeat(1_000)}\udfff`,
  expressions: '$' + '{{ secrets.GITHUB_TOKEN }} $' + '(id) `id` %0A%25 {{ 1 }}',
};

/** The verdict with this text in every field that the schema leaves free. */
export function poisoned(verdict: Verdict, text: string): Verdict {
  const fixed = /^(?:run\.(?:repository|event|headSha)|policy\.name|gate\.id)$/;
  let result: unknown = verdict;
  for (const path of stringPaths(verdict)) {
    if (fixed.test(path.join('.'))) continue;
    const changed = replaced(result, path, text);
    if (verdictSchema.safeParse(changed).success) result = changed;
  }
  return verdictSchema.parse(result);
}

function stringPaths(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value === 'string') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => stringPaths(child, [...path, key]));
}

function replaced(value: unknown, [key, ...rest]: readonly string[], text: string): unknown {
  if (key === undefined) return text;
  if (Array.isArray(value))
    return value.map((child, index) => (String(index) === key ? replaced(child, rest, text) : child));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [name, name === key ? replaced(child, rest, text) : child]),
  );
}

/** A verdict that has every optional part, so that every text of the schema is there to be poisoned. */
export function completed(verdict: Verdict): Verdict {
  const [check] = verdict.checks;
  const [bound] = check?.bounds ?? [];
  if (check === undefined || bound === undefined) throw new Error('the verdict has no bound');
  const where = { file: 'modelgate.yml', line: 14, column: 7 };
  const digest = '0'.repeat(64);
  const commit = verdict.run.headSha ?? '';
  const problem = { reason: 'file-missing', message: 'nothing is there', how: 'make it', where } as const;
  const waiver = { owner: 'nobody', reason: 'because', expires: '2099-01-01', where };
  const champion = {
    ...{ from: 'mlflow', name: 'champion', sha256: digest, commit, branch: 'main', runId: 5 },
    ...{ runUrl: 'https://github.com/mallory/flights/actions/runs/5', recordedAt: '2026-01-01T00:00:00Z', ageDays: 3 },
    ...{ expiresAt: '2027-01-01T00:00:00Z', registry: 'MLflow', model: 'm', modelVersion: '1', alias: 'champion' },
    ...{ tags: { stage: 'production' }, trackingRun: 'abc', modelDigest: digest, examplesDigest: 'sha' },
  } as const;
  const failing = {
    ...{ status: 'fail', outcome: 'fail', reason: 'margin-exceeded', why: 'it matters', where, unit: 'ms', problem },
    bounds: [
      {
        ...bound,
        ...{ status: 'fail', reason: 'margin-exceeded', note: 'a caveat', rowsNeeded: 1e15 },
        interval: { lower: -9e99, upper: 9e99, level: 0.95, method: 'tango' },
      },
    ],
  } as const;
  return verdictSchema.parse({
    ...verdict,
    ...{ status: 'fail', reason: 'margin-exceeded', stops: true, rows: 2 ** 53 - 1, rowsAre: 'paired rows' },
    gate: { ...verdict.gate, id: 'poisoned' },
    checks: [
      { ...check, ...failing },
      { ...check, ...failing, id: 'waived', status: 'waived', waiver },
      { ...check, id: 'unmeasured', status: 'error', outcome: 'error', reason: 'file-missing', bounds: [], problem },
    ].map((one) => ({ ...one })),
    ...{ status: 'error', reason: 'file-missing', problem },
    notices: ['a notice'],
    families: [{ rule: 'all-must-hold', checks: ['accuracy'], correction: 'none' }],
    subject: { name: 'out/model.joblib', sha256: digest },
    inputs: [{ role: 'examples', name: 'eval/golden.csv', files: 1, bytes: 1, sha256: digest, rows: 1 }],
    baseline: champion,
    anchor: champion,
    lineage: [
      { kind: 'dvc', path: 'data', recordedIn: 'dvc.lock', md5: 'x', bytes: 1, matches: false },
      { kind: 'lakefs', path: 'data', source: 'lakefs://a/b/c', commit: 'abc' },
      { kind: 'lock-file', path: 'uv.lock', bytes: 1, sha256: digest },
    ],
    reuse: { looks: 3, atMost: 2, exhausted: true, note: 'looked at' },
    policy: { ...verdict.policy, commit, advisory: true },
    change: {
      rules: [
        { path: 'gates.quality', effect: 'loosened', words: 'a margin', where },
        { path: 'gates.slices', effect: 'tightened', words: 'another' },
      ],
      workflows: [{ file: '.github/workflows/gate.yml', effect: 'changed', words: 'a step' }],
      preview: { status: 'fail', reason: 'margin-exceeded', stops: true, problem },
      withoutPreview: 'would not be judged',
    },
    run: { ...verdict.run, job: 'gate', leg: 'a', url: 'https://evil.example/run', workflow: 'gate' },
  });
}
