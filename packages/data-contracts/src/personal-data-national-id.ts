import { hybrid1110, remainder97, weightedSum } from './personal-data-checksum.ts';
import {
  dashes,
  type PersonalDataDetector,
  spaces,
  sqlEnd,
  sqlStart,
  textEnd,
  textStart,
} from './personal-data-detector.ts';

interface NationalId {
  /** RE2 of bare and printed forms, without edges; `_` stands for a space, `=` for a hyphen of any typography. */
  readonly shape: string;
  /** Forms that are evidence by themselves; others need a word beside them in text, having a mere check digit. */
  readonly printed?: RegExp;
  /** Words that say what the number is, in the text around it. */
  readonly words: string;
  readonly chance: number;
  /** Of the number without separators, in capitals. */
  valid(compact: string): boolean;
  /** Whether a column's value may be bare; default true. */
  readonly bare?: boolean;
}

function nationalId(id: NationalId): PersonalDataDetector {
  const shape = `(?:${id.shape.replaceAll('_', `[${spaces}]`).replaceAll('=', `[${dashes}]`)})`;
  const exact = new RegExp(`^${shape}$`);
  const word = new RegExp(`(?<!\\p{L})(?:${id.words})(?!\\p{L})`, 'iu');
  const valid = (text: string) => id.valid(text.replace(/[^0-9A-Za-z]/g, '').toUpperCase());
  return {
    sql: `${sqlStart}${shape}${sqlEnd}`,
    chance: id.chance,
    whole: (text) => exact.test(text) && (id.bare !== false || /[ -]/.test(text)) && valid(text),
    candidates: new RegExp(`${textStart}${shape}${textEnd}`, 'gu'),
    accepted(candidate, { before, after }) {
      // A word beyond another number or a comma belongs to that.
      const beside = `${before.split(/\d{5,}/).at(-1)} ${after.split(/[\d,;]/)[0]}`;
      const evident = id.printed?.test(candidate) || word.test(beside);
      return evident && valid(candidate) ? candidate.length : 0;
    },
  };
}

/**
 * US social security number: no check digit, so bare digits need a word beside them. Never issued are area 000, 666 and
 * 900–999, group 00, serial 0000 (SSA, Social Security Number Randomization, 2011), and the numbers of advertisements.
 */
export const usSsn = nationalId({
  shape: '[0-8][0-9]{2}=[0-9]{2}=[0-9]{4}|[0-8][0-9]{2}_[0-9]{2}_[0-9]{4}|[0-8][0-9]{8}',
  printed: /-/,
  words: 'ssn|social security(?: (?:number|no))?|soc\\.? ?sec',
  chance: 0,
  bare: false,
  valid: (id) =>
    !/^(?:000|666|9)/.test(id) &&
    id.slice(3, 5) !== '00' &&
    id.slice(5) !== '0000' &&
    !['078051120', '219099999', '457555462'].includes(id),
});

/**
 * German tax identification number: of its first ten digits exactly one occurs twice or three times (not thrice in a
 * row), the eleventh is ISO/IEC 7064 MOD 11,10. Source: Bundeszentralamt für Steuern; Abgabenordnung § 139b.
 */
export const deTaxId = nationalId({
  shape: '[1-9][0-9]{10}|[1-9][0-9]_[0-9]{3}_[0-9]{3}_[0-9]{3}',
  words: 'steuer-?(?:id|identifikationsnummer)(?:-?n(?:umme)?r)?|steuer[- ]?idnr|idnr|tax[- _]?id|tin',
  chance: 1 / 10,
  valid(id) {
    const counts = new Map<string, number>();
    for (const digit of id.slice(0, 10)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
    const repeated = [...counts.values()].filter((count) => count > 1);
    return repeated.length === 1 && Number(repeated[0]) <= 3 && !/^\d*(\d)\1\1\d*\d$/.test(id) && hybrid1110(id);
  },
});

const spanishLetters = 'TRWAGMYFPDXBNJZSQVHLCKE';

/** Spanish DNI: the letter is the number modulo 23. Source: Real Decreto 1553/2005; Ministerio del Interior. */
export const esDni = nationalId({
  shape: '[0-9]{8}[_=]?[A-HJ-NP-TV-Za-hj-np-tv-z]'.replace('[_=]', `[${spaces}${dashes}]`),
  // A day in ISO 8601's basic form may end in Z, and one in 23 of them is the right letter.
  printed: /^(?!(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])Z$)/i,
  words: 'dni|nif|documento nacional(?: de identidad)?',
  chance: 1 / 23,
  valid: (id) => spanishLetters[Number(id.slice(0, 8)) % 23] === id[8],
});

