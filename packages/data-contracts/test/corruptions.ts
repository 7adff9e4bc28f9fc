import type { CorpusFiles } from './clean-corpus.ts';
import type { Files, Row } from './clean-flights.ts';

/** One thing that goes wrong with a table, and the check that has to find it. */
export interface Corruption<Of> {
  readonly name: string;
  readonly foundBy: string;
  /** Checks that the same defect breaks, too. */
  readonly also?: readonly string[];
  corrupt(files: Of): void;
}

/** Puts values into some rows of the flights. */
const put =
  (
    column: string,
    value: string | ((row: Row, index: number) => string),
    at: (index: number) => boolean = (index) => index === 700,
  ) =>
  ({ flights }: Files): void => {
    for (const [index, row] of flights.entries())
      if (at(index)) row[column] = typeof value === 'string' ? value : value(row, index);
  };

const every = () => true;
/** So many of the first rows. */
const some = (rows: number) => (index: number) => index < rows;

function copyRow(files: Files, from: number, to: number, ...columns: readonly string[]): void {
  const [source, target] = [files.flights[from], files.flights[to]];
  if (source === undefined || target === undefined) throw new Error('no such row');
  for (const column of columns) target[column] = source[column] ?? '';
}

/** Each row with its columns in another order, or others. */
const reshaped =
  (change: (row: Row) => Row) =>
  (files: Files): void => {
    files.flights = files.flights.map(change);
  };

