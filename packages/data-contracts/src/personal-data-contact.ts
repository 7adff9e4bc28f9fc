import {
  dashes,
  namedOtherwise,
  type PersonalDataDetector,
  type Surroundings,
  spaces,
  sqlEnd,
  textStart,
} from './personal-data-detector.ts';

const emailShape = String.raw`[\p{L}\p{N}.!#$%&'*+/=?^_{|}~-]{1,64}@[\p{L}\p{N}][\p{L}\p{N}.-]{2,252}`;

/**
 * Addresses as people write them: a dot-atom, `@`, a domain of letters. Source: RFC 5322 section 3.4.1, lengths RFC 5321
 * section 4.5.3.1, letters beyond ASCII RFC 6531. Quoted local parts and address literals are not looked for.
 */
export const email: PersonalDataDetector = {
  sql: String.raw`[\p{L}\p{N}!#$%&'*+/=?^_{|}~-]@[\p{L}\p{N}][\p{L}\p{N}.-]*\.[\p{L}]{2}`,
  chance: 0,
  whole: (text) => new RegExp(`^${emailShape}$`, 'u').test(text) && emailLength(text) === text.length,
  candidates: new RegExp(`(?<![\\p{L}\\p{N}.!#$%&'*+/=?^_{|}~-])${emailShape}`, 'gu'),
  accepted(candidate, { before, after }) {
    const length = emailLength(candidate);
    // user:password@host of a URL, and git@host:path, are no mailboxes.
    if (/:\/\/[^\s/]*$/.test(before + candidate.slice(0, candidate.indexOf('@')))) return 0;
    if (/^git@/.test(candidate) && (candidate + after).charAt(length) === ':') return 0;
    return length;
  },
};

/** Endings that look like a domain's last label and are a file's: image@2x.png, theme@dark.css; or a systemd unit's. */
const fileEndings = new Set(
  'png jpg jpeg gif svg webp avif ico css scss js mjs cjs jsx ts tsx json jsonl html htm xml pdf txt csv tsv yml yaml toml lock parquet whl jar tgz gz service socket timer target slice scope mount'.split(
    ' ',
  ),
);

