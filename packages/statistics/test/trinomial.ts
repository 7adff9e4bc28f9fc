/** P(wins = b, losses = c) for all b, c with a share worth naming, given the two discordance rates. */
export function* outcomes(
  examples: number,
  winRate: number,
  lossRate: number,
): Generator<{ readonly wins: number; readonly losses: number; readonly chance: number }> {
  const logFactorial = new Float64Array(examples + 1);
  for (let i = 2; i <= examples; i++) logFactorial[i] = (logFactorial[i - 1] ?? 0) + Math.log(i);
  const times = (count: number, rate: number): number => (count === 0 ? 0 : count * Math.log(rate));
  for (let wins = 0; wins <= examples; wins++) {
    for (let losses = 0; wins + losses <= examples; losses++) {
      const rest = examples - wins - losses;
      const chance = Math.exp(
        (logFactorial[examples] ?? 0) -
          (logFactorial[wins] ?? 0) -
          (logFactorial[losses] ?? 0) -
          (logFactorial[rest] ?? 0) +
          times(wins, winRate) +
          times(losses, lossRate) +
          times(rest, 1 - winRate - lossRate),
      );
      if (chance > 1e-12) yield { wins, losses, chance };
    }
  }
}
