import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { GateOutcome, RecordedFolder, Reuse } from '@modelgate/core';
import { worstStatus } from '@modelgate/core';
import { type LookBudget, type LookCount, reuseOf } from './look-budget.ts';
import type { Manifest } from './manifest.ts';

/**
 * How often a golden set was looked at. A look is one distinct candidate judged on one golden set: what came out of it
 * shapes the next candidate, so that the set says a little less about unseen rows each time (Renggli et al. 2019).
 *
 * Every run that judged a new candidate leaves a mark, an artifact whose name says gate and golden set and whose one
 * file, stored as it is, says the candidate. So the list of artifacts with this name, which has their digests, tells
 * the candidates apart without a download. docs/decisions/013-looks-at-the-golden-set.md says who could cheat.
 */
export interface Look {
  /** `sha256:…` of the mark; servers before artifacts had digests give none. */
  readonly digest?: string;
  /** Head commit of the run; tells candidates apart where there is no digest. */
  readonly commit: string;
  readonly createdAt: string;
}

/** The marks of one name, newest first. */
export type LookListing =
  | {
      readonly kind: 'listed';
      readonly looks: readonly Look[];
      /** Marks of runs of other repositories' code: anybody can make those, so they are told and not counted. */
      readonly fromForks: readonly Look[];
      /** False where there were more than may be listed. */
      readonly complete: boolean;
      /** Head commit of this run. */
      readonly commit: string;
    }
  /** Why is a whole sentence. Expected: nobody would think that looks are counted here, as on the command line. */
  | { readonly kind: 'unknown'; readonly why: string; readonly expected: boolean };

/**
 * Where marks are. `action` hands in GitHub's artifacts, the command line `noLooks`. Must not throw for a missing
 * answer.
 */
export interface LookStore {
  /** @param query.until older marks need not be listed: they are counted in a recorded baseline */
  list(query: { readonly name: string; readonly until: string | undefined }): Promise<LookListing>;
}

export interface LookRequest {
  readonly policy: string;
  readonly gate: string;
  readonly leg: string | undefined;
  /** sha-256 of the examples, as hexadecimal digits. */
  readonly golden: string;
  /** sha-256 of the candidate's results. */
  readonly candidate: string;
  /** Paired rows that were judged. */
  readonly rows: number;
  readonly budget: LookBudget;
  /** Of the policy, in (0, 1). */
  readonly confidence: number;
  /** What the champion's manifest says; undefined where there is none. */
  readonly carried: Manifest['looks'];
  /** Absolute, a folder of ours: the mark is written there. */
  readonly folder: string;
  readonly now: Date;
}

/** What the looks so far mean for this verdict. */
export interface Looks {
  readonly reuse: Reuse;
  /** Said loudly: from 80 % of the budget on, and where looks should be counted and cannot be. */
  readonly notice: string | undefined;
  readonly status: 'pass' | 'warn' | 'fail';
  /** Goes into the manifest of the baseline that this run records. */
  readonly recorded: Manifest['looks'];
  /** The artifact to store; undefined where this candidate has its mark. */
  readonly mark: RecordedFolder | undefined;
}

/** The answer of a world that does not see the artifacts of other runs. */
export function noLooks(why: string): LookStore {
  return { list: async () => ({ kind: 'unknown', why, expected: true }) };
}

/**
 * Counts the looks at a golden set, this one included, and holds them against the budget.
 *
 * @throws RangeError when rows or confidence are out of range; never because marks cannot be listed
 */
export async function looksAt(request: LookRequest, store: LookStore): Promise<Looks> {
  const { golden, budget, rows, confidence, now } = request;
  const carried = request.carried?.examples === golden ? request.carried : undefined;
  const name = lookName(request);
  const text = markText(request);
  const listing = await store.list({ name, until: carried?.until });
  const own = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  const count = countLooks({ listing, carried, own, now });
  return {
    ...reuseOf({ count, budget, rows, confidence }),
    recorded: count.kind === 'counted' ? recordOf(count, { listing, carried, golden }) : carried,
    mark: count.kind === 'counted' && count.known ? undefined : await writeMark(request.folder, name, text),
  };
}

