import type { BaselineIdentity, DataTable, LineageEntry, RunIdentity, Verdict } from '@modelgate/core';
import { policyTrust } from './gate-line.ts';
import { looksSentence } from './golden-set.ts';
import { gateName } from './headline.ts';
import { htmlText } from './html-text.ts';
import { matchWords } from './lineage-words.ts';
import { byteSize, count } from './number-format.ts';
import { webAddress } from './web-link.ts';

/** Where each verdict came from: inputs with digests, champion, policy, run. HTML. */
export function provenance(ordered: readonly Verdict[]): string {
  if (ordered.length === 0) return '';
  return `<h2>Where this came from</h2>\n${ordered.map((verdict, index) => ofGate(verdict, index === 0)).join('')}`;
}

function ofGate(verdict: Verdict, open: boolean): string {
  const facts: readonly Fact[] = [
    ['Subject', verdict.subject && `${code(verdict.subject.name)} ${digest(verdict.subject.sha256)}`],
    ...verdict.inputs.map((input): Fact => {
      const size = [input.rows === undefined ? undefined : `${count(input.rows)} rows`, byteSize(input.bytes)];
      const files = input.files === 1 ? undefined : `${count(input.files)} files`;
      const what = [...size, files].filter((part) => part !== undefined).join(', ');
      return [inputNames[input.role], `${code(input.name)} ${what} ${digest(input.sha256)}`];
    }),
    ['Contract', verdict.data && contract(verdict.data)],
    ['Profile', verdict.data?.profile && profile(verdict.data.profile)],
    ['Baseline', verdict.baseline && baseline(verdict.baseline)],
    ['Anchor model', verdict.anchor && baseline(verdict.anchor)],
    ...(verdict.lineage ?? []).map(lineage),
    ['Looks', verdict.reuse && htmlText(looksSentence(verdict.reuse))],
    ['Policy', policy(verdict)],
    ['Run', run(verdict.run)],
    ['Judged', `${htmlText(verdict.at)} by ${verdict.tool.name} ${htmlText(verdict.tool.version)}`],
  ];
  const rows = facts.flatMap(([name, value]) => (value === undefined ? [] : [`<dt>${name}</dt><dd>${value}</dd>`]));
  return `<details${open ? ' open' : ''}><summary><code>${htmlText(gateName(verdict))}</code></summary><dl>${rows.join('\n')}</dl></details>\n`;
}

type Fact = readonly [name: string, value: string | undefined];

const inputNames = {
  examples: 'Examples',
  candidate: 'Candidate',
  champion: 'Champion',
  anchor: 'Anchor',
  subject: 'Subject',
  data: 'Table',
  reference: 'Other table',
} as const;

function contract({ contract: { name, file, sha256 } }: DataTable): string {
  return listed([
    file === undefined ? `${code(name)} in the policy` : `${code(file)} (${htmlText(name)})`,
    digest(sha256),
  ]);
}

function profile({ file, rows, commit, sha256 }: NonNullable<DataTable['profile']>): string {
  return listed([code(file), `made of ${count(rows)} rows`, `commit ${code(commit)}`, `of the data ${digest(sha256)}`]);
}

function baseline(from: BaselineIdentity): string {
  const parts = [
    `${sources[from.from]} ${code(from.name)}`,
    from.modelVersion === undefined ? undefined : `version ${code(from.modelVersion)}`,
    from.alias === undefined ? undefined : `which the alias ${code(from.alias)} named`,
    from.registry === undefined ? undefined : `held by ${htmlText(from.registry)}`,
    from.trackingRun === undefined ? undefined : `tracking run ${code(from.trackingRun)}`,
    from.commit === undefined ? undefined : `commit ${code(from.commit)}`,
    from.branch === undefined ? undefined : `branch ${code(from.branch)}`,
    from.recordedAt === undefined ? undefined : `recorded ${htmlText(from.recordedAt)}`,
    from.expiresAt === undefined ? undefined : `expires ${htmlText(from.expiresAt)}`,
    link('run', from.runUrl),
    from.sha256 === undefined ? undefined : digest(from.sha256),
    from.modelDigest === undefined ? undefined : `of the model ${digest(from.modelDigest)}`,
    from.examplesDigest === undefined ? undefined : `answered examples ${code(from.examplesDigest)}`,
    tags(from.tags),
  ];
  return listed(parts);
}

