/**
 * What a check, and from its checks a gate, came to. Worst first: a gate is as bad as its worst check.
 *
 * `error` could not be measured; `fail` shown to break the rule; `inconclusive` measured, but these rows cannot decide;
 * `waived` failed under a live waiver; `warn` failed a check that only warns; `skipped` not meant for this event.
 */
export const statuses = ['error', 'fail', 'inconclusive', 'waived', 'warn', 'pass', 'skipped'] as const;
export type Status = (typeof statuses)[number];

/** How a check's failure weighs: `fail` stops the step, `warn` and `info` are shown only. An error is never softened. */
export const levels = ['fail', 'warn', 'info'] as const;
export type Level = (typeof levels)[number];

/** What the step does with `inconclusive`. `hold` waits (rollouts); where nothing can wait it stops like `fail`. */
export const inconclusivePolicies = ['pass', 'warn', 'fail', 'hold'] as const;
export type OnInconclusive = (typeof inconclusivePolicies)[number];

/** The worst of some statuses. Of none: `error`, for nothing unmeasured may read as a pass. */
export function worstStatus(of: Iterable<Status>): Status {
  const seen = new Set(of);
  return statuses.find((status) => seen.has(status)) ?? 'error';
}

/** `level: warn | info` turns fail and inconclusive into a warning; an error stays an error. */
export function softened(status: Status, level: Level): Status {
  return level !== 'fail' && (status === 'fail' || status === 'inconclusive') ? 'warn' : status;
}

/** Whether a step with this status must end red. */
export function stopsStep(status: Status, onInconclusive: OnInconclusive): boolean {
  switch (status) {
    case 'error':
    case 'fail':
      return true;
    case 'inconclusive':
      return onInconclusive === 'fail' || onInconclusive === 'hold';
    case 'waived':
    case 'warn':
    case 'pass':
    case 'skipped':
      return false;
  }
}
