import { flights, predictions, same } from './flights.ts';
import type { Files } from './step.ts';

/** A gate over a table that it must refuse, and the words in which it must. */
export interface BadTable {
  readonly id: string;
  readonly files?: Files;
  /** Keys of the gate that differ; its table is `in/<id>.csv`. */
  readonly gate?: object;
  readonly reason: string;
  readonly message: string;
  /** What the report says under "What to do". */
  readonly todo: string;
}

function table(header: string, cell: (id: number) => string): string {
  const rows = Array.from({ length: flights }, (_, index) => `${index + 1},${cell(index + 1)}\n`);
  return `id,${header}\n${rows.join('')}`;
}

function jsonLines(value: (id: number) => string): string {
  const rows = Array.from({ length: flights }, (_, index) => `{"id":${index + 1},"latency_ms":${value(index + 1)}}\n`);
  return rows.join('');
}

/** A gate on a column of numbers, without examples and champion. */
export function latencyGate(file: string): object {
  return {
    task: 'generic',
    positive: undefined,
    examples: undefined,
    candidate: { table: file, key: 'id' },
    checks: { p95: { column: 'latency_ms', statistic: 'p95', 'at-most': 40 } },
  };
}

const prediction = 'predicted';
const producer = 'Did the step that writes it run, and in this job?';
const mendColumn = 'let the step that writes the table mend this column, or name another one in the policy';
const notFinite =
  'find out why these are no numbers: a row whose value could not be computed must not pass for a measured one';
const missing = 'give every row a value; a row that the model left out counts, too';
const probabilities = 'write probabilities from 0 to 1, not scores or percentages, or leave `score` out of the policy';
const sameData = 'Were they made from the same version of the data?';

