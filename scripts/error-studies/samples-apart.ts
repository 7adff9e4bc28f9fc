import { miettinenNurminenInterval, type Random, unpairedMean } from '../../packages/statistics/src/index.ts';
import { binomialChances } from '../sampled-rows.ts';
import { decidedBy, normal, randomOf, simulated } from './drawn.ts';
import { type ErrorRate, level, type Study } from './study.ts';

/** Studies of two runs that share no rows (`pairing: none`). */
export const unpairedStudies: readonly Study[] = [
  {
    name: 'unpaired-rate',
    title: ['a difference of rates, no pairs', 'Miettinen and Nurminen'],
    rates: rateDifference,
  },
  { name: 'unpaired-mean', title: ['a difference of means, no pairs', 'Welch'], rates: meanDifference },
];

/** By enumeration: every pair of counts, weighed by its chance. The true drop is the margin. */
function rateDifference(): readonly ErrorRate[] {
  const settings: readonly [number, number, number, number][] = [
    [0.9, 0.85, 50, 50],
    [0.9, 0.85, 100, 100],
    [0.9, 0.85, 300, 300],
    [0.9, 0.85, 300, 100],
    [0.99, 0.98, 100, 100],
    [0.99, 0.98, 300, 300],
  ];
  return settings.map(([champion, candidate, championTrials, candidateTrials]) => {
    let [provenWrongly, failedWrongly] = [0, 0];
    for (const before of binomialChances(championTrials, champion, 1e-7)) {
      for (const after of binomialChances(candidateTrials, candidate, 1e-7)) {
        const counts = {
          candidateSuccesses: after.count,
          candidateTrials,
          championSuccesses: before.count,
          championTrials,
        };
        const decision = decidedBy(miettinenNurminenInterval(counts, level), candidate - champion);
        if (decision === 'proven') provenWrongly += before.chance * after.chance;
        if (decision === 'failed') failedWrongly += before.chance * after.chance;
      }
    }
    const rows = candidateTrials;
    return {
      setting: `rates ${champion} (${championTrials} rows) and ${candidate}`,
      rows,
      provenWrongly,
      failedWrongly,
    };
  });
}

function meanDifference(): readonly ErrorRate[] {
  const lognormal = (sigma: number, times: number) => (random: Random) => times * Math.exp(sigma * normal(random));
  const settings: readonly [
    string,
    (random: Random) => number,
    number,
    (random: Random) => number,
    number,
    number,
    number,
  ][] = [
    ['normal, alike', normal, 0, normal, 0, 30, 30],
    ['normal, champion three times as spread', (random) => 3 * normal(random), 0, normal, 0, 30, 30],
    ['normal, champion three times as spread', (random) => 3 * normal(random), 0, normal, 0, 20, 200],
    [
      'log-normal (σ 0.5), candidate 10 % slower',
      lognormal(0.5, 1),
      Math.exp(0.125),
      lognormal(0.5, 1.1),
      1.1 * Math.exp(0.125),
      100,
      100,
    ],
    [
      'log-normal (σ 1), candidate 10 % slower',
      lognormal(1, 1),
      Math.exp(0.5),
      lognormal(1, 1.1),
      1.1 * Math.exp(0.5),
      100,
      100,
    ],
    [
      'log-normal (σ 1), candidate 10 % slower',
      lognormal(1, 1),
      Math.exp(0.5),
      lognormal(1, 1.1),
      1.1 * Math.exp(0.5),
      50,
      500,
    ],
  ];
  return settings.map(([name, before, beforeMean, after, afterMean, champions, candidates]) => {
    const setting = `${name}, ${champions} rows of the champion`;
    const random = randomOf(`unpaired ${setting} ${candidates}`);
    const side = (draw: (random: Random) => number, length: number) => ({
      values: Float64Array.from({ length }, () => draw(random)),
      design: {},
    });
    return simulated(setting, candidates, 3000, () => {
      const found = unpairedMean({ champion: side(before, champions), candidate: side(after, candidates), level });
      if (found.kind !== 'interval') return 'open';
      // lower is better
      const { lower, upper } = found.interval;
      return decidedBy({ lower: -upper, upper: -lower }, beforeMean - afterMean);
    });
  });
}