/** Spanish NIE: as DNI, with X, Y, Z for 0, 1, 2 in front. Source: Orden INT/2058/2008. */
export const esNie = nationalId({
  shape: `[XYZxyz][${spaces}${dashes}]?[0-9]{7}[${spaces}${dashes}]?[A-HJ-NP-TV-Za-hj-np-tv-z]`,
  printed: /./,
  words: 'nie',
  chance: 1 / 23,
  valid: (id) => spanishLetters[Number(`${'XYZ'.indexOf(id[0] ?? '')}${id.slice(1, 8)}`) % 23] === id[8],
});

/**
 * French NIR: sex, year, month, department, commune, order, key 97 − n mod 97, where Corsica's 2A counts as 19, 2B as 18.
 * Months above 12 stand for incomplete civil records. Source: INSEE, structure of the NIR; décret 82-103.
 */
export const frNir = nationalId({
  shape: [
    '[1278][0-9]{4}(?:[0-9]{2}|2[ABab])[0-9]{8}',
    '[1278]_[0-9]{2}_[0-9]{2}_(?:[0-9]{2}|2[ABab])_[0-9]{3}_[0-9]{3}_?[0-9]{2}',
  ].join('|'),
  printed: /[ ABab]/,
  words:
    'nir|insee|n[°ºo]? ?(?:de )?s[ée]cu|s[ée]curit[ée] sociale|num[ée]ro de s[ée]cu(?:rit[ée] sociale)?|carte vitale',
  chance: 1 / 97,
  valid(id) {
    const month = Number(id.slice(3, 5));
    if (!((month >= 1 && month <= 12) || (month >= 20 && month <= 42) || month >= 50)) return false;
    const number = id.slice(0, 13).replace('2A', '19').replace('2B', '18');
    return 97 - remainder97(number) === Number(id.slice(13));
  },
});

/** NHS number: weights 10 to 2, modulo 11; a check of 10 is never issued. Source: NHS Data Dictionary, NHS NUMBER. */
export const ukNhs = nationalId({
  shape: '[0-9]{10}|[0-9]{3}_[0-9]{3}_[0-9]{4}|[0-9]{3}=[0-9]{3}=[0-9]{4}',
  words: 'nhs(?: (?:number|no))?',
  chance: 1 / 11,
  valid: (id) => !/^(\d)\1*$/.test(id) && weightedSum(id, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0,
});

/** Dutch BSN: weights 9 to 2 and −1, modulo 11 ("elfproef"). Source: Regeling BSN; Logisch Ontwerp BSN, RvIG. */
export const nlBsn = nationalId({
  shape: '[0-9]{9}|[0-9]{4}\\.[0-9]{2}\\.[0-9]{3}',
  words: 'bsn|burgerservicenummer|sofi-?nummer',
  chance: 1 / 11,
  valid: (id) => Number(id) > 0 && weightedSum(id, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0,
});

/**
 * Polish PESEL: date of birth with the century in the month, weights 1, 3, 7, 9, modulo 10.
 * Source: Ustawa o ewidencji ludności (2010), art. 15 and 19.
 */
export const plPesel = nationalId({
  shape: '[0-9]{11}',
  words: 'pesel',
  chance: 1 / 10,
  valid(id) {
    const month = Number(id.slice(2, 4));
    const century = [1900, 2000, 2100, 2200, 1800][Math.floor(month / 20)] ?? 0;
    const born = new Date(Date.UTC(century + Number(id.slice(0, 2)), (month % 20) - 1, Number(id.slice(4, 6))));
    return (
      born.getUTCMonth() === (month % 20) - 1 &&
      born.getUTCDate() === Number(id.slice(4, 6)) &&
      weightedSum(id, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0
    );
  },
});

/**
 * Brazilian CPF: two check digits modulo 11, where 10 is written 0; one digit eleven times is never issued.
 * Source: Receita Federal, Instrução Normativa RFB 1548/2015.
 */
export const brCpf = nationalId({
  shape: '[0-9]{11}|[0-9]{3}\\.[0-9]{3}\\.[0-9]{3}=[0-9]{2}',
  printed: /\./,
  words: 'cpf|cadastro de pessoas? f[íi]sicas?',
  chance: 1 / 100,
  valid(id) {
    const first = (weightedSum(id, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11;
    const second = (weightedSum(id, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11;
    return !/^(\d)\1*$/.test(id) && first % 10 === Number(id[9]) && second % 10 === Number(id[10]);
  },
});
