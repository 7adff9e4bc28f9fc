import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type {
  ChampionStores,
  ContentStore,
  LookStore,
  RecordedLookup,
  RecordedStore,
  Registries,
} from '@modelgate/baselines';
import { type PolicyIdentity, UserError } from '@modelgate/core';
import {
  type Client,
  type Event,
  findRecordedBaseline,
  lfsDigestAt,
  lfsPointerBytes,
  listLooks,
  type RecordedArtifact,
  readArtifact,
  readFileAt,
  saveFiles,
} from '@modelgate/github';
import { filesAt, mergeBaseOf } from './commit-files.ts';
import type { Place } from './place.ts';
import { runPolicyCommand } from './policy-command.ts';
import { type RuleFiles, ruleFiles } from './rule-files.ts';
import { readText } from './workspace-text.ts';

/** How the table engine is found; handed on to whoever opens tables. */
export interface EngineOptions {
  readonly workspace: string;
  readonly temporary: string;
  readonly toolCache: string;
  readonly preplaced?: string;
  readonly registry?: string;
  readonly log?: (line: string) => void;
}

/** What a gate may ask of the world, whoever provides it: GitHub here, the local checkout on the command line. */
export interface GateWorld {
  readonly workspace: string;
  readonly temporary: string;
  readonly now: Date;
  readonly onBaseBranch: boolean;
  readonly champions: ChampionStores;
  readonly looks: LookStore;
  readonly engine: EngineOptions;
  /** Contracts and profiles. */
  readonly rules: RuleFiles;
  /** Where credentials of servers and object stores stand; empty where none may be used. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readText(file: string): Promise<string>;
  sameAsBase(file: string): Promise<'same' | 'changed' | 'unknown'>;
  /** Runs a command of the policy. @throws UserError command-failed */
  run(command: string): Promise<void>;
}

function commandOfChange(command: string): UserError {
  return new UserError(
    'policy-override',
    `the policy comes from the change that it judges, so its command is not run: ${command}`,
    {
      how: 'merge the policy first; commands are taken from the base branch only',
    },
  );
}

function commandNotHere(command: string): UserError {
  return new UserError('command-failed', `this step runs no commands (\`commands: false\`): ${command}`, {
    how: 'let an earlier job run it and hand over what it writes; what measures for evidence runs no code of the repository',
  });
}

/** MLflow and object stores, as the step's environment names them; nothing is asked before a policy does. */
export async function registriesAt({ env, now }: Place, log: (line: string) => void): Promise<Registries> {
  const { registriesOf } = await import('@modelgate/baselines');
  return registriesOf(env, { now, log });
}

/** The world of one gate in a workflow run; its folder is its own. */
export async function githubWorld(
  place: Place,
  gate: string,
  engine: { preplaced: string; registry: string; log: (line: string) => void },
  { identity, commands }: { readonly identity: PolicyIdentity; readonly commands: boolean },
): Promise<GateWorld> {
  const { advisory } = identity;
  const temporary = path.join(place.temporary, gate);
  await mkdir(temporary, { recursive: true });
  return {
    workspace: place.workspace,
    temporary,
    now: place.now(),
    onBaseBranch: place.onBaseBranch,
    champions: {
      recorded: recordedStore(place),
      contents: contentStore(place),
      // what a change brings along must not reach this job's credentials, whatever its policy says
      ...(advisory ? {} : { registries: await registriesAt(place, engine.log) }),
    },
    looks: lookStore(place),
    engine: {
      workspace: place.workspace,
      temporary,
      toolCache: place.toolCache,
      log: engine.log,
      ...(engine.preplaced === '' ? {} : { preplaced: engine.preplaced }),
      ...(engine.registry === '' ? {} : { registry: engine.registry }),
    },
    rules: ruleFiles(place, identity),
    // what a change brings along must not reach this job's credentials
    environment: advisory ? {} : place.env,
    readText: (file) => readText(place.workspace, file, temporary),
    sameAsBase: (file) => sameAsBase(place, file),
    run: (command) => {
      if (advisory) throw commandOfChange(command);
      if (!commands) throw commandNotHere(command);
      return runPolicyCommand(command, { workspace: place.workspace, env: place.env, log: engine.log });
    },
  };
}

