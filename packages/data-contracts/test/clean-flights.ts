import { Random, streamSeed } from '@modelgate/statistics';

export type Row = Record<string, string>;
/** Tables as rows of text, written as CSV or (documents and chunks) as JSON lines; other files as they are. */
export interface Files {
  flights: Row[];
  readonly planes: Row[];
  readonly airlines: Row[];
  readonly routes: Row[];
  readonly features: Row[];
  readonly served: Row[];
  log: string;
  budget: string;
}

export const now = new Date('2026-11-22T12:00:00Z');

export const rulesContract = `
rows: { at-least: 1990, at-most: 2010 }
freshness: { column: time_hour, at-most: 26h }
extra-columns: fail
order: true
keys: [[month, day, carrier, flight, origin]]
columns:
  flight_id:   { type: integer, nullable: false, increasing: strictly }
  booking:     { type: string, format: uuid, unique: true }
  month:       { type: integer, range: { min: 1, max: 12 } }
  day:         { type: integer, range: { above: 0, below: 32 } }
  time_hour:   { type: timestamp, nullable: false, increasing: weakly }
  departs:     { type: time }
  first_seen:  { type: date, range: { min: 2020-01-01, max: 2026-11-22 } }
  carrier:     { type: string, nullable: false, in: { table: airlines, column: carrier } }
  flight:      { type: integer }
  origin:      { type: string, in: [EWR, JFK, LGA] }
  dest:        { type: string, not-in: [TEST, XXX], length: { min: 3, max: 3 } }
  tailnum:     { type: string, pattern: "^N[0-9A-Z]{1,6}$", matching: { at-least: 99% } }
  country:     { type: string, format: country }
  gate:        { type: string, pattern: "^[A-F][0-9]+$", length: { max: 4 } }
  distance:    { type: double, range: { min: 17, max: 5000 } }
  air_time:    { type: double }
  dep_delay:   { type: double, nulls: { at-most: 3%, warn-over: 2.5% } }
  load:        { type: integer, range: { min: 0, max: 100 } }
  seats:       { type: integer }
  fuel:        { type: double }
  cancelled:   { type: boolean, nullable: false }
  reason:      { type: string, where: cancelled, nullable: false }
  leg:         { type: integer }
  cabin:       { type: string }
  age_band:    { type: string }
  remark:      { type: string, not-pattern: "TODO|todo" }
  annotator_a: { type: string }
  annotator_b: { type: string }
  split:       { type: string, in: [train, test] }
  delayed:     { type: boolean, label: true }
  email:       { absent: true }
checks:
  plausible-speed: { where: "air_time > 0", expect: "distance / air_time * 60 between 200 and 700" }
  reason-of-none:  { where: "not cancelled", expect: "reason is null" }
  no-loops:        { sql: "select * from this where origin = dest" }
  mean-load:       { mean: load, between: [60, 75] }
  all-seats:       { sum: seats, between: [290000, 310000] }
  spread-load:     { stddev: load, between: [10, 20] }
  least-seats:     { min: seats, at-least: 100 }
  most-seats:      { max: seats, at-most: 200 }
  destinations:    { distinct: dest, between: [10, 12] }
  high-fuel:       { quantile: { column: fuel, q: 0.99 }, at-most: 13 }
  legs:            { increasing: { column: leg, by: [tailnum], order: [time_hour], strictly: true } }
  known-planes:    { references: { columns: [tailnum], table: planes } }
  known-routes:    { references: { columns: [origin, dest], table: routes, key: [from, to] } }
tables: { planes: planes.csv, airlines: airlines.csv, routes: routes.csv, features: features.csv, served: served.csv }
labels:
  classes: { column: delayed, allowed: [true, false], each-at-least: 300, imbalance-at-most: 5 }
  conflicting: { column: delayed, inputs: [carrier, flight, dest] }
  agreement: { annotators: [annotator_a, annotator_b], at-least: 0.8 }
  joinable: { to: features, key: flight_id, both-ways: true }
parity: { with: served, key: flight_id, columns: [distance, load] }
`;

/** Of these columns of the same table. */
export const trustColumns = [
  'booking',
  'time_hour',
  'carrier',
  'flight',
  'dest',
  'distance',
  'cabin',
  'age_band',
  'gate',
  'remark',
  'split',
  'delayed',
];