export const ruleCorruptions: readonly Corruption<Files>[] = [
  // the table
  {
    name: 'rows were lost',
    foundBy: 'rows',
    also: ['labels.joinable.both-ways', 'parity.unmatched.served'],
    corrupt: (files) => void files.flights.splice(300, 50),
  },
  {
    name: 'rows were written twice',
    foundBy: 'rows',
    also: [
      'columns.flight_id.increasing',
      'columns.time_hour.increasing',
      'columns.booking.unique',
      'checks.legs',
      'checks.all-seats',
      'keys.month+day+carrier+flight+origin',
      'parity.key',
    ],
    corrupt: (files) => void files.flights.push(...files.flights.slice(1900).map((row) => ({ ...row }))),
  },
  {
    name: 'the load of three days ago was delivered again',
    foundBy: 'freshness',
    corrupt: put(
      'time_hour',
      (row) => `${new Date(Date.parse(row['time_hour'] ?? '') - 3 * 86_400_000).toISOString().slice(0, 19)}Z`,
      every,
    ),
  },
  {
    name: 'a clock is a year ahead',
    foundBy: 'freshness',
    corrupt: put('time_hour', '2027-11-22T12:00:00Z', (index) => index === 1999),
  },
  {
    name: 'an index column was written along',
    foundBy: 'extra-columns',
    corrupt: reshaped((row) => ({ ...row, 'Unnamed: 0': row['flight_id'] ?? '' })),
  },
  {
    name: 'a column was dropped',
    foundBy: 'columns.country',
    corrupt: reshaped(({ country: _, ...row }) => row),
  },
  {
    name: 'a column was renamed',
    foundBy: 'columns.gate',
    also: ['extra-columns'],
    corrupt: reshaped((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name === 'gate' ? 'gate_no' : name, value])),
    ),
  },
  {
    name: 'columns change places',
    foundBy: 'order',
    corrupt: reshaped(({ flight_id: id = '', booking = '', ...row }) => ({ booking, flight_id: id, ...row })),
  },
  {
    name: 'a column that must not come back is back',
    foundBy: 'columns.email',
    corrupt: reshaped((row) => ({ ...row, email: 'x' })),
  },
  // types
  { name: 'an integer is written with a fraction', foundBy: 'columns.seats.type', corrupt: put('seats', '150.5') },
  { name: 'a number is written with a comma', foundBy: 'columns.fuel.type', corrupt: put('fuel', '10,5') },
  { name: 'a date that does not exist', foundBy: 'columns.first_seen.type', corrupt: put('first_seen', '2024-02-30') },
  { name: 'a time of another country', foundBy: 'columns.departs.type', corrupt: put('departs', '5 PM') },
  {
    name: 'a timestamp as seconds',
    foundBy: 'columns.time_hour.type',
    also: ['checks.legs'],
    corrupt: put('time_hour', '1700000000'),
  },
  {
    name: 'a flag as Y',
    foundBy: 'columns.cancelled.type',
    also: ['columns.reason.nullable'],
    corrupt: put('cancelled', 'Y'),
  },
  // values
  { name: 'a value that must be there is missing', foundBy: 'columns.carrier.nullable', corrupt: put('carrier', '') },
  {
    name: 'more values are missing than may be',
    foundBy: 'columns.dep_delay.nulls',
    corrupt: put('dep_delay', '', some(150)),
  },
  {
    name: 'a reason is missing where there must be one',
    foundBy: 'columns.reason.nullable',
    corrupt: (files) =>
      put('reason', '', (index) => index === files.flights.findIndex((row) => row['cancelled'] === 'true'))(files),
  },
  {
    name: 'an id is given twice',
    foundBy: 'columns.booking.unique',
    corrupt: (files) => copyRow(files, 5, 6, 'booking'),
  },
  {
    name: 'a code outside of the set',
    foundBy: 'columns.origin.in',
    also: ['checks.known-routes'],
    corrupt: put('origin', 'ZRH'),
  },
  { name: 'a code that the other table does not have', foundBy: 'columns.carrier.in', corrupt: put('carrier', 'ZZ') },
  {
    name: 'a value that is only for tests',
    foundBy: 'columns.dest.not-in',
    also: ['checks.known-routes'],
    corrupt: put('dest', 'XXX'),
  },
  {
    name: 'a number below its range',
    foundBy: 'columns.load.range',
    also: ['parity.columns.load'],
    corrupt: put('load', '-1'),
  },
  { name: 'a number above its range', foundBy: 'columns.month.range', corrupt: put('month', '13') },
  { name: 'a number at an end that is excluded', foundBy: 'columns.day.range', corrupt: put('day', '32') },
  { name: 'a date before its range', foundBy: 'columns.first_seen.range', corrupt: put('first_seen', '1970-01-01') },
  { name: 'NaN in a number', foundBy: 'columns.fuel.finite', also: ['checks.high-fuel'], corrupt: put('fuel', 'nan') },
  { name: 'a text that does not match its pattern', foundBy: 'columns.gate.pattern', corrupt: put('gate', 'b12') },
  {
    name: 'more texts than tolerated do not match',
    foundBy: 'columns.tailnum.pattern',
    also: ['checks.known-planes'],
    corrupt: put('tailnum', (row) => (row['tailnum'] ?? '').toLowerCase(), some(30)),
  },
  {
    name: 'a text that matches a forbidden pattern',
    foundBy: 'columns.remark.not-pattern',
    corrupt: put('remark', 'TODO ask the crew'),
  },
  { name: 'a country by its name', foundBy: 'columns.country.format', corrupt: put('country', 'Canada') },
  {
    name: 'an id without its dashes',
    foundBy: 'columns.booking.format',
    corrupt: put('booking', (row) => (row['booking'] ?? '').replaceAll('-', '')),
  },
  { name: 'a text longer than it may be', foundBy: 'columns.gate.length', corrupt: put('gate', 'A1234') },
  {
    name: 'a text shorter than it may be',
    foundBy: 'columns.dest.length',
    also: ['checks.known-routes'],
    corrupt: put('dest', 'DA'),
  },
  {
    name: 'an id falls back',
    foundBy: 'columns.flight_id.increasing',
    also: ['labels.joinable', 'labels.joinable.both-ways', 'parity.unmatched', 'parity.unmatched.served'],
    corrupt: put('flight_id', '-5'),
  },
  {
    name: 'rows are out of their order',
    foundBy: 'columns.time_hour.increasing',
    corrupt({ flights }) {
      const [one, two] = [flights[10], flights[12]];
      if (one === undefined || two === undefined) return;
      [one['time_hour'], two['time_hour']] = [two['time_hour'] ?? '', one['time_hour'] ?? ''];
    },
  },
  {
    name: 'a compound key is given twice',
    foundBy: 'keys.month+day+carrier+flight+origin',
    corrupt: (files) => copyRow(files, 20, 21, 'month', 'day', 'carrier', 'flight', 'origin'),
  },
  // checks
  { name: 'two columns contradict each other', foundBy: 'checks.plausible-speed', corrupt: put('air_time', '5') },
  {
    name: 'a condition for some rows is broken',
    foundBy: 'checks.reason-of-none',
    corrupt: (files) =>
      put('reason', 'crew', (index) => index === files.flights.findIndex((row) => row['cancelled'] === 'false'))(files),
  },
  {
    name: 'a query finds a bad row',
    foundBy: 'checks.no-loops',
    also: ['checks.known-routes'],
    corrupt: put('dest', (row) => row['origin'] ?? ''),
  },
  {
    name: 'the mean moved',
    foundBy: 'checks.mean-load',
    also: ['parity.columns.load'],
    corrupt: put('load', (row) => String(Math.max(0, Number(row['load']) - 12)), every),
  },
  {
    name: 'the sum moved',
    foundBy: 'checks.all-seats',
    corrupt: put('seats', (row) => String(Math.max(100, Number(row['seats']) - 8)), every),
  },
  {
    name: 'the spread collapsed',
    foundBy: 'checks.spread-load',
    also: ['parity.columns.load'],
    corrupt: put('load', (row) => String(Math.round(68 + (Number(row['load']) - 68) / 3)), every),
  },
  { name: 'a minimum is too small', foundBy: 'checks.least-seats', corrupt: put('seats', '99') },
  { name: 'a maximum is too large', foundBy: 'checks.most-seats', corrupt: put('seats', '201') },
  {
    name: 'a code was cut off: fewer values than there are',
    foundBy: 'checks.destinations',
    corrupt: put('dest', 'DAX', every),
  },
  {
    name: 'a tail of high values',
    foundBy: 'checks.high-fuel',
    corrupt: put('fuel', '14', (index) => index % 60 === 0),
  },
  {
    name: 'a counter of one group falls back',
    foundBy: 'checks.legs',
    corrupt: (files) => put('leg', '0', (index) => index === 1990)(files),
  },
  { name: 'a row refers to nothing', foundBy: 'checks.known-planes', corrupt: put('tailnum', 'N999ZZ') },
  {
    name: 'two values that are known, and not together',
    foundBy: 'checks.known-routes',
    corrupt: ({ routes }) => void routes.splice(3, 1),
  },
  // labels
  {
    name: 'a label that is no class',
    foundBy: 'labels.classes.allowed',
    also: ['columns.delayed.type'],
    corrupt: put('delayed', 'maybe'),
  },
  {
    name: 'a class has too few rows',
    foundBy: 'labels.classes.each-at-least',
    also: ['labels.classes.imbalance-at-most'],
    corrupt: put('delayed', 'false', (index) => index % 10 < 6),
  },
  {
    name: 'equal inputs with another label',
    foundBy: 'labels.conflicting',
    corrupt(files) {
      const late = files.flights.findIndex((row) => row['delayed'] === 'true');
      const early = files.flights.findIndex((row, index) => index > late + 200 && row['delayed'] === 'false');
      copyRow(files, late, early, 'carrier', 'flight', 'dest');
    },
  },
  {
    name: 'annotators disagree',
    foundBy: 'labels.agreement',
    corrupt: put(
      'annotator_b',
      (row) => (row['annotator_a'] === 'other' ? 'weather' : 'other'),
      (index) => index % 4 === 0,
    ),
  },
  {
    name: 'labels without features',
    foundBy: 'labels.joinable',
    corrupt: ({ features }) => void features.splice(100, 1),
  },
  {
    name: 'features without labels',
    foundBy: 'labels.joinable.both-ways',
    corrupt: ({ features }) => void features.push({ flight_id: '99999', load: '1' }),
  },
  // parity
  {
    name: 'a served value is another',
    foundBy: 'parity.columns.distance',
    corrupt: ({ served }) => {
      served[3] = { ...served[3], distance: '1' };
    },
  },
  { name: 'a row is not served', foundBy: 'parity.unmatched', corrupt: ({ served }) => void served.splice(5, 1) },
  {
    name: 'a row is served that was not trained on',
    foundBy: 'parity.unmatched.served',
    corrupt: ({ served }) => void served.push({ flight_id: '99999', distance: '1', load: '1' }),
  },
];

