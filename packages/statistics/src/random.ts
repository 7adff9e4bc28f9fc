import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { requireCount, requireProbability } from './argument.ts';

/**
 * Seeded random numbers: the same seed gives the same sequence on every machine and in every release (a golden sequence
 * in the tests holds it). Not for secrets.
 *
 * The generator is pure-rand's xoroshiro128+. Every method takes the leading bits of its output: the trailing ones are
 * the weak ones of this family (Blackman and Vigna 2021, ACM TOMS 47:36).
 */
export class Random {
  private readonly generator: RandomGenerator;

  /**
   * @param seed hexadecimal digits, at least 16 (a digest); the first 16 are used, so a digest's prefix is the seed
   * @throws RangeError when `seed` is something else
   */
  constructor(seed: string) {
    this.generator = xoroshiro128plusFromState(stateOf(seed));
  }

  /** 32 random bits as a signed integer; prefer the leading ones. */
  bits(): number {
    return this.generator.next();
  }

  /** Uniform in [0, 1), a multiple of 2⁻⁵³. */
  uniform(): number {
    return ((this.generator.next() >>> 5) * 0x4000000 + (this.generator.next() >>> 6)) / 0x20000000000000;
  }

  /** Uniform in 0 … bound − 1, without bias; 1 ≤ bound ≤ 2³² (not checked: it is called billions of times). */
  integer(bound: number): number {
    const share = Math.floor(0x100000000 / bound);
    for (;;) {
      const value = Math.floor((this.generator.next() >>> 0) / share);
      if (value < bound) return value;
    }
  }

  /** Fills `into` with what `integer` would give one by one, at half the cost. */
  integers(bound: number, into: Uint32Array): void {
    const share = Math.floor(0x100000000 / bound);
    // (x + ½)/share has the same integer part as x/share, with room for the rounding of a product.
    const inverse = 1 / share;
    for (let i = 0; i < into.length; ) {
      const value = (((this.generator.next() >>> 0) + 0.5) * inverse) >>> 0;
      if (value < bound) into[i++] = value;
    }
  }

  /**
   * One draw from Bin(trials, probability); exact, at constant cost for any number of trials.
   * @param trials      integer ≥ 0
   * @param probability in [0, 1]
   * @throws RangeError when an argument is out of range
   */
  binomial(trials: number, probability: number): number {
    requireCount('trials', trials);
    requireProbability('probability', probability);
    return drawBinomial(this, trials, probability);
  }

  /**
   * One multinomial draw of `draws` items over cells weighted by `weights`, by conditional binomials.
   *
   * @param weights non-negative integers: counts of a sample that is resampled
   * @param total   sum of `weights`, > 0
   * @param draws   integer ≥ 0
   * @param into    receives one count a cell; as long as `weights`
   */
  multinomial(weights: ArrayLike<number>, total: number, draws: number, into: Float64Array): void {
    let weightLeft = total;
    let drawsLeft = draws;
    for (let cell = 0; cell < into.length; cell++) {
      const weight = weights[cell] ?? 0;
      const drawn = weight >= weightLeft ? drawsLeft : drawBinomial(this, drawsLeft, weight / weightLeft);
      into[cell] = drawn;
      drawsLeft -= drawn;
      weightLeft -= weight;
    }
  }
}

function drawBinomial(random: Random, trials: number, probability: number): number {
  if (trials === 0 || probability === 0) return 0;
  if (probability > 0.5) return trials - drawBinomial(random, trials, 1 - probability);
  return trials * probability < 10
    ? binomialByInversion(random, trials, probability)
    : binomialByRejection(random, trials, probability);
}

/** Sequential search of the distribution function from 0; for trials × probability < 10 (Kachitvichyanukul and Schmeiser 1988, BINV). */
function binomialByInversion(random: Random, trials: number, probability: number): number {
  const odds = probability / (1 - probability);
  const none = Math.exp(trials * Math.log1p(-probability));
  for (;;) {
    let left = random.uniform();
    let chance = none;
    for (let k = 0; k <= trials && k < 200; k++) {
      if (left < chance) return k;
      left -= chance;
      chance *= ((trials - k) / (k + 1)) * odds;
    }
    // Rounding left a sliver of the unit interval that belongs to no k: draw again.
  }
}

