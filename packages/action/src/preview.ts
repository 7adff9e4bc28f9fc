import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { ChampionStores, RecordedBaseline } from '@modelgate/baselines';
import {
  type GateOutcome,
  type OnInconclusive,
  type Policy,
  type PolicyDocument,
  type RuleChange,
  stageOf,
  UserError,
  type Waiver,
} from '@modelgate/core';
import type { GateWorld } from './gate-world.ts';
import { refusedSources } from './harmless-policy.ts';
import { type OwnChange, toldChange } from './own-change.ts';

export interface PreviewRequest {
  readonly gate: string;
  readonly kind: string;
  readonly stage: string;
  readonly own: OwnChange | undefined;
  /** The policy that judged. */
  readonly base: { readonly document: PolicyDocument; readonly waivers: readonly Waiver[] };
  /** What the gate itself found of the change: in its contract, profile and table. */
  readonly dataChange: RuleChange['data'];
}

/** Judges a gate under a policy. */
export type Judge = (
  under: {
    readonly document: PolicyDocument;
    readonly waivers: readonly Waiver[];
    readonly onInconclusive: OnInconclusive;
    readonly sample: number;
  },
  world: GateWorld,
) => Promise<GateOutcome>;

/**
 * What the change does to the rules, with what this gate would come to under them. The head's policy comes with the
 * change, so that it is judged harmlessly: it runs no command, asks no network, records nothing and counts no look. Where
 * it would say the same as the base's, nothing is measured a second time.
 *
 * @param world the one that the base's policy was judged in, remembered
 */
export async function changeWithPreview(
  { gate, kind, stage, own, base, dataChange }: PreviewRequest,
  world: GateWorld,
  judge: Judge,
): Promise<RuleChange | undefined> {
  const told = withDataChange(own && toldChange(own), dataChange);
  if (own === undefined || told === undefined) return told;
  const { head } = own;
  // rules in files of their own judge a change no more than the policy does
  const otherFiles = dataChange !== undefined && (dataChange.contract.length > 0 || dataChange.profile !== undefined);
  switch (head.kind) {
    case 'same':
      if (!otherFiles) return told;
      break;
    case 'gone':
      return { ...told, withoutPreview: 'would not be judged: there is no policy any more' };
    case 'broken':
      return { ...told, preview: { status: 'error', reason: head.problem.reason, stops: true, problem: head.problem } };
    case 'other':
      break;
  }
  const { document, waivers } = head.kind === 'same' ? base : head;
  const { policy } = document;
  if (policy.gates[gate]?.kind !== kind)
    return { ...told, withoutPreview: `would not be judged: there is no gate \`${gate}\` any more` };
  if (!stageOf(policy, stage).gates.includes(gate)) {
    return { ...told, withoutPreview: `would not be judged in stage \`${stage}\`` };
  }
  const asked = askedOf(policy, gate);
  if (!otherFiles && !own.rules.some((rule) => asked.some((one) => concerns(rule.path, one)))) return told;
  const [refused] = refusedSources(document).filter(({ path: [, id] }) => asked.includes(String(id)));
  if (refused !== undefined) {
    const [, id, ...rest] = refused.path;
    const key = `\`${rest.join('.')}\``;
    const whose = id === gate ? `its ${key}` : `${key} of \`${id}\``;
    return { ...told, withoutPreview: `is not previewed: ${whose} is asked only once it is merged` };
  }
  const sample = stageOf(policy, stage).sample[gate] ?? 1;
  const under = { document, waivers, onInconclusive: onInconclusiveIn(policy, stage), sample };
  try {
    return { ...told, preview: previewOf(await judge(under, await harmless(world))) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { reason, message, how } = error;
    const problem = { reason, message, ...(how === undefined ? {} : { how }) };
    return { ...told, preview: { status: 'error', reason, stops: true, problem } };
  }
}

/** What a gate of kind data tells of its contract, profile and table stands with what the policy's own change is. */
export function withDataChange(told: RuleChange | undefined, data: RuleChange['data']): RuleChange | undefined {
  if (data === undefined) return told;
  return { ...(told ?? { rules: [], workflows: [] }), data };
}

/** A gate, and the one whose rows it divides. */
function askedOf({ gates }: Policy, gate: string): readonly string[] {
  const one = gates[gate];
  return one?.kind === 'slices' ? [gate, one.of] : [gate];
}

/** Only what another gate, or a later stage, asks for leaves this one as it is. */
function concerns(rule: string, gate: string): boolean {
  if (rule.startsWith('gates.')) return rule === `gates.${gate}` || rule.startsWith(`gates.${gate}.`);
  if (rule.startsWith('waivers.')) return rule.startsWith(`waivers.${gate}/`);
  return !rule.startsWith('evidence') && !rule.startsWith('subject');
}

/** What a stage does with `inconclusive` where neither gate nor check say. */
export function onInconclusiveIn(policy: Policy, stage: string): OnInconclusive {
  return stageOf(policy, stage).onInconclusive ?? (stage === 'release' ? 'fail' : 'warn');
}

function previewOf({ status, reason, stops, checks, problem }: GateOutcome): NonNullable<RuleChange['preview']> {
  const same = checks.filter((check) => check.status === status);
  const check =
    status === 'pass' && checks.length > 1 ? undefined : (same.find((one) => one.reason === reason) ?? same[0]);
  return {
    status,
    reason,
    stops,
    ...(check === undefined || problem !== undefined ? {} : { check }),
    ...(problem === undefined ? {} : { problem }),
  };
}

async function harmless(world: GateWorld): Promise<GateWorld> {
  const temporary = path.join(world.temporary, 'preview');
  await mkdir(temporary, { recursive: true });
  const { recorded, contents } = world.champions;
  const { change } = world.rules;
  return {
    ...world,
    temporary,
    environment: {},
    // the contract that would judge once this is merged
    rules: { read: change === undefined ? world.rules.read : async (file) => (await change(file)).after },
    champions: { recorded, contents },
    looks: { list: async () => ({ kind: 'unknown', why: 'A preview counts no look.', expected: true }) },
    engine: { ...world.engine, temporary },
    run: () => Promise.reject(new Error('a preview runs no command')),
  };
}

/** A world that is asked the same things twice, and asks GitHub once. */
export function remembered(world: GateWorld): GateWorld {
  const { recorded, contents } = world.champions;
  const folders = new Map<string, string>();
  const find = once((name: string) => recorded.find(name));
  const read = once((file: string, commit: string) => contents.read(file, commit));
  const champions: ChampionStores = {
    ...world.champions,
    recorded: {
      find,
      download: async (found: RecordedBaseline, folder: string) => {
        const known = folders.get(found.id);
        if (known !== undefined) return await cp(known, folder, { recursive: true });
        await recorded.download(found, folder);
        folders.set(found.id, folder);
      },
    },
    contents: { baseCommit: once(() => contents.baseCommit()), read },
  };
  return { ...world, champions, sameAsBase: once((file: string) => world.sameAsBase(file)) };
}

function once<Arguments extends readonly string[], Answer>(
  ask: (...wanted: Arguments) => Promise<Answer>,
): (...wanted: Arguments) => Promise<Answer> {
  const answers = new Map<string, Promise<Answer>>();
  return (...wanted) => {
    const key = JSON.stringify(wanted);
    const known = answers.get(key) ?? ask(...wanted);
    answers.set(key, known);
    return known;
  };
}
