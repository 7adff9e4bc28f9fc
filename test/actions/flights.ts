import type { Files } from './step.ts';

/** Small tables and the policy that most suites share: 400 flights, half of them late, and a champion right on 360. */

export const flights = 400;

function rows(each: (id: number) => string): string {
  return Array.from({ length: flights }, (_, index) => each(index + 1)).join('');
}

export const golden = `id,label\n${rows((id) => `${id},${id % 2}\n`)}`;

/** Predictions that are wrong on these flights, first to last. */
export function predictions(...wrong: readonly (readonly [number, number])[]): string {
  const isWrong = (id: number) => wrong.some(([first, last]) => id >= first && id <= last);
  return `id,predicted\n${rows((id) => `${id},${isWrong(id) ? 1 - (id % 2) : id % 2}\n`)}`;
}

export const champion = predictions([1, 40]);
/** Answers as the champion does. */
export const same = champion;
/** 60 more mistakes: 15 points worse. */
export const worse = predictions([1, 100]);
/** 10 mistakes less and 12 others more: half a point worse, on too few rows to prove that it is not 2 points. */
export const unclear = predictions([1, 30], [41, 52]);

export interface PolicyChoice {
  readonly name?: string;
  readonly champion?: string;
  readonly candidate?: string;
  readonly checks?: string;
  /** Lines below the gates. */
  readonly more?: string;
}

/** The check is on line 14. */
export function policy({
  name = 'flights',
  champion = '{ from: git, table: champion/predictions.csv }',
  candidate = '{ table: out/predictions.csv, prediction: predicted }',
  checks = 'accuracy: { metric: accuracy, max-regression: 2pt }',
  more = '',
}: PolicyChoice = {}): string {
  return `version: 1
name: ${name}
examples:
  golden: { table: eval/golden.csv, key: id, label: label }
gates:
  quality:
    kind: evaluation
    task: binary
    positive: 1
    examples: golden
    candidate: ${candidate}
    champion: ${champion}
    checks:
      ${checks}
${more}`;
}

/** The base of most histories. */
export const baseFiles: Files = {
  'modelgate.yml': policy(),
  'eval/golden.csv': golden,
  'champion/predictions.csv': champion,
};

/** What the evaluation step of a job leaves. */
export function out(table: string): Files {
  return { 'out/predictions.csv': table };
}