function recordedStore(place: Place): RecordedStore {
  const { client, run } = place;
  const found = new Map<string, RecordedArtifact>();
  return {
    find: async (name): Promise<RecordedLookup> => {
      if (client === undefined)
        return {
          kind: 'unreadable',
          message: 'without a token the recorded champion cannot be read',
          how: 'leave `github-token` at its default',
        };
      const { id } = run.repository;
      if (id === undefined)
        return {
          kind: 'unreadable',
          message: 'the runner did not say which repository this is (GITHUB_REPOSITORY_ID)',
          how: 'update the runner',
        };
      const lookup = await findRecordedBaseline(client, {
        name,
        repositoryId: id,
        workflowPath: run.workflowPath,
        excludeRunId: run.runId,
        ...baseOf(place.event),
      });
      switch (lookup.state) {
        case 'none':
          return { kind: 'none', looked: `no green run of ${run.workflowPath} on the base branch` };
        case 'unreadable':
          return { kind: 'unreadable', message: lookup.message, how: lookup.how };
        case 'found':
        case 'expired': {
          found.set(String(lookup.artifact.id), lookup.artifact);
          const { runId, runUrl, headSha, branch, createdAt, expiresAt } = lookup;
          const baseline = { id: String(lookup.artifact.id), runId, runUrl, commit: headSha, recordedAt: createdAt };
          const rest = {
            ...(branch === undefined ? {} : { branch }),
            ...(expiresAt === undefined ? {} : { expiresAt }),
          };
          return { kind: lookup.state, baseline: { ...baseline, ...rest } };
        }
      }
    },
    download: async ({ id }, folder) => {
      const artifact = found.get(id);
      if (client === undefined || artifact === undefined) throw new Error('downloads only what was found');
      await saveFiles(folder, await readArtifact(client, artifact));
    },
  };
}

/** Earlier looks at a golden set, by the marks that other runs left. */
function lookStore({ client, run, event }: Place): LookStore {
  return {
    list: async ({ name, until }) => {
      const unknown = (why: string) => ({ kind: 'unknown', why, expected: false }) as const;
      if (client === undefined)
        return unknown('There is no token to list them with: leave `github-token` at its default.');
      const { id } = run.repository;
      if (id === undefined)
        return unknown('The runner did not say which repository this is (GITHUB_REPOSITORY_ID): update it.');
      const listed = await listLooks(client, { name, repositoryId: id, ...(until === undefined ? {} : { until }) });
      if (listed.state === 'unreadable') return unknown(listed.message);
      const { looks, fromForks, complete } = listed;
      return { kind: 'listed', looks, fromForks, complete, commit: event.headSha };
    },
  };
}

/** What the candidate is measured against: the recorded champion must come from there or from before. */
function baseOf(event: Event): { baseSha: string; baseBranch?: string } {
  switch (event.kind) {
    case 'pull-request':
    case 'pull-request-target':
    case 'merge-group':
      return { baseSha: event.baseSha, baseBranch: event.baseRef };
    case 'push':
      return { baseSha: event.headSha, ...(event.branch === undefined ? {} : { baseBranch: event.branch }) };
    case 'schedule':
    case 'workflow-dispatch':
      return { baseSha: event.headSha, ...(event.branch === undefined ? {} : { baseBranch: event.branch }) };
    case 'workflow-run':
    case 'other':
      return { baseSha: event.headSha };
  }
}

function contentStore(place: Place): ContentStore {
  const need = (): Client => {
    if (place.client !== undefined) return place.client;
    throw new UserError('baseline-unreadable', 'without a token the champion cannot be read from the base', {
      how: 'leave `github-token` at its default',
    });
  };
  return {
    baseCommit: async () => {
      const { event } = place;
      switch (event.kind) {
        case 'pull-request':
        case 'pull-request-target':
          return await mergeBaseOf(need(), event.baseSha, event.headSha);
        case 'merge-group':
          return event.baseSha;
        case 'push':
          if (event.before !== undefined) return event.before;
          throw new UserError(
            'baseline-missing',
            'this push is the first of its branch: there is no commit to compare with',
            { how: 'push once more, or compare in a pull request' },
          );
        case 'schedule':
        case 'workflow-dispatch':
        case 'workflow-run':
        case 'other':
          return event.headSha;
      }
    },
    read: async (file, commit) => {
      const found = await readFileAt(need(), { commit, path: file });
      return found.state === 'missing' ? undefined : found.bytes;
    },
  };
}

/** By git's own identity of contents, so that nothing has to be downloaded. */
async function sameAsBase({ client, event, workspace }: Place, file: string): Promise<'same' | 'changed' | 'unknown'> {
  if (client === undefined || (event.kind !== 'pull-request' && event.kind !== 'merge-group')) return 'unknown';
  if (/[*?[]/.test(file)) return 'unknown';
  const name = path.posix.normalize(file);
  const { blobs, bytes } = await filesAt(client, event.baseSha);
  const base = blobs.get(name);
  if (base === undefined) return 'unknown';
  const absolute = path.resolve(workspace, file);
  if ((await stat(absolute).catch(() => undefined)) === undefined) return 'unknown';
  if (base === (await gitBlobShaOf(absolute))) return 'same';
  if ((bytes.get(name) ?? 0) >= lfsPointerBytes) return 'changed';
  // of a file in Git LFS the base holds a pointer, and the checkout what it points at
  const pointed = await lfsDigestAt(client, { commit: event.baseSha, path: name });
  return pointed !== undefined && pointed === (await digestOf(absolute, createHash('sha256'))) ? 'same' : 'changed';
}

async function gitBlobShaOf(file: string): Promise<string> {
  const { size } = await stat(file);
  return await digestOf(file, createHash('sha1').update(`blob ${size}\0`));
}

/** Read in pieces: a table of examples may be larger than any buffer, and must not count as unknown for it. */
async function digestOf(file: string, hash: Hash): Promise<string> {
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}
