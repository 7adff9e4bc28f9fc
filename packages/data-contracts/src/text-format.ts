import type { formats } from '@modelgate/core';

type Format = (typeof formats)[number];

const octet = '(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const hex = '[0-9a-fA-F]{1,4}';
const date = '[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])';
const time = '([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\\.[0-9]+)?';

/** Groups of an IPv6 address: all eight, or fewer with one `::` that stands for at least one group of zeros. */
const ipv6 = [
  `(${hex}:){7}${hex}`,
  `(${hex}:){1,7}:`,
  ...[1, 2, 3, 4, 5, 6].map((after) => `(${hex}:){1,${7 - after}}(:${hex}){1,${after}}`),
  `:(:${hex}){1,7}`,
  '::',
  `::([fF]{4}:)?${octet}(\\.${octet}){3}`,
].join('|');

const patterns: Readonly<Record<Format, string>> = {
  // HTML's own definition of a valid e-mail address (WHATWG, input type=email), with a dot in the domain
  email:
    "^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(\\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)+$",
  // RFC 3986: a scheme, and what may follow it
  uri: "^[a-zA-Z][a-zA-Z0-9+.-]*:[A-Za-z0-9._~:/?#@!$&'()*+,;=%\\[\\]-]+$",
  // RFC 9562
  uuid: '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$',
  ipv4: `^${octet}(\\.${octet}){3}$`,
  ipv6: `^(${ipv6})$`,
  // RFC 3339
  date: `^${date}$`,
  time: `^${time}(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?$`,
  'date-time': `^${date}[Tt ]${time}([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?$`,
  // the shape of ISO 3166-1 alpha-2, ISO 4217 and BCP 47: which codes are assigned changes from year to year
  country: '^[A-Z]{2}$',
  currency: '^[A-Z]{3}$',
  language: '^[a-z]{2,3}(-[A-Za-z]{4})?(-([A-Z]{2}|[0-9]{3}))?$',
};

/** The regular expression (RE2) of a format; the whole value has to match. */
export function patternOf(format: Format): string {
  return patterns[format];
}
