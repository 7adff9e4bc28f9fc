import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type Gate,
  type PolicyDocument,
  PolicyError,
  type PolicyIdentity,
  parsePolicy,
  parseRules,
  parseWaivers,
  parseYaml,
  UserError,
  type Waiver,
  type YamlDocument,
} from '@modelgate/core';
import { type Client, type Event, gitBlobSha, readFileAt } from '@modelgate/github';
import { BrokenPolicy } from './broken-policy.ts';
import { filesAt, mergeBaseOf, textAt } from './commit-files.ts';
import { requireHarmless } from './harmless-policy.ts';
import { type BasePolicy, type OwnChange, ownChange } from './own-change.ts';
import type { Place } from './place.ts';
import { withRules } from './policy-rules.ts';
import { attempt } from './publish.ts';

/** The policy that judges, where it comes from, and what must be said about that. */
export interface LoadedPolicy {
  readonly document: PolicyDocument;
  readonly identity: PolicyIdentity;
  readonly waivers: readonly Waiver[];
  readonly notices: readonly string[];
  /** The policy in the checkout: annotations point at its lines, for those are what the reader sees. */
  readonly checkout: YamlDocument | undefined;
  /** What the change that is judged does to all that; undefined where there is no base, or where it could not be read. */
  readonly own: OwnChange | undefined;
}

export interface PolicyRequest {
  readonly path: string;
  readonly rules: string;
  /** Which gate the step asks for; empty for all of its kind. */
  readonly gate: string;
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
  if (read !== undefined) return await fromCommit(read, { commit, isBase, file: request.path, client, place });
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

interface PolicyAt {
  readonly commit: string;
  readonly isBase: boolean;
  readonly file: string;
  readonly client: Client;
  readonly place: Place;
}

async function fromCommit(text: string, at: PolicyAt): Promise<LoadedPolicy> {
  const { commit, isBase, file, place } = at;
  const origin = { source: isBase ? 'base' : 'head', commit, verified: true, advisory: false } as const;
  const document = understood(text, file, origin);
  const identity: PolicyIdentity = { ...identityOf(document, file, text), ...origin };
  const waivers = readWaivers(await waiverText(at, document), document, identity);
  const local = await localText(place.workspace, file);
  const own = isBase ? await ownChangeOf({ file, document, waivers }, at) : undefined;
  return {
    document,
    waivers,
    identity,
    notices: isBase ? await strayNotices(local, text, at) : [],
    checkout: local === undefined ? undefined : positionsOf(local, file),
    own,
  };
}

/** At the base its tree is asked for anyway, and says whether there are waivers at all. */
async function waiverText(
  { client, commit, isBase }: PolicyAt,
  { policy }: PolicyDocument,
): Promise<string | undefined> {
  if (!isBase) return await readPolicyText(client, commit, policy.waivers);
  return await textAt(client, await filesAt(client, commit), path.posix.normalize(policy.waivers));
}

/** What cannot be compared is said, and changes no verdict. */
async function ownChangeOf(base: BasePolicy, { client, place }: PolicyAt): Promise<OwnChange | undefined> {
  return await attempt('Reading what this change does to the rules', () => ownChange(client, place, base));
}

/** A policy in the checkout that neither base nor head has: an earlier step of this job wrote it. */
async function strayNotices(local: string | undefined, base: string, at: PolicyAt): Promise<readonly string[]> {
  const { client, file, place } = at;
  const { event } = place;
  const name = path.posix.normalize(file);
  if (local === undefined || local === base || event.kind !== 'pull-request') return [];
  // git may have written the line ends of this machine
  const written = [local, local.replaceAll('\r\n', '\n')].map((text) => gitBlobSha(Buffer.from(text)));
  const origin = await attempt('Comparing the checkout', async () => {
    const commits = [event.headSha, event.baseSha, await mergeBaseOf(client, event.baseSha, event.headSha)];
    return await Promise.all(commits.map(async (commit) => (await filesAt(client, commit)).blobs.get(name)));
  });
  // both sides changed it: then the checkout may hold a merge of the two
  if (origin === undefined || new Set(origin).size === 3) return [];
  if (origin.some((blob) => blob !== undefined && written.includes(blob))) return [];
  return [
    `${file} in the checkout is neither the base's nor the head's: an earlier step of this job changed it. It judged nothing.`,
  ];
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
    own: undefined,
  };
}

async function fromRules(request: PolicyRequest, place: Place): Promise<LoadedPolicy> {
  const { client, event } = place;
  const { commit, isBase } = trustedCommit(event);
  const file = request.path;
  const text = client === undefined ? undefined : await readPolicyText(client, commit, file);
  if (client !== undefined && text !== undefined) {
    return withRules(await fromCommit(text, { commit, isBase, file, client, place }), request, isBase);
  }
  if (client !== undefined && isBase) await requireNoPolicyAtBase(client, commit, 'the `rules` input');
  if (request.kind === 'slices') throw groupsAlone();
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
    own: undefined,
  };
}

function groupsAlone(): UserError {
  return new UserError(
    'policy-invalid',
    'input rules: a gate of kind slices divides the rows of an evaluation gate, so its rules cannot stand alone',
    {
      how: 'commit a policy with both gates (docs/slices.md has one); `rules` may then make its gate of kind slices stricter',
    },
  );
}

const policyFile = /(^|\/)([\w.-]+\.)?modelgate\.ya?ml$/;

/** Another policy than the base's must not be chosen by the change that it judges. */
async function requireNoPolicyAtBase(client: Client, commit: string, asked: string): Promise<void> {
  const { blobs, truncated } = await filesAt(client, commit);
  const existing = [...blobs.keys()].find((file) => policyFile.test(file));
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
