import { requireCount } from './argument.ts';
import { logSumExp } from './special.ts';
import type { TickCounts } from './tick-counts.ts';

/** The canary's errors given all errors of a tick, when the odds of an error differ by a ratio. */
export interface OddsWeights {
  /** ln Z(w), Z(w) = Σ_k C(n_c, k) C(n_b, m − k) w^k, up to a constant that does not depend on w. */
  readonly logNormalizer: (ratio: number) => number;
}

/**
 * Fisher's noncentral hypergeometric distribution.
 * @throws RangeError when a count is not an integer or errors exceed requests
 */
export function logOddsWeights(tick: TickCounts): OddsWeights {
  const { canaryErrors, canaryRequests, baselineErrors, baselineRequests } = tick;
  requireCount('canaryErrors', canaryErrors);
  requireCount('baselineErrors', baselineErrors);
  requireCount('canaryRequests', canaryRequests, canaryErrors);
  requireCount('baselineRequests', baselineRequests, baselineErrors);
  const errors = canaryErrors + baselineErrors;
  const least = Math.max(0, errors - baselineRequests);
  const most = Math.min(canaryRequests, errors);
  const logs = [0];
  for (let k = least, log = 0; k < most; k++) {
    log += Math.log((canaryRequests - k) / (k + 1)) + Math.log((errors - k) / (baselineRequests - errors + k + 1));
    logs.push(log);
  }
  return {
    logNormalizer: (ratio) => {
      const step = Math.log(ratio);
      return logSumExp(logs.map((log, i) => log + (least + i) * step));
    },
  };
}
