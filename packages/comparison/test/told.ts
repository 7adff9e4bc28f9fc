import type { GateOutcome } from '@modelgate/core';

type Check = GateOutcome['checks'][number];
type Bound = Check['bounds'][number];

/** What each check came to: its status, both sides' values, and each bound as `rule status reason method [lower, upper]`. */
export function toldChecks({ checks, problem }: GateOutcome) {
  if (problem !== undefined) throw new Error(`${problem.reason}: ${problem.message}`);
  return Object.fromEntries(
    checks.map((check) => [
      check.id,
      [check.status, rounded(check.candidate), rounded(check.champion), ...check.bounds.map(toldBound)],
    ]),
  );
}

export function toldBound({ rule, against, status, reason, interval }: Bound): string {
  const shown = interval && `${interval.method} [${rounded(interval.lower, 4)}, ${rounded(interval.upper, 4)}]`;
  return [rule, against, status, reason, shown].filter((part) => part !== undefined).join(' ');
}

/** The reason and the words of whatever kept the gate, or else its first check that has one, from being measured. */
export function toldProblem({ problem, checks }: GateOutcome): string | undefined {
  const found = problem ?? checks.find((check) => check.problem !== undefined)?.problem;
  return found && `${found.reason}: ${found.message}`;
}

export function boundOf({ checks }: GateOutcome, id: string, at = 0): Bound {
  const bound = checks.find((check) => check.id === id)?.bounds[at];
  if (bound === undefined) throw new Error(`no bound ${at} of ${id}`);
  return bound;
}

export function rounded(value: number | undefined, digits = 6): number | undefined {
  return value === undefined ? undefined : Number(value.toFixed(digits));
}
