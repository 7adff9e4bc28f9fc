import type { PrivacyContract } from '@modelgate/core';
import { type PersonalDataKind, personalDataGroups, personalDataKinds } from './personal-data.ts';
import type { PersonalColumnKind } from './personal-data-column.ts';

export type ForbiddenKind = NonNullable<PrivacyContract['forbid']>[number];

/** What only a column's name tells. */
export type NamedKind = 'name' | 'birth-date' | 'address';

export const words: Readonly<Record<PersonalDataKind | NamedKind, string>> = {
  email: 'an e-mail address',
  phone: 'a phone number',
  'payment-card': 'a payment card number',
  iban: 'an IBAN',
  'us-ssn': 'a US social security number',
  'de-tax-id': 'a German tax id',
  'es-dni': 'a Spanish DNI',
  'es-nie': 'a Spanish NIE',
  'fr-nir': 'a French NIR',
  'uk-nhs': 'an NHS number',
  'nl-bsn': 'a Dutch BSN',
  'pl-pesel': 'a Polish PESEL',
  'br-cpf': 'a Brazilian CPF',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  mac: 'a MAC address',
  name: 'a person’s name',
  'birth-date': 'a date of birth',
  address: 'a postal address',
};

export const namedKinds: Readonly<Record<NamedKind, readonly PersonalColumnKind[]>> = {
  name: ['given-name', 'surname', 'full-name'],
  'birth-date': ['birth-date'],
  address: ['postal-address'],
};

/** What a column's name announces of what its values can be told by. */
const announced: Readonly<Partial<Record<PersonalColumnKind, readonly PersonalDataKind[]>>> = {
  email: ['email'],
  phone: ['phone'],
  'payment-card': ['payment-card'],
  iban: ['iban'],
  'national-id': personalDataGroups['national-id'],
  ip: personalDataGroups.ip,
  mac: ['mac'],
};

export function announces(name: PersonalColumnKind | undefined, kind: PersonalDataKind): boolean {
  return name !== undefined && announced[name]?.includes(kind) === true;
}

/** Each kind once, groups written out. */
export function forbiddenKinds(forbid: readonly ForbiddenKind[]): {
  readonly byValue: readonly PersonalDataKind[];
  readonly byName: readonly NamedKind[];
} {
  const all = new Set<string>(
    forbid.flatMap((kind): readonly string[] =>
      kind === 'national-id' || kind === 'ip' ? personalDataGroups[kind] : [kind],
    ),
  );
  return {
    byValue: personalDataKinds.filter((kind) => all.has(kind)),
    byName: (['name', 'birth-date', 'address'] as const).filter((kind) => all.has(kind)),
  };
}

/** Kinds that are written as bare digits, so that a column of integers can hold them. */
export const kindsOfDigits: ReadonlySet<PersonalDataKind> = new Set([
  'payment-card',
  ...personalDataGroups['national-id'],
]);
