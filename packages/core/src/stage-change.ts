import type { EvaluationCheck } from './evaluation-check.ts';
import type { EvaluationGate } from './evaluation-gate.ts';
import { keysOf } from './plain-value.ts';
import { type Gate, type Policy, stageOf } from './policy.ts';
import type { ChangeEffect } from './rule-class.ts';
import type { OnInconclusive } from './status.ts';
import type { KeyPath } from './yaml-document.ts';

/** The policies before and after a change. */
export interface Between {
  readonly base: Policy;
  readonly head: Policy;
}

/** One difference between them. */
export interface Found {
  readonly path: KeyPath;
  readonly effect: ChangeEffect;
  readonly words: string;
}

/** Stages of which somebody may have said nothing: their names come from the event. */
const eventStages = ['pull-request', 'nightly', 'release', 'push'];

/** What stages judge, and how they take what stays undecided. */
export function stageChanges({ base, head }: Between): readonly Found[] {
  return keysOf(base.stages, head.stages).flatMap((stage): readonly Found[] => {
    const path = ['stages', stage];
    const subject = `stage \`${stage}\``;
    if (!eventStages.includes(stage) && (base.stages[stage] === undefined || head.stages[stage] === undefined)) {
      const words = `${subject} is ${base.stages[stage] === undefined ? 'new' : 'removed'}`;
      return [{ path, effect: 'changed', words }];
    }
    const common = Object.keys(base.gates).filter((gate) => Object.hasOwn(head.gates, gate));
    const before = stageOf(base, stage).gates;
    const after = stageOf(head, stage).gates;
    const lost = common.filter((gate) => before.includes(gate) && !after.includes(gate));
    const gained = common.filter((gate) => !before.includes(gate) && after.includes(gate));
    const judges = [...path, 'gates'];
    const [from, to] = [undecided(base, stage), undecided(head, stage)];
    return [
      ...(lost.length === 0
        ? []
        : [{ path: judges, effect: 'loosened' as const, words: `${subject} no longer judges ${names(lost)}` }]),
      ...(gained.length === 0
        ? []
        : [{ path: judges, effect: 'tightened' as const, words: `${subject} now judges ${names(gained)}` }]),
      ...(from === to
        ? []
        : [
            {
              path: [...path, 'on-inconclusive'],
              effect: mostly([undecidedRanks[from]], [undecidedRanks[to]]),
              words: `${subject} on-inconclusive ${from} → ${to}`,
            },
          ]),
      ...sampleChanges(stageOf(base, stage).sample, stageOf(head, stage).sample, common, stage),
    ];
  });
}

/** Of fewer rows less can be shown to be broken. */
function sampleChanges(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
  gates: readonly string[],
  stage: string,
): readonly Found[] {
  return gates.flatMap((gate): readonly Found[] => {
    const [from, to] = [before[gate] ?? 1, after[gate] ?? 1];
    if (from === to) return [];
    const shown = (share: number) =>
      share === 1 ? 'all rows' : `${Number((share * 100).toPrecision(6))}% of the rows`;
    return [
      {
        path: ['stages', stage, 'sample', gate],
        effect: to < from ? 'loosened' : 'tightened',
        words: `stage \`${stage}\` looks at ${shown(from)} → ${shown(to)} of \`${gate}\``,
      },
    ];
  });
}

function names(of: readonly string[]): string {
  return of.map((name) => `\`${name}\``).join(', ');
}

const undecidedRanks: Readonly<Record<OnInconclusive, number>> = { pass: 0, warn: 1, fail: 2, hold: 2 };
/** From this rank on an undecided outcome stops the step. */
export const stops = undecidedRanks.fail;

function undecided(policy: Policy, stage: string): OnInconclusive {
  return policy.stages[stage]?.['on-inconclusive'] ?? (stage === 'release' ? 'fail' : 'warn');
}

/** How strictly a gate, or the check at this path, takes an undecided outcome in each stage. */
export function strictness({ base, head }: Between, path: KeyPath): { from: readonly number[]; to: readonly number[] } {
  const stages = [...new Set([...eventStages, ...Object.keys(base.stages), ...Object.keys(head.stages)])];
  const of = (policy: Policy) =>
    stages.map((stage) => {
      const gate = gateOf(policy, path);
      const checks = gate === undefined || gate.kind === 'data' || path[2] !== 'checks' ? {} : gate.checks;
      const own = checks[String(path[3])]?.['on-inconclusive'] ?? gate?.['on-inconclusive'];
      return undecidedRanks[own ?? undecided(policy, stage)];
    });
  return { from: of(base), to: of(head) };
}

/** One stage that is looser weighs more than any that are stricter. */
export function mostly(from: readonly number[], to: readonly number[]): ChangeEffect {
  if (to.some((one, index) => one < (from[index] ?? 0))) return 'loosened';
  return to.some((one, index) => one > (from[index] ?? 0)) ? 'tightened' : 'changed';
}

/** The gate that a path leads into. */
export function gateOf(policy: Policy, [, gate]: KeyPath): Gate | undefined {
  return policy.gates[String(gate)];
}

/** The gate that a path leads into, where it compares models. */
export function evaluationOf(policy: Policy, path: KeyPath): EvaluationGate | undefined {
  const gate = gateOf(policy, path);
  return gate?.kind === 'evaluation' ? gate : undefined;
}

/** The check that a path leads into. */
export function checkOf(policy: Policy, path: KeyPath): EvaluationCheck | undefined {
  return path[2] === 'checks' ? evaluationOf(policy, path)?.checks[String(path[3])] : undefined;
}
