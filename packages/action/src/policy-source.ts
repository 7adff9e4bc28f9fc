import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type Gate,
  isNetworkSource,
  type KeyPath,
  type PolicyDocument,
  PolicyError,
  type PolicyIdentity,
  type PolicyProblem,
  parsePolicy,
  parseRules,
  parseWaivers,
  parseYaml,
  UserError,
  type Waiver,
  type YamlDocument,
} from '@modelgate/core';
import { type Client, type Event, listFilesAt, readFileAt } from '@modelgate/github';
import type { Place } from './place.ts';

/** The policy that judges, where it comes from, and what must be said about that. */
export interface LoadedPolicy {
  readonly document: PolicyDocument;
  readonly identity: PolicyIdentity;
  readonly waivers: readonly Waiver[];
  readonly notices: readonly string[];
  /** The policy in the checkout: annotations point at its lines, for those are what the reader sees. */
  readonly checkout: YamlDocument | undefined;
}

export interface PolicyRequest {
  readonly path: string;
  readonly rules: string;
  readonly kind: Gate['kind'];
}

/**
 * Reads the policy and its waivers. On pull requests and merge queues that is the base's, through the API; on pushes,
 * schedules and dispatches the measured commit's own, through the API as well, for an earlier step could have changed the
 * checkout. The head's policy judges only where the base has none at all, and then it is advisory.
 *
 * @throws UserError policy-unreadable, policy-override, file-missing; PolicyError
 */
export async function loadPolicy(request: PolicyRequest, place: Place): Promise<LoadedPolicy> {
  if (request.rules.trim() !== '') return await fromRules(request, place);
  const { client } = place;
  if (client === undefined)
    return await fromCheckout(request.path, place, 'checkout', [
      'No token was given: the policy was read from the checkout and is not verified.',
    ]);
  const { commit, isBase } = trustedCommit(place.event);
  const read = await readPolicyText(client, commit, request.path);
  if (read !== undefined) return await fromCommit(read, commit, isBase, request.path, client, place);
  if (!isBase) {
    throw new UserError('file-missing', `${request.path} is not in the tree of ${commit.slice(0, 7)}`, {
      how: 'commit the policy, or name its path with `policy:`',
    });
  }
  await requireNoPolicyAtBase(client, commit, request.path);
  return await fromCheckout(request.path, place, 'head', [
    `The base has no policy yet: ${request.path} of this change judged itself, so this verdict is advisory until it is merged.`,
  ]);
}

/** The commit whose policy may judge: never the change's own while there is a base. */
function trustedCommit(event: Event): { commit: string; isBase: boolean } {
  switch (event.kind) {
    case 'pull-request':
    case 'pull-request-target':
    case 'merge-group':
      return { commit: event.baseSha, isBase: true };
    case 'push':
    case 'schedule':
    case 'workflow-dispatch':
    case 'workflow-run':
    case 'other':
      return { commit: event.headSha, isBase: false };
  }
}

async function readPolicyText(client: Client, commit: string, file: string): Promise<string | undefined> {
  const found = await readFileAt(client, { commit, path: file });
  return found.state === 'missing' ? undefined : new TextDecoder().decode(found.bytes);
}

async function fromCommit(
  text: string,
  commit: string,
  isBase: boolean,
  file: string,
  client: Client,
  place: Place,
): Promise<LoadedPolicy> {
  const origin = { source: isBase ? 'base' : 'head', commit, verified: true, advisory: false } as const;
  const document = understood(text, file, origin);
  const identity: PolicyIdentity = { ...identityOf(document, file, text), ...origin };
  const waiverText = await readPolicyText(client, commit, document.policy.waivers);
  const local = await localText(place.workspace, file);
  const changed = isBase && local !== undefined && local !== text;
  return {
    document,
    waivers: readWaivers(waiverText, document, identity),
    identity,
    notices: changed
      ? [`This change also edits ${file}. It was judged by the base's policy; the edit takes effect after merge.`]
      : [],
    checkout: local === undefined ? undefined : positionsOf(local, file),
  };
}

async function fromCheckout(
  file: string,
  place: Place,
  source: 'head' | 'checkout',
  notices: readonly string[],
): Promise<LoadedPolicy> {
  const text = await localText(place.workspace, file);
  if (text === undefined) {
    throw new UserError('file-missing', `there is no policy ${file}`, {
      how: 'write one (docs/policy.md has the smallest), or name its path with `policy:`',
    });
  }
  const origin = { source, verified: false, advisory: source === 'head' } as const;
  const document = understood(text, file, origin);
  const identity: PolicyIdentity = { ...identityOf(document, file, text), ...origin };
  if (identity.advisory) requireHarmless(document, identity);
  const waiverText = await localText(place.workspace, document.policy.waivers);
  return {
    document,
    // a change that brings its own policy may not bring permissions to fail as well
    waivers: readWaivers(source === 'head' ? undefined : waiverText, document, identity),
    identity,
    notices,
    checkout: document.document,
  };
}

