import { posix } from 'node:path';
import {
  type PolicyChange,
  type PolicyDocument,
  type PolicySide,
  type Problem,
  parsePolicy,
  parseWaivers,
  policyChanges,
  type RuleChange,
  UserError,
} from '@modelgate/core';
import { ApiError, type Client } from '@modelgate/github';
import { type CommitFiles, filesAt, mergeBaseOf, textAt } from './commit-files.ts';
import { changedOwners, ownersFile } from './owners-change.ts';
import type { Place } from './place.ts';
import { isRunFile, type WorkflowChange, workflowChanges } from './workflow-change.ts';

/** The policy that the head brings along. */
export type HeadPolicy =
  | { readonly kind: 'same' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'broken'; readonly problem: Problem }
  | ({ readonly kind: 'other' } & PolicySide);

/** What the change that is judged does to its own judging. Nothing of it takes effect before it is merged. */
export interface OwnChange {
  readonly rules: readonly PolicyChange[];
  readonly head: HeadPolicy;
  readonly workflows: readonly WorkflowChange[];
  /** Changed files that were not looked into. */
  readonly unread: number;
}

/** A policy of the base, as it was loaded. */
export interface BasePolicy extends PolicySide {
  readonly file: string;
}

/** A gate has 25 calls in all; contents of these files are not worth more of them. */
const readsAtMost = 8;
/** A verdict is text for people; nobody reads more. */
const toldAtMost = 200;

/**
 * Compares the head with the commit that it grew from, so that what the base did since is not told as the change's
 * doing. Undefined where there is no base to compare with.
 *
 * @throws ApiError where GitHub does not answer
 */
export async function ownChange(
  client: Client,
  { event, run }: Pick<Place, 'event' | 'run'>,
  base: BasePolicy,
): Promise<OwnChange | undefined> {
  if (event.kind !== 'pull-request' && event.kind !== 'merge-group') return undefined;
  const { baseSha, headSha } = event;
  const origin = event.kind === 'merge-group' ? baseSha : await mergeBaseOf(client, baseSha, headSha);
  const [before, after] = [await filesAt(client, origin), await filesAt(client, headSha)];
  const atBase = await filesAt(client, baseSha);
  const { rules, head } = await ruleChanges(client, base, { before, after, atBase });
  const paths = [base.file, base.document.policy.waivers].map((file) => posix.normalize(file));
  return { rules, head, ...(await runChanges(client, { before, after }, paths, run.workflowPath)) };
}

/** As the verdict has it, without the preview. */
export function toldChange({ rules, workflows, unread, head }: OwnChange): RuleChange | undefined {
  if (rules.length === 0 && workflows.length === 0 && unread === 0 && head.kind !== 'broken') return undefined;
  return {
    rules: rules.slice(0, toldAtMost).map((rule) => ({ ...rule })),
    ...(rules.length > toldAtMost ? { rulesLeftOut: rules.length - toldAtMost } : {}),
    workflows: workflows.slice(0, toldAtMost).map((one) => ({ ...one })),
    ...(unread === 0 ? {} : { workflowsLeftOut: unread }),
  };
}

interface Trees {
  /** Of the commit that the head grew from. */
  readonly before: CommitFiles;
  readonly after: CommitFiles;
}

async function ruleChanges(
  client: Client,
  base: BasePolicy,
  { before, after, atBase }: Trees & { readonly atBase: CommitFiles },
): Promise<Pick<OwnChange, 'rules' | 'head'>> {
  const file = posix.normalize(base.file);
  const waivers = posix.normalize(base.document.policy.waivers);
  if ([file, waivers].every((path) => isSame(before, after, path))) return { rules: [], head: { kind: 'same' } };
  const head = await sideAt(client, after, file);
  if (head.kind === 'gone') return { rules: [removal(base)], head };
  if (head.kind !== 'other') return { rules: [], head };
  const known = [file, waivers].every((path) => isSame(before, atBase, path));
  const grewFrom = known ? undefined : await sideAt(client, before, file);
  const rules = policyChanges(grewFrom?.kind === 'other' ? grewFrom : base, head);
  return { rules, head: rules.length === 0 ? { kind: 'same' } : head };
}