/** What a table may tell of people and splits, and how it moved. */
export const trustCorruptions: readonly Corruption<Files>[] = [
  // splits
  { name: 'an id is in both splits', foundBy: 'splits.ids', corrupt: (files) => copyRow(files, 100, 1900, 'booking') },
  {
    name: 'a row is in both splits',
    foundBy: 'splits.rows',
    also: ['splits.near-duplicates'],
    corrupt: (files) => {
      copyRow(files, 100, 1900, 'carrier', 'flight', 'dest', 'remark', 'delayed');
    },
  },
  {
    name: 'a text with one word changed is in both splits',
    foundBy: 'splits.near-duplicates',
    corrupt: ({ flights }) => {
      const [train, test] = [flights[100], flights[1900]];
      const long = Array.from({ length: 40 }, (_, index) => `word${index}`);
      if (train !== undefined) train['remark'] = long.join(' ');
      if (test !== undefined) test['remark'] = [...long.slice(0, 39), 'other'].join(' ');
    },
  },
  {
    name: 'a row of the future is trained on',
    foundBy: 'splits.time',
    corrupt: (files) => put('split', 'train', (index) => index === 1999)(files),
  },
  {
    name: 'a feature gives the label away',
    foundBy: 'splits.target-leaks.gate',
    also: ['drift.gate'],
    corrupt: put('gate', (row) => (row['delayed'] === 'true' ? 'LATE' : 'OK'), every),
  },
  // privacy
  {
    name: 'an e-mail address in free text',
    foundBy: 'privacy.email.remark',
    corrupt: put('remark', 'write to jane.doe@mail.example about it'),
  },
  {
    name: 'a card number in a log',
    foundBy: 'privacy.logs.payment-card',
    corrupt: (files) => {
      files.log += 'paid with 4111 1111 1111 1111\n';
    },
  },
  { name: 'a person stands alone', foundBy: 'privacy.k-anonymity', corrupt: put('age_band', '90+') },
  {
    name: 'more of the privacy budget was spent',
    foundBy: 'privacy.differential-privacy.epsilon',
    corrupt: (files) => {
      files.budget = '{"epsilon": 8, "delta": 0.000001}';
    },
  },
  {
    name: 'a delta that is too large',
    foundBy: 'privacy.differential-privacy.delta',
    corrupt: (files) => {
      files.budget = '{"epsilon": 1, "delta": 0.001}';
    },
  },
  // drift
  {
    name: 'a number drifted',
    foundBy: 'drift.distance',
    corrupt: put('distance', (row) => String(Number(row['distance']) * 1.4), every),
  },
  { name: 'a category drifted', foundBy: 'drift.cabin', corrupt: put('cabin', 'first', (index) => index % 3 === 0) },
];