export const trustContract = `
columns: { time_hour: { type: timestamp } }
extra-columns: allow
splits:
  column: split
  order: [train, test]
  ids: { columns: booking }
  rows: { columns: [carrier, flight, dest, remark] }
  near-duplicates: { text: remark }
  time: { column: time_hour }
  target-leaks: { label: delayed }
privacy:
  forbid: [email, phone, payment-card]
  logs: app.log
  k-anonymity: { columns: [cabin, age_band], k: 5 }
  differential-privacy: { declared: budget.json, epsilon-at-most: 3, delta-at-most: 0.00001 }
drift: {}
`;

const rows = 2000;
const halfHour = 1_800_000;
const words =
  'gate crew bags fuel rain wind taxi hold late door belt ramp snow heat fog line deck wing tail nose seat meal'.split(
    ' ',
  );

/** The same rows each time. */
export function cleanFiles(): Files {
  const random = new Random(streamSeed('00000000000000d4', 1));
  const below = (end: number) => Math.floor(random.uniform() * end);
  const of = <T>(all: readonly [T, ...T[]]): T => all[below(all.length)] ?? all[0];
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  const legs = new Map<string, number>();
  const flights = Array.from({ length: rows }, (_, index): Row => {
    const time = new Date(now.getTime() - (rows - 1 - index) * halfHour);
    const iso = time.toISOString();
    const dest = below(11);
    const distance = 210 + 330 * dest;
    const tailnum = `N${100 + below(250)}UA`;
    const leg = (legs.get(tailnum) ?? 0) + 1;
    legs.set(tailnum, leg);
    const late = random.uniform() < 0.3;
    const delay = late ? 16 + below(60) : below(15) - 5;
    const cancelled = random.uniform() < 0.05;
    const opinion = of(['weather', 'carrier', 'other']);
    const hex = (length: number) => Array.from({ length }, () => below(16).toString(16)).join('');
    return {
      flight_id: String(index + 1),
      booking: `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`,
      month: String(time.getUTCMonth() + 1),
      day: String(time.getUTCDate()),
      time_hour: `${iso.slice(0, 19)}Z`,
      departs: iso.slice(11, 16),
      first_seen: `202${below(6)}-0${1 + below(9)}-1${below(10)}`,
      carrier: of(['AA', 'B6', 'DL', 'UA', 'WN']),
      flight: String(1000 + index),
      origin: of(['EWR', 'JFK', 'LGA']),
      dest: `D${String.fromCharCode(65 + dest)}X`,
      tailnum,
      country: of(['US', 'CA', 'MX']),
      gate: `${of(['A', 'B', 'C', 'D'])}${1 + below(40)}`,
      distance: String(distance),
      air_time: String(Math.round(distance / 7.5 + below(20))),
      dep_delay: random.uniform() < 0.02 ? '' : String(delay),
      load: String(Math.max(0, Math.min(100, Math.round(68 + 15 * normal())))),
      seats: String(120 + below(61)),
      fuel: (10 + normal()).toFixed(3),
      cancelled: String(cancelled),
      reason: cancelled ? of(['weather', 'crew']) : '',
      leg: String(leg),
      cabin: of(['economy', 'business', 'first']),
      age_band: of(['0-17', '18-39', '40-59', '60+']),
      remark: Array.from({ length: 10 }, () => words[below(words.length)] ?? '').join(' '),
      annotator_a: opinion,
      annotator_b: random.uniform() < 0.95 ? opinion : of(['weather', 'carrier', 'other']),
      split: index < 1600 ? 'train' : 'test',
      delayed: String(late),
    };
  });
  const pick = (...names: readonly string[]) =>
    flights.map((row) => Object.fromEntries(names.map((name) => [name, row[name] ?? ''])));
  return {
    flights,
    planes: Array.from({ length: 250 }, (_, index) => ({
      tailnum: `N${100 + index}UA`,
      built: String(1990 + (index % 30)),
    })),
    airlines: ['AA', 'B6', 'DL', 'UA', 'WN'].map((carrier) => ({ carrier })),
    routes: ['EWR', 'JFK', 'LGA'].flatMap((from) =>
      Array.from({ length: 11 }, (_, index) => ({ from, to: `D${String.fromCharCode(65 + index)}X` })),
    ),
    features: pick('flight_id', 'load'),
    served: pick('flight_id', 'distance', 'load'),
    log: 'started\nread 2000 rows\n',
    budget: JSON.stringify({ epsilon: 2.5, delta: 0.000001, mechanism: 'gaussian' }),
  };
}
