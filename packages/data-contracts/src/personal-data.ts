import { binomialSf } from '@modelgate/statistics';
import { iban, paymentCard } from './personal-data-bank.ts';
import { email, phone } from './personal-data-contact.ts';
import { type PersonalDataDetector, plainSeparators } from './personal-data-detector.ts';
import { brCpf, deTaxId, esDni, esNie, frNir, nlBsn, plPesel, ukNhs, usSsn } from './personal-data-national-id.ts';
import { ipv4, ipv6, mac } from './personal-data-network.ts';

const detectors = {
  email,
  phone,
  'payment-card': paymentCard,
  iban,
  'us-ssn': usSsn,
  'de-tax-id': deTaxId,
  'es-dni': esDni,
  'es-nie': esNie,
  'fr-nir': frNir,
  'uk-nhs': ukNhs,
  'nl-bsn': nlBsn,
  'pl-pesel': plPesel,
  'br-cpf': brCpf,
  ipv4,
  ipv6,
  mac,
} as const satisfies Readonly<Record<string, PersonalDataDetector>>;

/** What can be told by the value itself; what only a column's name tells is in `personalColumn`. */
export type PersonalDataKind = keyof typeof detectors;

export const personalDataKinds = Object.keys(detectors) as readonly PersonalDataKind[];

/** Kinds under one name. */
export const personalDataGroups = {
  'national-id': ['us-ssn', 'de-tax-id', 'es-dni', 'es-nie', 'fr-nir', 'uk-nhs', 'nl-bsn', 'pl-pesel', 'br-cpf'],
  ip: ['ipv4', 'ipv6'],
} as const satisfies Readonly<Record<string, readonly PersonalDataKind[]>>;

/**
 * RE2 that the engine searches a text column with; every value that `confirmsPersonalData` accepts is found by it.
 * It finds more: a pattern cannot compute a checksum.
 */
export function personalDataPattern(kind: PersonalDataKind): string {
  return detectors[kind].sql;
}

/**
 * Whether a column's value is, or has in it, personal data of this kind: shape, checksum and issued ranges.
 * A bare number that is the whole value needs no word beside it; `chanceConfirmed` says what its checksum is worth.
 */
export function confirmsPersonalData(kind: PersonalDataKind, text: string): boolean {
  const detector = detectors[kind];
  const plain = plainSeparators(text);
  return detector.whole(plain.trim()) || counts(detector, plain).confirmed > 0;
}

export interface PersonalDataFound {
  readonly kind: PersonalDataKind;
  /** What has the shape. */
  readonly values: number;
  /** What has the checksum and the ranges as well, and is called nothing else; these are found. */
  readonly confirmed: number;
}

/**
 * Counts personal data in texts: lines of a log, cells of free text. Never returns a value or where it stood. Bare
 * numbers whose checksum holds for one in ten anyway count only beside a word that says what they are ("BSN: 111222333").
 *
 * @param texts one text each, of any length; time is linear in it
 * @param kinds what to look for; the result has them in this order, each once
 */
export function findPersonalData(
  texts: Iterable<string>,
  kinds: readonly PersonalDataKind[],
): readonly PersonalDataFound[] {
  const found = new Map([...new Set(kinds)].map((kind) => [kind, { values: 0, confirmed: 0 }]));
  for (const text of texts) {
    const plain = plainSeparators(text);
    for (const [kind, total] of found) {
      const more = counts(detectors[kind], plain);
      total.values += more.values;
      total.confirmed += more.confirmed;
    }
  }
  return [...found].map(([kind, total]) => ({ kind, ...total }));
}

/**
 * Probability that at least so many of the values of a column would be confirmed if they were unrelated numbers. A
 * tenth of all 16-digit order numbers that begin with 4 pass for payment cards: 100 of 1,000 say nothing, 1,000 do.
 *
 * @param values    values of the shape that were looked at; integer ≥ 0
 * @param confirmed how many of them were confirmed; integer in [0, values]
 * @returns in [0, 1]; 0 as soon as one is confirmed of a kind without a checksum, whose shape is the evidence
 * @throws RangeError when a count is negative, not an integer or above the other
 */
export function chanceConfirmed(kind: PersonalDataKind, values: number, confirmed: number): number {
  if (!Number.isSafeInteger(values) || !Number.isSafeInteger(confirmed) || confirmed < 0 || confirmed > values)
    throw new RangeError(`confirmed must be an integer from 0 to values, got ${confirmed} of ${values}`);
  if (confirmed === 0) return 1;
  const { chance } = detectors[kind];
  return chance === 0 ? 0 : binomialSf(confirmed - 1, values, chance);
}

/** Share of unrelated values of the shape that are confirmed by luck, in [0, 1); 0 for kinds without a checksum. */
export function luckyShare(kind: PersonalDataKind): number {
  return detectors[kind].chance;
}

const nearby = 40;

function counts(detector: PersonalDataDetector, text: string): { readonly values: number; readonly confirmed: number } {
  const { candidates } = detector;
  let values = 0;
  let confirmed = 0;
  candidates.lastIndex = 0;
  for (let match = candidates.exec(text); match !== null; match = candidates.exec(text)) {
    const [candidate] = match;
    const end = match.index + candidate.length;
    const length = detector.accepted(candidate, {
      before: text.slice(Math.max(0, match.index - nearby), match.index),
      after: text.slice(end, end + nearby),
    });
    values += 1;
    if (length > 0) confirmed += 1;
    // What was refused may hide another behind its first word; what was accepted may be followed by one.
    candidates.lastIndex = match.index + (length > 0 ? length : firstWord(candidate));
  }
  return { values, confirmed };
}

function firstWord(candidate: string): number {
  return /^[^\s]+/.exec(candidate)?.[0].length ?? candidate.length;
}