const document =
  (change: (one: CorpusFiles['documents'][number]) => void, at = 3) =>
  ({ documents }: CorpusFiles): void => {
    const one = documents[at];
    if (one !== undefined) change(one);
  };

export const corpusCorruptions: readonly Corruption<CorpusFiles>[] = [
  {
    name: 'a document without an id',
    foundBy: 'corpus.ids',
    also: ['corpus.orphans.documents', 'corpus.orphans.chunks'],
    corrupt: document((one) => {
      one.id = null;
    }, 35),
  },
  {
    name: 'a document lacks its title',
    foundBy: 'corpus.metadata.title',
    corrupt: document((one) => {
      one.title = null;
    }),
  },
  {
    name: 'a document is there twice',
    foundBy: 'corpus.duplicates',
    also: ['corpus.near-duplicates'],
    corrupt: ({ documents }) => {
      const [one, two] = [documents[33], documents[34]];
      if (one !== undefined && two !== undefined) two.text = one.text.toUpperCase();
    },
  },
  {
    name: 'a document is there with a word changed',
    foundBy: 'corpus.near-duplicates',
    corrupt: ({ documents }) => {
      const [one, two] = [documents[33], documents[34]];
      if (one !== undefined && two !== undefined) two.text = `${one.text} once more`;
    },
  },
  {
    name: 'UTF-8 was read as Latin-1',
    foundBy: 'corpus.encoding',
    corrupt: document((one) => {
      one.text = `CafÃ© ${one.text}`;
    }),
  },
  {
    name: 'a document has no text',
    foundBy: 'corpus.empty',
    corrupt: document((one) => {
      one.text = '---';
    }, 35),
  },
  {
    name: 'a chunk is longer than the model reads',
    foundBy: 'corpus.tokens',
    corrupt: ({ chunks }) => {
      const [one] = chunks;
      if (one !== undefined) one.text = `${one.text} `.repeat(5);
    },
  },
  {
    name: 'an id means another text now',
    foundBy: 'corpus.stable-ids',
    corrupt: document((one) => {
      one.text = 'something else altogether stands here now and nothing of before';
    }),
  },
  {
    name: 'a source was not read for long',
    foundBy: 'corpus.freshness',
    corrupt: document((one) => {
      one.fetched = '2025-01-01';
    }),
  },
  {
    name: 'a vector of another dimension',
    foundBy: 'corpus.embeddings',
    corrupt: ({ chunks }) => void chunks[0]?.vector.push(0),
  },
  {
    name: 'a chunk without its document',
    foundBy: 'corpus.orphans.chunks',
    corrupt: ({ chunks }) =>
      void chunks.push({ id: 'x', document: 'gone', text: 'one two three four five six seven', vector: [1, 0, 0] }),
  },
  {
    name: 'a golden question whose document is gone',
    foundBy: 'corpus.questions',
    corrupt: ({ questions }) => void questions.push({ question: 'And?', documents: ['doc-1', 'gone'] }),
  },
];

/** For the docs: what goes wrong, and the check that finds it. */
export function corruptionTable(): string {
  const lines = [...ruleCorruptions, ...trustCorruptions, ...corpusCorruptions].map(
    ({ name, foundBy, also = [] }) => `| ${name} | \`${foundBy}\` | ${also.map((one) => `\`${one}\``).join(', ')} |`,
  );
  return `# What goes wrong with data, and what finds it

Each row is a test: a clean table of flights (or a corpus of documents) is damaged in one way, and exactly these checks
fail or warn. Made from \`packages/data-contracts/test/corruptions.ts\`; the contracts are in \`clean-flights.ts\` and
\`clean-corpus.ts\` beside it.

| What goes wrong | The check that finds it | What breaks with it |
|---|---|---|
${lines.join('\n')}
`;
}
