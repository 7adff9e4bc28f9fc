import { luhn, remainder97 } from './personal-data-checksum.ts';
import {
  dashes,
  namedOtherwise,
  type PersonalDataDetector,
  spaces,
  sqlEnd,
  sqlStart,
  textEnd,
  textStart,
} from './personal-data-detector.ts';

/**
 * Ranges of the first four digits, with the lengths in use. Source: ISO/IEC 7812-1 and the schemes' own published
 * ranges. Visa's 13 digits are out of use and left out: EAN barcodes of Germany have 13 digits and begin with 4.
 */
const issuers: readonly (readonly [from: number, to: number, lengths: readonly number[]])[] = [
  [2200, 2204, [16, 17, 18, 19]], // Mir
  [2221, 2720, [16]], // Mastercard
  [3000, 3059, [14, 16]], // Diners Club
  [3095, 3095, [14, 16]], // Diners Club
  [3400, 3499, [15]], // American Express
  [3528, 3589, [16, 17, 18, 19]], // JCB
  [3600, 3699, [14, 16, 19]], // Diners Club
  [3700, 3799, [15]], // American Express
  [3800, 3999, [14, 16]], // Diners Club
  [4000, 4999, [16, 19]], // Visa
  [5018, 5018, [16, 17, 18, 19]], // Maestro
  [5020, 5020, [16, 17, 18, 19]], // Maestro
  [5038, 5038, [16, 17, 18, 19]], // Maestro
  [5100, 5599, [16]], // Mastercard
  [5893, 5893, [16, 17, 18, 19]], // Maestro
  [6011, 6011, [16, 19]], // Discover
  [6200, 6299, [16, 17, 18, 19]], // UnionPay
  [6304, 6304, [16, 17, 18, 19]], // Maestro
  [6440, 6599, [16, 19]], // Discover, RuPay
  [6759, 6763, [16, 17, 18, 19]], // Maestro
  [8100, 8199, [16, 17, 18, 19]], // UnionPay, RuPay
  [9792, 9792, [16]], // Troy
];

function isCard(digits: string): boolean {
  const start = Number(digits.slice(0, 4));
  const issuer = issuers.find(([from, to]) => start >= from && start <= to);
  return issuer?.[2].includes(digits.length) === true && luhn(digits);
}

const gap = `[${spaces}${dashes}]`;
const bareCard = '[2-689][0-9]{13,18}';
const groupedCard = `[2-689][0-9]{3}${gap}[0-9]{4}${gap}[0-9]{4}${gap}[0-9]{4}(?:${gap}[0-9]{3})?|3[0-9]{3}${gap}[0-9]{6}${gap}[0-9]{4,5}`;
const cardShape = `(?:${bareCard}|${groupedCard})`;

/** Payment card numbers (PAN), bare or in printed groups with one kind of separator. */
export const paymentCard: PersonalDataDetector = {
  sql: `${sqlStart}${cardShape}${sqlEnd}`,
  chance: 1 / 10,
  whole: (text) => new RegExp(`^${cardShape}$`).test(text) && isCard(text.replace(/\D/g, '')) && oneSeparator(text),
  candidates: new RegExp(`${textStart}${cardShape}${textEnd}`, 'gu'),
  accepted(candidate, { before }) {
    const digits = candidate.replace(/\D/g, '');
    if (!isCard(digits) || !oneSeparator(candidate)) return 0;
    return digits.length === candidate.length && namedOtherwise(before) ? 0 : candidate.length;
  },
};

function oneSeparator(text: string): boolean {
  return new Set(text.replace(/\d/g, '')).size <= 1;
}

/**
 * Structure of the part after country and check digits: n digits, a letters, c either. 89 countries.
 * Source: SWIFT, IBAN Registry (ISO 13616-2), release 101.
 */
const accountNumbers = new Map(
  `AD 8n12c AE 19n AL 8n16c AT 16n AZ 4a20c BA 16n BE 12n BG 4a6n8c BH 4a14c BI 23n BR 23n1a1c BY 4c4n16c CH 5n12c
   CR 18n CY 8n16c CZ 20n DE 18n DJ 23n DK 14n DO 4c20n EE 16n EG 25n ES 20n FI 14n FK 2a12n FO 14n FR 10n11c2n GB 4a14n
   GE 2a16n GI 4a15c GL 14n GR 7n16c GT 24c HN 4a20n HR 17n HU 24n IE 4a14n IL 19n IQ 4a15n IS 22n IT 1a10n12c JO 4a4n18c
   KW 4a22c KZ 3n13c LB 4n20c LC 4a24c LI 5n12c LT 16n LU 3n13c LV 4a13c LY 21n MC 10n11c2n MD 20c ME 18n MK 3n10c2n
   MN 16n MR 23n MT 4a5n18c MU 4a19n3a NI 4a20n NL 4a10n NO 11n OM 3n16c PK 4a16c PL 24n PS 4a21c PT 21n QA 4a21c RO 4a16c
   RS 18n RU 14n15c SA 2n18c SC 4a20n3a SD 14n SE 20n SI 15n SK 20n SM 1a10n12c SO 19n ST 21n SV 4a20n TL 19n TN 20n
   TR 6n16c UA 6n19c VA 18n VG 4a16n XK 16n YE 4a4n18c`
    .match(/[A-Z]{2} \w+/g)
    ?.map((entry) => [entry.slice(0, 2), account(entry.slice(3))] as const),
);

function account(structure: string): { readonly length: number; readonly pattern: RegExp } {
  const parts = [...structure.matchAll(/(\d+)([nac])/g)].map(([, count, type]) => ({ count: Number(count), type }));
  const classes = parts.map(
    ({ count, type }) => `${type === 'n' ? '\\d' : type === 'a' ? '[A-Z]' : '[A-Z\\d]'}{${count}}`,
  );
  return {
    length: 4 + parts.reduce((sum, { count }) => sum + count, 0),
    pattern: new RegExp(`^${classes.join('')}$`),
  };
}

/** How many characters from the first are an IBAN, separators included; 0 for none. Words may follow it. */
function ibanLength(text: string): number {
  const country = accountNumbers.get(text.slice(0, 2).toUpperCase());
  if (country === undefined) return 0;
  let compact = '';
  let end = 0;
  for (; end < text.length && compact.length < country.length; end++) {
    const character = text[end] ?? '';
    if (/[0-9A-Za-z]/.test(character)) compact += character.toUpperCase();
  }
  if (compact.length < country.length || /[0-9A-Za-z]/.test(text[end] ?? '')) return 0;
  const ordered = compact.slice(4) + compact.slice(0, 4);
  return country.pattern.test(compact.slice(4)) && remainder97(ordered) === 1 ? end : 0;
}

const ibanShape = `[A-Za-z]{2}[0-9]{2}(?:[${spaces}${dashes}]?[0-9A-Za-z]){11,30}`;

/** International bank account numbers, bare or in printed groups. */
export const iban: PersonalDataDetector = {
  sql: `${sqlStart}${ibanShape}`,
  chance: 1 / 97,
  whole: (text) => new RegExp(`^${ibanShape}$`).test(text) && ibanLength(text) === text.length,
  candidates: new RegExp(`${textStart}${ibanShape}`, 'gu'),
  accepted: ibanLength,
};