function emailLength(candidate: string): number {
  const address = candidate.replace(/[.-]+$/, '');
  const at = address.indexOf('@');
  const local = address.slice(0, at);
  const domain = address.slice(at + 1);
  const labels = domain.split('.');
  const top = labels.at(-1) ?? '';
  const plausible =
    !/^\.|\.\.|\.$/.test(local) &&
    /[\p{L}\p{N}]/u.test(local) &&
    labels.length > 1 &&
    labels.every((label) => /^[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u.test(label)) &&
    /^(?:\p{L}{2,63}|xn--[a-z0-9-]+)$/iu.test(top) &&
    !fileEndings.has(top.toLowerCase()) &&
    // package@1.2.3-rc.one is a version.
    !/^v?\d+\.\d+[.-]/.test(domain);
  return plausible ? address.length : 0;
}

/** Assigned country codes of E.164, by their first digits. Source: ITU-T, List of E.164 assigned country codes. */
const countryCode =
  /^(?:1|7|2(?:0|7|1[12368]|[234][0-9]|5[0-8]|6[0-9]|9[01789])|3(?:[0-469]|5[0-9]|7[0-9]|8[0-35-79])|4(?:[013-9]|2[013])|5(?:[1-8]|0[0-9]|9[0-9])|6(?:[0-6]|7[02-9]|8[0-35-9]|9[0-2])|8(?:[1246]|0[08]|5[02356]|7[08]|8[0-368])|9(?:[0-58]|6[0-8]|7[0-79]|9[2-68]))/;

/** North American numbers: area and exchange begin with 2 to 9 and are no N11; N9X is kept back. Source: NANPA. */
function isNorthAmerican(digits: string): boolean {
  return /^[2-9](?!11|9)\d{2}[2-9](?!11)\d{6}$/.test(digits);
}

function isInternational(digits: string): boolean {
  if (digits.length < 8 || digits.length > 15 || !countryCode.test(digits)) return false;
  if (/^(\d)\1*$/.test(digits.slice(2))) return false;
  if (digits[0] === '7') return digits.length === 11;
  return digits[0] !== '1' || (digits.length === 11 && isNorthAmerican(digits.slice(1)));
}

const gap = `[${spaces}${dashes}]`;
const international = `\\+[1-9](?:[./()${spaces}${dashes}]{0,2}[0-9]){6,16}`;
/** The forms of national numbers that their separators tell from other numbers. */
const printed = [
  `00[1-9][0-9]{0,2}(?:[/${spaces}${dashes}]{1,2}[0-9]{1,9}){2,6}`, // 0049 30 1234567
  `(?:1[.${spaces}${dashes}])?\\([2-9][0-9]{2}\\)${gap}?[2-9][0-9]{2}[.${spaces}${dashes}][0-9]{4}`, // (415) 555-2671
  `(?:1[.${spaces}${dashes}])?[2-9][0-9]{2}[.${dashes}][2-9][0-9]{2}[.${dashes}][0-9]{4}`, // 415-555-2671
  `0[1-9](?:[${spaces}.][0-9]{2}){4}`, // 01 23 45 67 89
  `\\(?0[1-9]\\)?${gap}[0-9]{4}${gap}[0-9]{4}`, // 03-1234-5678, (02) 9999 9999
  `\\(?0[1-9][0-9]{1,3}\\)?(?:${gap}|${gap}?/${gap}?)[0-9]{3,8}(?:${gap}[0-9]{2,5}){0,3}`, // 030 1234567, 0171/1234567
  `\\(?0[1-9][0-9]{3}\\)?${gap}[0-9]{3}${gap}?[0-9]{3}`, // 01632 960 001
];
const bare = '0[1-9][0-9]{7,10}|1?[2-9][0-9]{9}|[2-9][0-9]{2}[ \u00A0\u202F][2-9][0-9]{2}[ \u00A0\u202F][0-9]{4}';
const phoneShape = `(?:${[international, ...printed].join('|')})`;
const bareNumber = new RegExp(`^(?:${bare})$`);
const phoneWord =
  /(?<!\p{L})(?:tel|tél|telefon\p{L}*|telephone|téléphone|tel[ée]fono|telefone|phone|fon|fone|mobile?|mobiltelefon|handy|cell|cellphone|celular|m[óo]vil|portable|rufnummer|whatsapp|sms|fax)(?!\p{L})[^\p{L}\d]*(?:(?:number|no|nr|nummer|num|is|n[º°])(?!\p{L})[^\p{L}\d]*)?$/iu;
const unit =
  /^[\s\u00A0]?(?:[kMGT]?i?[Bb]|bits?|bytes?|mm|cm|m|km|[µun]m|[mµun]?s|sec|min|k?g|mg|m[lLVAW]|[kMG]?Hz|k?[VW]|kWh|h?Pa|bar|rpm|px|°|%|€|\$|£|rows?|items?|records?|USD|EUR|GBP)(?![\p{L}\p{N}])/u;

/**
 * Telephone numbers: E.164 with any separators, and national writings of North America, Germany, the United Kingdom,
 * France, Japan, Australia and those alike. Digits without `+` and separators are one only beside a word such as "tel".
 * Source: ITU-T E.164 and E.123.
 */
export const phone: PersonalDataDetector = {
  sql: `(?:^|[^0-9A-Za-z_.+-])(?:${international}|(?:${[...printed, bare].join('|')})${sqlEnd})`,
  chance: 0,
  whole: (text) => new RegExp(`^${phoneShape}$`).test(text) && isPhone(text),
  candidates: new RegExp(`${textStart}(?:${phoneShape}|(?:${bare})(?![\\p{L}\\p{N}_]))`, 'gu'),
  accepted(candidate, around) {
    for (const head of heads(candidate)) {
      if (isPhone(head, phoneWord.test(around.before)) && standsAlone(head, candidate, around)) return head.length;
    }
    return 0;
  },
};

/** The candidate, then without its last groups: what follows a number in a text may be a number as well. */
function* heads(candidate: string): Iterable<string> {
  for (let end = candidate.length; end > 7; end = candidate.lastIndexOf(' ', end - 1))
    yield candidate.slice(0, end).trimEnd();
}

function standsAlone(head: string, candidate: string, { before, after }: Surroundings): boolean {
  const rest = candidate.slice(head.length) + after;
  if (/^[\p{L}\p{N}_]|^[.,:/-][\p{L}\p{N}_]/u.test(rest) || unit.test(rest)) return false;
  // Groups of digits before it make it a part of something longer; a clock or a date may stand before it in a log.
  return head.startsWith('+') || !(namedOtherwise(before) || /\d[.:/-]$|(?<![\d.:/-])\d+ $/.test(before));
}

function isPhone(text: string, named = false): boolean {
  const digits = text.replace(/\(0\)/, '').replace(/\D/g, '');
  if (!/^[^()]*(?:\([^()]*\)[^()]*)?$/.test(text)) return false;
  // +44.2079460958 is the registries' writing (RFC 5733), +4.36755379 a number with its sign, +40.20361-075.00417 a place.
  if (/^\+\d+\.\d{4}/.test(text) && !named) return false;
  if (text.startsWith('+')) return isInternational(digits);
  if (bareNumber.test(text)) return named && (digits[0] === '0' || isNorthAmerican(digits.replace(/^1/, '')));
  if (digits.startsWith('00')) return isInternational(digits.slice(2));
  // 02110-1301 is a postcode of the United States (ZIP+4).
  if (/^\d{5}-\d{4}$/.test(text)) return false;
  if (digits.startsWith('0')) return digits.length >= 9 && digits.length <= 11 && !/-(?:19|20)\d{2}-/.test(text);
  return isNorthAmerican(digits.replace(/^1/, '')) && new Set(text.match(/[.-]/g)).size <= 1;
}