function removal({ file }: BasePolicy): PolicyChange {
  return { path: '', effect: 'loosened', words: `the policy \`${file}\` is removed`, where: { file } };
}

/** A policy that cannot be read is not a reason to stop: it decides nothing here. */
async function sideAt(
  client: Client,
  files: CommitFiles,
  file: string,
): Promise<Exclude<HeadPolicy, { kind: 'same' }>> {
  try {
    const text = await textAt(client, files, file);
    if (text === undefined) return { kind: 'gone' };
    const document = parsePolicy(text, file);
    return { kind: 'other', document, waivers: await waiversAt(client, files, document) };
  } catch (error) {
    if (!(error instanceof UserError) || error instanceof ApiError) throw error;
    const { reason, message, how, where } = error;
    const more = { ...(how === undefined ? {} : { how }), ...(where === undefined ? {} : { where }) };
    return { kind: 'broken', problem: { reason, message, ...more } };
  }
}

async function waiversAt(
  client: Client,
  files: CommitFiles,
  { policy }: PolicyDocument,
): Promise<PolicySide['waivers']> {
  const text = await textAt(client, files, posix.normalize(policy.waivers));
  return text === undefined ? [] : parseWaivers(text, policy.waivers, policy);
}

function isSame(before: CommitFiles, after: CommitFiles, path: string): boolean {
  if (before.commit === after.commit) return true;
  if (before.truncated || after.truncated) return false;
  return before.blobs.get(path) === after.blobs.get(path);
}

/** Workflows, actions and owners: what decides whether and how the gates run at all. */
async function runChanges(
  client: Client,
  { before, after }: Trees,
  policyPaths: readonly string[],
  running: string,
): Promise<Pick<OwnChange, 'workflows' | 'unread'>> {
  let reads = 0;
  const read = async (files: CommitFiles, path: string | undefined) => {
    if (path === undefined || !files.blobs.has(path)) return undefined;
    reads += 1;
    return await textAt(client, files, path).catch(unreadable);
  };
  const workflows: WorkflowChange[] = [];
  // of a tree that is too large for one reply, what is not there is not known to be missing
  const complete = !before.truncated && !after.truncated;
  const known = (path: string) => complete || (before.blobs.has(path) && after.blobs.has(path));
  const owners = [ownersFile(before.blobs, known), ownersFile(after.blobs, known)] as const;
  if (owners[0] !== owners[1] || before.blobs.get(owners[0] ?? '') !== after.blobs.get(owners[1] ?? '')) {
    const texts = [await read(before, owners[0]), await read(after, owners[1])] as const;
    workflows.push(...changedOwners(owners[1] ?? owners[0] ?? '', texts, [...policyPaths, '.github/workflows/']));
  }
  const changed = [...new Set([...before.blobs.keys(), ...after.blobs.keys()])]
    .filter((path) => isRunFile(path) && known(path) && before.blobs.get(path) !== after.blobs.get(path))
    .toSorted((one, other) => weight(other, running) - weight(one, running) || (one < other ? -1 : 1));
  let looked = 0;
  for (const path of changed) {
    const needed = [before, after].filter(({ blobs }) => blobs.has(path)).length;
    if (reads + needed > readsAtMost) break;
    workflows.push(...workflowChanges(path, [await read(before, path), await read(after, path)], policyPaths));
    looked += 1;
  }
  return { workflows, unread: changed.length - looked };
}

/** The workflow that runs this gate comes before any that a change could add to crowd it out. */
function weight(path: string, running: string): number {
  if (path === running) return 2;
  return path.startsWith('.github/workflows/') ? 1 : 0;
}

/** A link or a folder runs nothing. */
function unreadable(error: unknown): undefined {
  if (error instanceof UserError && !(error instanceof ApiError)) return undefined;
  throw error;
}