/** The outcome with what its looks mean for it; a worse status of its own stays. */
export function withLooks(outcome: GateOutcome, { reuse, notice, status, mark }: Looks): GateOutcome {
  const worst = worstStatus([outcome.status, status]);
  return {
    ...outcome,
    status: worst,
    reason: worst === outcome.status ? outcome.reason : 'golden-set-expired',
    stops: outcome.stops || status === 'fail',
    notices: notice === undefined ? outcome.notices : [...outcome.notices, notice],
    reuse,
    ...(mark === undefined ? {} : { look: mark }),
  };
}

/**
 * The artifact's name, the same from run to run and another one for each golden set. It is a file's name, too: what is
 * stored as it is bears the name of its file.
 */
export function lookName(of: Pick<LookRequest, 'policy' | 'gate' | 'leg' | 'golden'>): string {
  const parts = ['modelgate-look', of.policy, of.gate, ...(of.leg === undefined ? [] : [of.leg])];
  const plain = [...parts, of.golden.slice(0, 16)].map((part) => part.replaceAll(/[^A-Za-z0-9._-]+/g, '-'));
  return `${plain.join('--')}.json`;
}

/** Nothing in it may differ between two runs that judged the same candidate. */
function markText({ golden, candidate }: LookRequest): string {
  const schema = 'https://github.com/modelgate/modelgate/look/v1';
  return `${JSON.stringify({ schema, examples: golden, candidate })}\n`;
}

async function writeMark(folder: string, name: string, text: string): Promise<RecordedFolder> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, name), text);
  return { name, folder, files: [name] };
}

/** Looks counted before, plus the distinct candidates marked since, plus this one if it is new. */
export function countLooks(of: {
  readonly listing: LookListing;
  readonly carried: Manifest['looks'];
  /** `sha256:…` of this run's mark. */
  readonly own: string;
  readonly now: Date;
}): LookCount {
  const { listing, carried, own, now } = of;
  if (listing.kind === 'unknown') return listing;
  const before = new Set<string>();
  const after = new Set<string>();
  for (const look of [...listing.looks].reverse()) {
    const identity = identityOf(look);
    if (carried?.until !== undefined && !isAfter(look, carried.until)) before.add(identity);
    else if (!before.has(identity)) after.add(identity);
  }
  const known = [own, listing.commit].some((identity) => before.has(identity) || after.has(identity));
  const marked = (carried?.count ?? 0) + after.size;
  return {
    kind: 'counted',
    marked,
    looks: marked + (known ? 0 : 1),
    known,
    since: carried?.since ?? listing.looks.at(-1)?.createdAt ?? now.toISOString(),
    atLeast: !listing.complete || carried?.atLeast === true,
    fromForks: new Set(listing.fromForks.map(identityOf)).size,
  };
}

function isAfter({ createdAt }: Look, until: string): boolean {
  return Date.parse(createdAt) > Date.parse(until);
}

/** A commit is no digest, so the two kinds of identity never meet. */
function identityOf({ digest, commit }: Look): string {
  return digest ?? commit;
}

/**
 * What later runs go on from. This run's own mark is stored after the list was read, so the next list shows it as new
 * and it must not be counted here. `until` is of GitHub's clock, as the marks' own times are.
 */
function recordOf(
  { marked, since, atLeast }: Extract<LookCount, { kind: 'counted' }>,
  of: { readonly listing: LookListing; readonly carried: Manifest['looks']; readonly golden: string },
): Manifest['looks'] {
  const newest = of.listing.kind === 'listed' ? of.listing.looks[0] : undefined;
  const before = of.carried?.until;
  const until = newest !== undefined && (before === undefined || isAfter(newest, before)) ? newest.createdAt : before;
  return {
    examples: of.golden,
    since,
    count: marked,
    ...(until === undefined ? {} : { until }),
    ...(atLeast ? { atLeast } : {}),
  };
}
