/** What a column's name says about its values. */
export type PersonalColumnKind =
  | 'given-name'
  | 'surname'
  | 'full-name'
  | 'birth-date'
  | 'birth-place'
  | 'email'
  | 'phone'
  | 'postal-address'
  | 'payment-card'
  | 'iban'
  | 'national-id'
  | 'identity-document'
  | 'ip'
  | 'mac'
  | 'user-name'
  | 'password';

/**
 * Names in English, German, French, Spanish, Portuguese, Italian, Dutch and Polish; words without diacritics, in any
 * of snake, camel and kebab case, or written together. `name` alone says nothing: airlines have one.
 */
const vocabulary: Readonly<Record<PersonalColumnKind, string>> = {
  'given-name':
    'first name, given name, forename, middle name, fname, vorname, rufname, prenom, nombre de pila, primeiro nome, voornaam, imie',
  surname:
    'last name, surname, family name, maiden name, lname, nachname, familienname, geburtsname, zuname, nom de famille, nom de naissance, apellido, apellidos, primer apellido, segundo apellido, sobrenome, cognome, achternaam, nazwisko',
  'full-name':
    'full name, person name, patient name, customer name, client name, employee name, passenger name, student name, contact name, recipient name, cardholder name, account holder, cardholder, vollstandiger name, kundenname, nom complet, nombre completo, nombre y apellidos, nome completo, volledige naam, imie i nazwisko',
  'birth-date':
    'dob, birth date, birthday, birth day, date of birth, born on, geburtsdatum, geburtstag, geb datum, date de naissance, date naissance, fecha de nacimiento, fecha nacimiento, data de nascimento, data nascimento, data di nascita, geboortedatum, data urodzenia',
  'birth-place':
    'birth place, place of birth, geburtsort, lieu de naissance, lugar de nacimiento, local de nascimento, luogo di nascita, geboorteplaats, miejsce urodzenia',
  email:
    'email, e mail, email address, e mail address, mail address, email addr, e mail adresse, adresse mail, adresse email, courriel, correo, correo electronico, posta elettronica, emailadres',
  phone:
    'phone, phone number, phone no, telephone, telephone number, tel, tel no, mobile, mobile number, mobile phone, cell phone, cellphone, msisdn, fax, fax number, telefon, telefonnummer, rufnummer, handy, handynummer, mobilnummer, telephone portable, numero de telephone, telefono, numero de telefono, telefono movil, celular, telefone, cellulare, telefoonnummer, numer telefonu',
  'postal-address':
    'street, street address, home address, postal address, address line, mailing address, billing address, shipping address, residential address, strasse, hausnummer, anschrift, wohnadresse, adresse postale, rue, direccion, domicilio, calle, endereco, logradouro, indirizzo, straatnaam, ulica',
  'payment-card':
    'card number, credit card, credit card number, debit card number, cc number, ccnum, pan number, kreditkarte, kreditkartennummer, kartennummer, numero de carte, carte bancaire, numero de tarjeta, tarjeta de credito, numero do cartao, cartao de credito, carta di credito',
  iban: 'iban, iban number, bank account, bank account number, account iban, kontonummer, numero de cuenta, rekeningnummer',
  'national-id':
    'ssn, social security number, social security no, national id, national insurance number, nino, nhs number, nhs no, tax id number, steuer id, steueridentifikationsnummer, steuer idnr, sozialversicherungsnummer, dni, nie, nif, nir, numero de securite sociale, numero secu, bsn, burgerservicenummer, pesel, cpf, codice fiscale, curp, aadhaar, aadhaar number, personnummer',
  'identity-document':
    'passport, passport number, passport no, driver license, drivers license, driver licence, driving licence number, drivers license number, id card number, reisepass, reisepassnummer, personalausweisnummer, ausweisnummer, fuhrerscheinnummer, numero de passeport, pasaporte, numero de pasaporte, passaporte',
  ip: 'ip, ip address, ip addr, client ip, remote ip, source ip, src ip, remote addr, ipv4, ipv6, ip adresse, adresse ip, direccion ip',
  mac: 'mac address, mac addr, mac adresse, adresse mac, hardware address',
  'user-name': 'user name, login name, benutzername, nom d utilisateur, nombre de usuario, twitter handle, skype name',
  password: 'password, passwd, passwort, kennwort, mot de passe, contrasena, senha, wachtwoord, haslo',
};

/** Words that say whose it is or which one, and change nothing about what it is. */
const bystanders = new Set(
  'customer client user patient employee passenger student contact person member guest driver owner applicant recipient sender buyer seller subscriber cardholder holder emergency primary secondary main alternate alt home work private business personal billing shipping mailing legal old new current previous raw plain clean original normalized kunde kunden patienten mitarbeiter cliente usuario utilisateur 1 2 3 4 a b'.split(
    ' ',
  ),
);

const kindOfWords = new Map(
  Object.entries(vocabulary).flatMap(([kind, phrases]) =>
    phrases.split(', ').map((phrase) => [phrase.replaceAll(' ', ''), kind as PersonalColumnKind] as const),
  ),
);

/**
 * What kind of personal data a column's name announces, or undefined. The whole name must say so, words of whose it is
 * aside: `customer_email_2` does, `email_count`, `has_phone`, `host_name` and `first_seen` do not.
 */
export function personalColumn(name: string): PersonalColumnKind | undefined {
  const words = wordsOf(name);
  for (let start = 0; start < words.length; start++) {
    if (start > 0 && !bystanders.has(words[start - 1] ?? '')) return undefined;
    for (let end = words.length; end > start; end--) {
      const kind = kindOfWords.get(words.slice(start, end).join(''));
      if (kind !== undefined && words.slice(end).every((word) => bystanders.has(word))) return kind;
    }
  }
  return undefined;
}

/**
 * The same for all columns of a table, in their order; names that say nothing alone are told by their neighbours:
 * `first` beside `last`, and `name` beside a column of a given name, a surname or a birth date.
 */
export function personalColumns(
  names: readonly string[],
): readonly { readonly column: string; readonly kind: PersonalColumnKind }[] {
  const known = new Map(names.map((column) => [column, personalColumn(column)]));
  const called = (word: string) => names.filter((column) => wordsOf(column).join(' ') === word);
  const learn = (word: string, kind: PersonalColumnKind) => {
    for (const column of called(word)) known.set(column, kind);
  };
  if (called('first').length > 0 && called('last').length > 0) {
    learn('first', 'given-name');
    learn('middle', 'given-name');
    learn('last', 'surname');
  }
  const kinds = new Set(known.values());
  if (kinds.has('given-name') || kinds.has('surname') || kinds.has('birth-date')) learn('name', 'full-name');
  return names.flatMap((column) => {
    const kind = known.get(column);
    return kind === undefined ? [] : [{ column, kind }];
  });
}

function wordsOf(name: string): readonly string[] {
  return name
    .replaceAll('ß', 'ss')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replaceAll('ł', 'l')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(/(\p{L})(\p{N}+)$/u, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}