/**
 * Transformed rejection with squeeze, for trials × probability ≥ 10 and probability ≤ .5.
 * Source: Hörmann (1993), Journal of Statistical Computation and Simulation 46, 101–110, algorithm BTRS.
 */
function binomialByRejection(random: Random, trials: number, probability: number): number {
  const deviation = Math.sqrt(trials * probability * (1 - probability));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * probability;
  const centre = trials * probability + 0.5;
  const squeeze = 0.92 - 4.2 / b;
  for (;;) {
    const u = random.uniform() - 0.5;
    const v = random.uniform();
    const margin = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / margin + b) * u + centre);
    if (margin >= 0.07 && v <= squeeze) return k;
    if (!(k >= 0 && k <= trials)) continue;
    const height = v * (2.83 + 5.1 / b) * deviation;
    if (Math.log(height / (a / (margin * margin) + b)) <= logRatioToMode(k, trials, probability)) return k;
  }
}

/** ln f(k)/f(mode) of the binomial, through Stirling's series so that large trials lose no digits. */
function logRatioToMode(k: number, trials: number, probability: number): number {
  const odds = probability / (1 - probability);
  const mode = Math.floor((trials + 1) * probability);
  const aboveMode = trials - mode + 1;
  const above = trials - k + 1;
  return (
    (mode + 0.5) * Math.log((mode + 1) / (odds * aboveMode)) +
    (trials + 1) * Math.log(aboveMode / above) +
    (k + 0.5) * Math.log((odds * above) / (k + 1)) +
    stirlingTail(mode) +
    stirlingTail(trials - mode) -
    stirlingTail(k) -
    stirlingTail(trials - k)
  );
}

/** ln k! − [ln √(2π) + (k + ½) ln(k + 1) − (k + 1)]. */
function stirlingTail(k: number): number {
  const tabled = STIRLING_TAILS[k];
  if (tabled !== undefined) return tabled;
  const inverse = 1 / (k + 1);
  const square = inverse * inverse;
  return (1 / 12 - (1 / 360 - square / 1260) * square) * inverse;
}

const STIRLING_TAILS: readonly number[] = factorialTails(10);

function factorialTails(size: number): number[] {
  const tails: number[] = [];
  let logFactorial = 0;
  for (let k = 0; k < size; k++) {
    if (k > 0) logFactorial += Math.log(k);
    tails.push(logFactorial - (0.5 * Math.log(2 * Math.PI) + (k + 0.5) * Math.log(k + 1) - (k + 1)));
  }
  return tails;
}

/**
 * Seed of one of many streams, so that work can be cut into pieces whose numbers do not depend on who draws them.
 *
 * @param seed   as for `Random`
 * @param stream integer ≥ 0
 * @throws RangeError when an argument is out of range
 */
export function streamSeed(seed: string, stream: number): string {
  requireCount('stream', stream);
  const start = wordOf(seed) ^ mixed(BigInt.asUintN(64, BigInt(stream + 1) * 0xd1342543de82ef95n));
  return mixed(start).toString(16).padStart(16, '0');
}

/** Expands 64 bits to the generator's 128 by splitmix64, which never gives the forbidden all-zero state. */
function stateOf(seed: string): number[] {
  let counter = wordOf(seed);
  const words: number[] = [];
  for (let i = 0; i < 2; i++) {
    counter = BigInt.asUintN(64, counter + 0x9e3779b97f4a7c15n);
    const word = mixed(counter);
    words.push(Number(word >> 32n) | 0, Number(word & 0xffffffffn) | 0);
  }
  return words;
}

function wordOf(seed: string): bigint {
  if (!/^[0-9a-f]{16,}$/i.test(seed)) {
    throw new RangeError(`seed must be at least 16 hexadecimal digits, got ${JSON.stringify(seed)}`);
  }
  return BigInt(`0x${seed.slice(0, 16)}`);
}

/** The output function of splitmix64 (Steele, Lea and Flood 2014): a bijection in which every bit depends on every bit. */
function mixed(word: bigint): bigint {
  const first = BigInt.asUintN(64, (word ^ (word >> 30n)) * 0xbf58476d1ce4e5b9n);
  const second = BigInt.asUintN(64, (first ^ (first >> 27n)) * 0x94d049bb133111ebn);
  return second ^ (second >> 31n);
}
