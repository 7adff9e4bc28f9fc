/** How many of the sampled rows fell into the first and into the second of three kinds, and how likely that is. */
export interface ThreeWaySplit {
  readonly first: number;
  readonly second: number;
  readonly chance: number;
}

/** Two models and a sample of rows on which both answered. */
export interface PairedTruth {
  readonly rows: number;
  /** Share of all rows on which exactly one of the two is right. */
  readonly discordance: number;
  /** True accuracy of the candidate minus that of the champion. */
  readonly difference: number;
}

/** One thing that the sample can show. */
export interface PairedOutcome {
  readonly wins: number;
  readonly losses: number;
  readonly examples: number;
}

/** Exact chance, but for 10⁻⁶, that a sample of these models shows something. */
export function chanceThat(truth: PairedTruth, shows: (outcome: PairedOutcome) => boolean): number {
  return chancesOf(truth, (outcome) => (shows(outcome) ? 'shown' : 'not')).shown ?? 0;
}

/** The same for several things that exclude each other; what never happens is left out. */
export function chancesOf<Name extends string>(
  { rows, discordance, difference }: PairedTruth,
  nameOf: (outcome: PairedOutcome) => Name,
): Readonly<Partial<Record<Name, number>>> {
  const sums: Partial<Record<Name, number>> = {};
  for (const split of threeWaySplits(rows, (discordance + difference) / 2, (discordance - difference) / 2)) {
    const name = nameOf({ wins: split.first, losses: split.second, examples: rows });
    sums[name] = (sums[name] ?? 0) + split.chance;
  }
  return sums;
}

/**
 * Every split of so many rows into three kinds that is not next to impossible, with its trinomial chance.
 *
 * @param firstShare  chance of the first kind, in [0, 1]
 * @param secondShare of the second, likewise; the third gets the rest
 */
export function threeWaySplits(rows: number, firstShare: number, secondShare: number): readonly ThreeWaySplit[] {
  const rest = 1 - firstShare;
  return binomialChances(rows, firstShare).flatMap(({ count: first, chance: ofFirst }) =>
    binomialChances(rows - first, rest > 0 ? secondShare / rest : 0, negligible / ofFirst).map(
      ({ count: second, chance }) => ({ first, second, chance: ofFirst * chance }),
    ),
  );
}

/** What is less likely is left out; in a sample of 5,000 rows all of that together weighs less than 10⁻⁶. */
const negligible = 1e-11;

/** Every count that is likelier than `least`, with its binomial chance; not in order. */
export function binomialChances(
  trials: number,
  probability: number,
  least: number = negligible,
): readonly { readonly count: number; readonly chance: number }[] {
  const share = Math.min(1, Math.max(0, probability));
  if (share === 0 || share === 1) return [{ count: share * trials, chance: 1 }];
  const mode = Math.min(trials, Math.floor((trials + 1) * share));
  const odds = share / (1 - share);
  const atMode = Math.exp(
    logFactorial(trials) -
      logFactorial(mode) -
      logFactorial(trials - mode) +
      mode * Math.log(share) +
      (trials - mode) * Math.log1p(-share),
  );
  const chances: { count: number; chance: number }[] = [];
  for (let count = mode, chance = atMode; count <= trials && chance > least; count++) {
    chances.push({ count, chance });
    chance *= ((trials - count) / (count + 1)) * odds;
  }
  for (let count = mode, chance = atMode; count > 0; count--) {
    chance *= count / (trials - count + 1) / odds;
    if (chance <= least) break;
    chances.push({ count: count - 1, chance });
  }
  return chances;
}

const logFactorials: number[] = [0];

function logFactorial(of: number): number {
  for (let next = logFactorials.length; next <= of; next++) {
    logFactorials.push((logFactorials[next - 1] ?? 0) + Math.log(next));
  }
  return logFactorials[of] ?? Number.NaN;
}