const sources: Readonly<Record<BaselineIdentity['from'], string>> = {
  recorded: 'recorded as',
  git: 'from git,',
  file: 'from the file',
  mlflow: 'from MLflow,',
  s3: 'from the object store,',
  rescore: 'scored anew into',
};

const mostTags = 20;

function tags(all: BaselineIdentity['tags']): string | undefined {
  const entries = Object.entries(all ?? {});
  if (entries.length === 0) return undefined;
  const left = entries.length - mostTags;
  const shown = entries.slice(0, mostTags).map(([name, value]) => code(`${name}=${value}`));
  return `tags ${shown.join(' ')}${left > 0 ? ` and ${left} more` : ''}`;
}

function lineage(entry: LineageEntry): Fact {
  switch (entry.kind) {
    case 'dvc': {
      const found = matchWords(entry.matches);
      const parts = [
        `${code(entry.path)} recorded in ${code(entry.recordedIn)}`,
        entry.bytes === undefined ? undefined : byteSize(entry.bytes),
        code(`md5:${entry.md5}`),
        found === undefined ? undefined : `on disk ${entry.matches === true ? found : `<strong>${found}</strong>`}`,
      ];
      return ['Data (DVC)', listed(parts)];
    }
    case 'lakefs': {
      const parts = [`${code(entry.path)} is a copy of ${code(entry.source)}`, `commit ${code(entry.commit)}`];
      return ['Data (lakeFS)', listed(parts)];
    }
    case 'lock-file':
      return ['Packages', listed([code(entry.path), byteSize(entry.bytes), digest(entry.sha256)])];
  }
}

function policy({ policy }: Verdict): string {
  const trust = policyTrust(policy);
  return listed([
    `${code(policy.file)} (${htmlText(policy.name)})`,
    `from ${policy.tightenedBy === undefined ? policySources[policy.source] : 'its commit, through the API'}`,
    policy.commit === undefined ? undefined : `commit ${code(policy.commit)}`,
    trust === undefined ? 'verified' : `<strong>${htmlText(trust)}</strong>`,
    digest(policy.sha256),
    policy.tightenedBy === undefined ? undefined : `rules ${digest(policy.tightenedBy)}`,
  ]);
}

const policySources = {
  base: 'the base, through the API',
  head: 'the head, through the API',
  checkout: 'the checkout',
  rules: 'the workflow',
} as const;

function run(of: RunIdentity): string {
  return listed([
    `${htmlText(of.event)}, stage ${htmlText(of.stage)}`,
    of.repository === undefined ? undefined : code(of.repository),
    of.pullRequest === undefined ? undefined : `pull request ${of.pullRequest}`,
    of.headSha === undefined ? undefined : `head ${code(of.headSha)}`,
    of.baseSha === undefined ? undefined : `base ${code(of.baseSha)}`,
    of.workflowPath === undefined ? undefined : code(of.workflowPath),
    of.attempt === undefined || of.attempt === 1 ? undefined : `attempt ${of.attempt}`,
    link('run', of.url),
  ]);
}

function listed(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(', ');
}

function code(text: string): string {
  return `<code>${htmlText(text)}</code>`;
}

function digest(sha256: string | undefined): string {
  return sha256 === undefined ? '' : `<code>sha256:${sha256}</code>`;
}

function link(label: string, address: string | undefined): string | undefined {
  const known = webAddress(address);
  return known === undefined ? undefined : `<a href="${htmlText(known)}">${label}</a>`;
}
