import { requireCount } from './argument.ts';
import { type BootstrapEstimate, bootstrapInterval, type Resampling } from './bootstrap-interval.ts';
import { placements, type RankedScores, requireScores } from './delong.ts';
import { Random } from './random.ts';

/**
 * Bootstrap of the difference of two areas under the ROC curve, resampling positives and negatives apart: for classes of
 * fewer than ten rows, where DeLong's normal approximation fails. The numbers of positives and negatives stay as they
 * are.
 *
 * Rows of the larger class matter only by their place among the smaller class's scores, so they are counted by place and
 * resampled by count: few rows of one class cost little however many the other has.
 *
 * @returns estimate of candidate − champion
 * @throws RangeError as `delong`, or when replicates, seed or level are wrong
 * Source: Efron and Tibshirani (1993), chapter 8; acceleration of several samples: Davison and Hinkley (1997), 5.3.2.
 */
export function aucBootstrap(input: RankedScores & Resampling): BootstrapEstimate {
  const { replicates, method = 'bca' } = input;
  const { positives, negatives } = requireScores(input);
  requireCount('replicates', replicates, 1);
  const smallLabel = positives <= negatives ? 1 : 0;
  const small = Math.min(positives, negatives);
  const large = Math.max(positives, negatives);
  const champion = placesAmong(input.labels, input.champion, smallLabel);
  const candidate = placesAmong(input.labels, input.candidate, smallLabel);
  const cells = countCells(champion, candidate);
  const random = new Random(input.seed);

  const values = new Float64Array(replicates);
  const drawnCells = new Float64Array(cells.counts.length);
  const drawnRows = new Float64Array(small);
  for (let replicate = 0; replicate < replicates; replicate++) {
    drawnRows.fill(0);
    for (let i = 0; i < small; i++) {
      const row = random.integer(small);
      drawnRows[row] = (drawnRows[row] ?? 0) + 1;
    }
    random.multinomial(cells.counts, large, large, drawnCells);
    const ofChampion = pairsBelow(champion, cells.champion, drawnRows, drawnCells);
    const ofCandidate = pairsBelow(candidate, cells.candidate, drawnRows, drawnCells);
    const difference = (ofCandidate - ofChampion) / (small * large);
    // Counted is how often the smaller class's row lies below; for positives the area counts the opposite.
    values[replicate] = smallLabel === 1 ? -difference : difference;
  }
  const { point, acceleration } = influence(input, positives, negatives);
  return bootstrapInterval({ point, values, acceleration, level: input.level, method });
}

/** Where the rows of the larger class lie among the smaller class's scores of one model. */
interface Places {
  /** Distinct scores of the smaller class, ascending, and which of them each of its rows has. */
  readonly distinct: number;
  readonly ofSmallRow: Uint32Array;
  /** Of each row of the larger class: 2 i between scores i − 1 and i, 2 i + 1 at score i. */
  readonly ofLargeRow: Uint32Array;
}

function placesAmong(labels: ArrayLike<number>, scores: Float64Array, smallLabel: number): Places {
  const small = scores.filter((_, row) => labels[row] === smallLabel);
  const distinct = Float64Array.from(new Set(small.slice().sort()));
  const countBelow = (score: number): number => {
    let from = 0;
    let to = distinct.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((distinct[middle] ?? 0) < score) from = middle + 1;
      else to = middle;
    }
    return from;
  };
  const large = scores.filter((_, row) => labels[row] !== smallLabel);
  return {
    distinct: distinct.length,
    ofSmallRow: Uint32Array.from(small, countBelow),
    ofLargeRow: Uint32Array.from(large, (score) => {
      const below = countBelow(score);
      return 2 * below + (distinct[below] === score ? 1 : 0);
    }),
  };
}

/** Rows of the larger class by their pair of places, in the order of the places, so that shuffled rows change nothing. */
interface PlaceCells {
  readonly counts: Float64Array;
  readonly champion: Uint32Array;
  readonly candidate: Uint32Array;
}

function countCells(champion: Places, candidate: Places): PlaceCells {
  const width = 2 * candidate.distinct + 1;
  const countOf = new Map<number, number>();
  for (let row = 0; row < champion.ofLargeRow.length; row++) {
    const key = (champion.ofLargeRow[row] ?? 0) * width + (candidate.ofLargeRow[row] ?? 0);
    countOf.set(key, (countOf.get(key) ?? 0) + 1);
  }
  const cells = [...countOf].sort(([a], [b]) => a - b);
  return {
    counts: Float64Array.from(cells, ([, count]) => count),
    champion: Uint32Array.from(cells, ([key]) => Math.floor(key / width)),
    candidate: Uint32Array.from(cells, ([key]) => key % width),
  };
}

/** Pairs in which the smaller class's row has the lower score, ties by half. */
function pairsBelow(places: Places, ofCell: Uint32Array, rows: Float64Array, counts: Float64Array): number {
  const below = new Float64Array(2 * places.distinct + 1);
  for (let row = 0; row < rows.length; row++) {
    const at = 2 * (places.ofSmallRow[row] ?? 0) + 1;
    below[at] = (below[at] ?? 0) + (rows[row] ?? 0);
  }
  let sum = 0;
  for (let place = 0; place < below.length; place++) {
    const here = below[place] ?? 0;
    below[place] = sum + here / 2;
    sum += here;
  }
  let pairs = 0;
  for (let cell = 0; cell < counts.length; cell++) pairs += (counts[cell] ?? 0) * (below[ofCell[cell] ?? 0] ?? 0);
  return pairs;
}

/** The difference, and the acceleration of two samples: influences are the placements about their mean. */
function influence(
  { labels, champion, candidate }: RankedScores,
  positives: number,
  negatives: number,
): { readonly point: number; readonly acceleration: number } {
  const before = placements(labels, champion, positives, negatives);
  const after = placements(labels, candidate, positives, negatives);
  const point = after.area - before.area;
  let squares = 0;
  let cubes = 0;
  for (let row = 0; row < labels.length; row++) {
    const size = labels[row] === 1 ? positives : negatives;
    const share = ((after.ofRow[row] ?? 0) - (before.ofRow[row] ?? 0) - point) / size;
    squares += share ** 2;
    cubes += share ** 3;
  }
  return { point, acceleration: squares > 1e-28 ? cubes / (6 * squares ** 1.5) : 0 };
}