export const badTables: readonly BadTable[] = [
  {
    id: 'missing-file',
    reason: 'file-missing',
    message: 'in/missing-file.csv matches no file.',
    todo: producer,
  },
  {
    id: 'missing-folder',
    gate: { candidate: { table: 'nowhere/p.csv', prediction } },
    reason: 'file-missing',
    message: 'nowhere/p.csv matches no file: there is no folder nowhere.',
    todo: producer,
  },
  {
    id: 'misspelt-file',
    gate: { candidate: { table: 'champion/prediction.csv', prediction } },
    reason: 'file-missing',
    message: 'champion/prediction.csv matches no file.',
    todo: 'Did you mean champion/predictions.csv?',
  },
  {
    id: 'empty-file',
    files: { 'in/empty-file.csv': '' },
    reason: 'file-empty',
    message: 'in/empty-file.csv is empty.',
    todo: 'check that the step before this one writes rows',
  },
  {
    id: 'header-only',
    files: { 'in/header-only.csv': 'id,predicted\n' },
    reason: 'file-empty',
    message: 'in/header-only.csv holds no rows.',
    todo: 'check that the step before this one writes rows',
  },
  {
    id: 'unknown-column',
    files: { 'in/unknown-column.csv': same.replace('predicted', 'predictd') },
    reason: 'column-missing',
    message: 'The candidate table in/unknown-column.csv: there is no column "predicted"; did you mean "predictd"?',
    todo: 'check the spelling of the column in the policy',
  },
  {
    id: 'unknown-key',
    files: { 'in/unknown-key.csv': same.replace('id,', 'flight,') },
    reason: 'column-missing',
    message: 'The candidate table in/unknown-key.csv: there is no column "id"; there are "flight", "predicted".',
    todo: 'check the spelling of the column in the policy',
  },
  {
    id: 'wrong-type',
    files: { 'in/wrong-type.csv': table('latency_ms', () => 'fast') },
    gate: latencyGate('in/wrong-type.csv'),
    reason: 'column-type',
    message: 'The candidate table in/wrong-type.csv: column "latency_ms" holds text; a number is needed.',
    todo: mendColumn,
  },
  {
    id: 'text-classes',
    files: { 'in/text-classes.csv': table('predicted', (id) => (id % 2 === 1 ? 'late' : 'on time')) },
    reason: 'column-type',
    message:
      'Classes of different types cannot be compared: column "label" of the examples eval/golden.csv holds numbers, column "predicted" of the candidate table in/text-classes.csv holds text.',
    todo: 'Write both as the same type: a text never equals a number or a boolean.',
  },
  {
    id: 'fraction',
    files: { 'in/fraction.csv': table('predicted', (id) => (id === 7 ? '0.5' : '1')) },
    reason: 'column-type',
    message:
      'The candidate table in/fraction.csv: column "predicted" is stored as DOUBLE and holds 1 value with a fraction (first in row 7); a class is a boolean, an integer or a text.',
    todo: mendColumn,
  },
  {
    id: 'nan',
    files: { 'in/nan.csv': table('latency_ms', (id) => (id > 398 ? 'NaN' : '1.5')) },
    gate: latencyGate('in/nan.csv'),
    reason: 'not-finite',
    message:
      'The candidate table in/nan.csv: column "latency_ms" holds 2 values that are NaN or infinite (first in row 399).',
    todo: notFinite,
  },
  {
    id: 'infinite',
    files: { 'in/infinite.csv': table('latency_ms', (id) => (id === 3 ? '-inf' : '1.5')) },
    gate: latencyGate('in/infinite.csv'),
    reason: 'not-finite',
    message:
      'The candidate table in/infinite.csv: column "latency_ms" holds 1 value that is NaN or infinite (first in row 3).',
    todo: notFinite,
  },
  {
    id: 'null',
    files: { 'in/null.csv': table('latency_ms', (id) => (id === 3 ? '' : '1.5')) },
    gate: latencyGate('in/null.csv'),
    reason: 'value-missing',
    message: 'The candidate table in/null.csv: column "latency_ms" holds 1 null (first in row 3).',
    todo: missing,
  },
  {
    id: 'bare-nan',
    files: { 'in/bare-nan.jsonl': jsonLines((id) => (id === 12 ? 'NaN' : '1')) },
    gate: latencyGate('in/bare-nan.jsonl'),
    reason: 'not-finite',
    message: 'in/bare-nan.jsonl, line 12 holds a bare NaN, which JSON does not know.',
    todo: 'Find out why the value is not a number; where it is missing on purpose, write null.',
  },
  {
    id: 'broken-json',
    files: { 'in/broken-json.jsonl': jsonLines((id) => (id === 12 ? '}' : '1')) },
    gate: latencyGate('in/broken-json.jsonl'),
    reason: 'file-unreadable',
    message: 'in/broken-json.jsonl, line 12 is not valid JSON.',
    todo: 'Write one JSON object a line (.jsonl) or one array of objects (.json).',
  },
  {
    id: 'probability',
    files: { 'in/probability.csv': table('predicted,p', (id) => `${id % 2},${id === 9 ? 1.5 : 0.5}`) },
    gate: { candidate: { table: 'in/probability.csv', prediction, score: 'p' } },
    reason: 'probability-out-of-range',
    message:
      'The candidate table in/probability.csv: column "p" holds 1 value outside [0, 1] (first in row 9); a probability is needed.',
    todo: probabilities,
  },
  {
    id: 'duplicates',
    files: { 'in/duplicates.csv': `${same}7,1\n7,0\n9,1\n` },
    reason: 'duplicate-keys',
    message: 'The candidate table in/duplicates.csv: 2 keys of column "id" occur more than once, in 5 rows.',
    todo: 'Each example needs one row: remove the repeated ones, or name a key that tells the rows apart.',
  },
  {
    id: 'double-ids',
    files: { 'in/double-ids.csv': same.replace('\n1,', '\n9007199254740993.0,') },
    reason: 'column-type',
    message:
      'The candidate table in/double-ids.csv: key column "id" is stored as DOUBLE and holds 1 value that such a column cannot keep as an exact id (first in row 1); write keys as integers or text.',
    todo: mendColumn,
  },
  {
    id: 'other-ids',
    files: { 'in/other-ids.csv': same.replaceAll(/\n(39\d),/g, '\n1$1,') },
    reason: 'keys-differ',
    message:
      'The tables do not hold the same examples: 10 of 400 keys of the candidate table in/other-ids.csv are not in the examples eval/golden.csv; 10 of 400 keys of the examples eval/golden.csv are not in the candidate table in/other-ids.csv.',
    todo: `Both must hold the same examples (key "id" and "id"). ${sameData}`,
  },
  {
    id: 'fewer-ids',
    files: { 'in/fewer-ids.csv': same.split('\n').slice(0, 201).join('\n') },
    reason: 'keys-differ',
    message:
      'The tables do not hold the same examples: 200 of 400 keys of the examples eval/golden.csv are not in the candidate table in/fewer-ids.csv.',
    todo: `Both must hold the same examples (key "id" and "id"). ${sameData}`,
  },
  {
    id: 'other-labels',
    files: { 'in/other-labels.csv': table('predicted,label', (id) => `${id % 2},${id > 40 ? id % 2 : 1 - (id % 2)}`) },
    gate: { candidate: { table: 'in/other-labels.csv', prediction, label: 'label' } },
    reason: 'labels-differ',
    message:
      '40 of 400 labels differ between column "label" of the examples eval/golden.csv and column "label" of the candidate table in/other-labels.csv.',
    todo: `Both must hold the same labels for the same key. ${sameData}`,
  },
  {
    id: 'ragged',
    files: { 'in/ragged.csv': same.replace('\n50,0', '\n50,0,0') },
    reason: 'file-unreadable',
    message: 'in/ragged.csv, line 51 has 3 fields, the header has 2.',
    todo: 'Write the file with a CSV library, which quotes what needs quoting.',
  },
  {
    id: 'same-names',
    files: { 'in/same-names.csv': same.replace('predicted', 'ID') },
    reason: 'file-unreadable',
    message: 'in/same-names.csv has columns "id" and "ID", which differ only by case.',
    todo: 'Rename one of them.',
  },
  {
    id: 'utf16',
    files: { 'in/utf16.csv': Buffer.from(`\ufeff${same}`, 'utf16le') },
    reason: 'file-unreadable',
    message: 'in/utf16.csv is UTF-16 in line 1.',
    todo: 'Write the file as UTF-8.',
  },
  {
    id: 'no-table',
    files: { 'in/no-table.xlsx': 'PK' },
    gate: { candidate: { table: 'in/no-table.xlsx', prediction } },
    reason: 'file-unreadable',
    message: 'in/no-table.xlsx has no known extension.',
    todo: 'Tables are read from .csv, .tsv, .json, .jsonl, .ndjson, .parquet, .pq; text formats also with .gz or .zst.',
  },
  {
    id: 'truncated',
    gate: { candidate: { table: 'in/truncated.parquet', prediction } },
    reason: 'file-unreadable',
    message: 'in/truncated.parquet is not a whole Parquet file: its end is missing.',
    todo: 'Did the step that writes it end well, and was the file uploaded whole?',
  },
  {
    id: 'three-classes',
    files: { 'in/three-classes.csv': table('predicted', (id) => String(id % 3)) },
    reason: 'column-type',
    message: 'task is binary, but there are 3 classes: 0, 1, 2',
    todo: 'use `task: multiclass`, or let the predictions hold the two labels only',
  },
  {
    id: 'positive-absent',
    files: { 'in/positive-absent.csv': same },
    gate: { positive: 'late' },
    reason: 'column-type',
    message: 'no label and no prediction is the positive class "late"; classes: 0, 1',
    todo: 'write `positive` as it stands in the label column',
  },
  {
    id: 'never-predicted',
    files: { 'in/never-predicted.csv': table('predicted', () => '0') },
    gate: { checks: { precision: { metric: 'precision', 'at-least': 0.5 } } },
    reason: 'metric-undefined',
    message: 'precision of the candidate is undefined: the model never predicts the class',
    todo: 'check the examples and `positive`, or gate another metric',
  },
  {
    id: 'escape',
    gate: { candidate: { table: '../../../etc/passwd.csv', prediction } },
    reason: 'file-unreadable',
    message: '../../../etc/passwd.csv leads outside the workspace.',
    todo: 'Tables are read from inside the checkout only; copy the file there.',
  },
  {
    id: 'symlink',
    files: { 'in/symlink.csv': { symlink: '/etc/hostname' } },
    reason: 'file-unreadable',
    message: 'in/symlink.csv leads outside the workspace.',
    todo: 'Tables are read from inside the checkout only; copy the file there.',
  },
  {
    id: 'champion-gone',
    files: { 'in/champion-gone.csv': same },
    gate: { champion: { from: 'file', table: 'champion/gone.csv' } },
    reason: 'file-missing',
    message: 'champion/gone.csv matches no file.',
    todo: producer,
  },
  {
    id: 'champion-of-others',
    files: { 'in/champion-of-others.csv': predictions() },
    gate: { champion: { from: 'file', table: 'in/fewer-ids.csv' } },
    reason: 'keys-differ',
    message:
      'The tables do not hold the same examples: 200 of 400 keys of the examples eval/golden.csv are not in the champion table in/fewer-ids.csv.',
    todo: `Both must hold the same examples (key "id" and "id"). ${sameData}`,
  },
];
