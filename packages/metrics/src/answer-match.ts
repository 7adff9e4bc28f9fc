import { type MetricValue, notDefined } from './class-totals.ts';
import { meanOfRows, type RowValues, requireLength, whyUnusable } from './weighted-rows.ts';

/**
 * Which of SQuAD's two scripts: 1.1, where every question has an answer, or 2.0, where a question whose answers are
 * absent (or nothing but articles and punctuation) has none, and the empty text is right.
 */
export type SquadVersion = '1.1' | '2.0';

/**
 * Share of predictions that equal one of the right answers after `normalizedAnswer`.
 *
 * In [0, 1] (SQuAD's scripts give it times 100), higher is better. Undefined in version 1.1 where a row has no answer.
 *
 * @param predictions the model's texts
 * @param answers     right answers of each row
 * @param weights     one a row, ≥ 0; 1 each where absent
 * @throws RangeError when lengths differ
 * Source: Rajpurkar, Zhang, Lopyrev and Liang (2016), EMNLP, 2383–2392, section 6.1; version 2.0: Rajpurkar, Jia and
 * Liang (2018), ACL 56, 784–789; their scripts evaluate-v1.1.py and evaluate-v2.0.py.
 */
export function exactMatch(
  predictions: readonly string[],
  answers: readonly (readonly string[])[],
  version: SquadVersion,
  weights?: Float64Array,
): MetricValue {
  return meanOfRows(exactMatchRows(predictions, answers, version, weights), weights);
}

/** 1 for each row whose prediction is right, 0 for the others. */
export function exactMatchRows(
  predictions: readonly string[],
  answers: readonly (readonly string[])[],
  version: SquadVersion,
  weights?: Float64Array,
): RowValues {
  return bestOfRows(predictions, answers, version, weights, (prediction, answer) => (prediction === answer ? 1 : 0));
}

/**
 * Mean of the F1 of the prediction's words against those of the right answer it fits best; words after
 * `normalizedAnswer`, each counted as often as it occurs.
 *
 * In [0, 1], higher is better. Where prediction or answer has no word: 1 if neither has and 0 otherwise in version 2.0,
 * 0 in version 1.1, as the scripts do. Arguments, errors and sources as of `exactMatch`.
 */
export function tokenF1(
  predictions: readonly string[],
  answers: readonly (readonly string[])[],
  version: SquadVersion,
  weights?: Float64Array,
): MetricValue {
  return meanOfRows(tokenF1Rows(predictions, answers, version, weights), weights);
}

/** F1 of each row. */
export function tokenF1Rows(
  predictions: readonly string[],
  answers: readonly (readonly string[])[],
  version: SquadVersion,
  weights?: Float64Array,
): RowValues {
  const wordless = version === '2.0' ? 1 : 0;
  return bestOfRows(predictions, answers, version, weights, (prediction, answer) =>
    prediction === '' && answer === '' ? wordless : f1OfWords(words(prediction), words(answer)),
  );
}

/**
 * Text as SQuAD compares it: lower case, without ASCII punctuation, without the English articles, words one space apart.
 * Other languages keep their punctuation and articles. Words and spaces are Python's: an article next to a letter or
 * digit of any script is part of a word.
 */
export function normalizedAnswer(text: string): string {
  return text.toLowerCase().replace(PUNCTUATION, '').replace(ARTICLE, ' ').split(SPACE).filter(Boolean).join(' ');
}

const PUNCTUATION = /[!-/:-@[-`{-~]/g;
const ARTICLE = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu;
/** What Python's `str.split` takes for white space: Unicode's White_Space and the four ASCII separators. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those separators are control characters
const SPACE = /[\p{White_Space}\u{1c}-\u{1f}]+/u;

function bestOfRows(
  predictions: readonly string[],
  answers: readonly (readonly string[])[],
  version: SquadVersion,
  weights: Float64Array | undefined,
  match: (prediction: string, answer: string) => number,
): RowValues {
  requireLength('answers', answers, predictions.length);
  const why = whyUnusable(predictions.length, weights);
  if (why !== undefined) return notDefined(why);
  const best = new Float64Array(predictions.length);
  for (const [row, prediction] of predictions.entries()) {
    const right = rightAnswers(answers[row] ?? [], version);
    if (right.length === 0) return notDefined('a row has no right answer, which only version 2.0 of SQuAD allows');
    const given = normalizedAnswer(prediction);
    best[row] = Math.max(...right.map((answer) => match(given, answer)));
  }
  return best;
}

function rightAnswers(answers: readonly string[], version: SquadVersion): readonly string[] {
  const normalized = answers.map(normalizedAnswer);
  if (version === '1.1') return normalized;
  const withWords = normalized.filter((answer) => answer !== '');
  return withWords.length > 0 ? withWords : [''];
}

function words(normalized: string): readonly string[] {
  return normalized === '' ? [] : normalized.split(' ');
}

function f1OfWords(prediction: readonly string[], answer: readonly string[]): number {
  const left = new Map<string, number>();
  for (const word of answer) left.set(word, (left.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of prediction) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    common++;
  }
  return common === 0 ? 0 : (2 * common) / (prediction.length + answer.length);
}