async function fromRules(request: PolicyRequest, place: Place): Promise<LoadedPolicy> {
  const { client, event } = place;
  const { commit, isBase } = trustedCommit(event);
  if (client !== undefined && isBase) await requireNoPolicyAtBase(client, commit, 'the `rules` input');
  const document = parseRules(request.rules, request.kind);
  const identity: PolicyIdentity = {
    ...identityOf(document, 'rules input', request.rules),
    source: 'rules',
    verified: false,
    advisory: isBase,
  };
  if (identity.advisory) requireHarmless(document, identity);
  return {
    document,
    waivers: [],
    identity,
    notices: [],
    checkout: undefined,
  };
}

/**
 * A policy that comes with the change it judges may neither send this job's credentials over the network nor run a command.
 *
 * @throws BrokenPolicy
 */
function requireHarmless({ policy, document }: PolicyDocument, identity: PolicyIdentity): void {
  const problems: PolicyProblem[] = [];
  const refuse = (path: KeyPath, what: string) =>
    problems.push({
      message: `\`${path.join('.')}\`: ${what}, which a policy that comes with the change it judges may not`,
      where: document.locate(path),
      how: 'put the policy on the base branch first: from there it may',
    });
  for (const [id, gate] of Object.entries(policy.gates)) {
    for (const key of ['champion', 'anchor'] as const) {
      const source = gate[key];
      if (source === undefined) continue;
      const { from } = source;
      if (isNetworkSource(source)) refuse(['gates', id, key, 'from'], `${from} is asked with this job's credentials`);
      if (from === 'rescore') refuse(['gates', id, key, 'from'], 'rescore runs a command');
    }
    if (gate.rescore !== undefined) refuse(['gates', id, 'rescore'], 'rescore runs a command');
  }
  if (problems.length > 0) throw new BrokenPolicy(new PolicyError(problems), identity);
}

const policyFile = /(^|\/)([\w.-]+\.)?modelgate\.ya?ml$/;

/** Another policy than the base's must not be chosen by the change that it judges. */
async function requireNoPolicyAtBase(client: Client, commit: string, asked: string): Promise<void> {
  const { files, truncated } = await listFilesAt(client, commit);
  const existing = files.find((entry) => policyFile.test(entry.path))?.path;
  if (existing !== undefined) {
    throw new UserError(
      'policy-override',
      `the base has the policy ${existing}, and this change asks to be judged by ${asked}`,
      {
        how: `use \`policy: ${existing}\`; a new policy takes effect once it is on the base branch`,
      },
    );
  }
  if (truncated) {
    throw new UserError(
      'policy-unreadable',
      `the tree of ${commit.slice(0, 7)} is too large to tell whether the base has a policy`,
      {
        how: 'put the policy on the base branch first, under the path that `policy:` names',
      },
    );
  }
}

function identityOf({ policy }: PolicyDocument, file: string, text: string) {
  return { name: policy.name, file, sha256: digestOf(text) };
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A policy with mistakes, and which one it is: its comment must be the one that a mended policy takes over. */
export class BrokenPolicy extends PolicyError {
  readonly identity: PolicyIdentity;

  constructor(cause: PolicyError, identity: PolicyIdentity) {
    super(cause.problems);
    this.name = 'BrokenPolicy';
    this.identity = identity;
  }
}

function nameIn(text: string): string | undefined {
  return /^name:[ \t]*(["']?)([A-Za-z0-9][\w.-]{0,59})\1[ \t]*(?:#.*)?$/m.exec(text)?.[2];
}

/**
 * What the checkout's policy calls itself. Good enough to find the comment of a policy that could not be read at the base
 * (an outage), so that a later run replaces what it says; never for judging.
 */
export async function nameInCheckout(workspace: string, file: string): Promise<string | undefined> {
  const text = await localText(workspace, file).catch(() => undefined);
  return text === undefined ? undefined : nameIn(text);
}

function readWaivers(text: string | undefined, { policy }: PolicyDocument, identity: PolicyIdentity): Waiver[] {
  if (text === undefined) return [];
  try {
    return parseWaivers(text, policy.waivers, policy);
  } catch (error) {
    throw error instanceof PolicyError ? new BrokenPolicy(error, identity) : error;
  }
}

function understood(text: string, file: string, origin: Omit<PolicyIdentity, 'name' | 'file' | 'sha256'>) {
  try {
    return parsePolicy(text, file);
  } catch (error) {
    const name = nameIn(text);
    if (!(error instanceof PolicyError) || name === undefined) throw error;
    throw new BrokenPolicy(error, { name, file, sha256: digestOf(text), ...origin });
  }
}

async function localText(workspace: string, file: string): Promise<string | undefined> {
  const absolute = path.resolve(workspace, file);
  if (path.relative(workspace, absolute).startsWith('..')) {
    throw new UserError('file-missing', `${file} is outside of the workspace`, {
      how: 'name a path below the root of the repository',
    });
  }
  return await readFile(absolute, 'utf8').catch(() => undefined);
}

/** Lines of the checkout's policy; a policy that cannot be read has none. */
function positionsOf(text: string, file: string): YamlDocument | undefined {
  try {
    return parseYaml(text, file);
  } catch (error) {
    if (error instanceof PolicyError) return undefined;
    throw error;
  }
}
