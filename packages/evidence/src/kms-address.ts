import { UserError } from '@modelgate/core';

/** A key in a key service, as cosign writes it. */
export type KmsAddress = AwsAddress | VaultAddress | GoogleAddress;

export interface AwsAddress {
  readonly kind: 'aws';
  /** https://host of a service other than AWS's own. */
  readonly endpoint: string | undefined;
  /** Id, alias or ARN. */
  readonly key: string;
  /** Of an ARN. */
  readonly region: string | undefined;
}

export interface VaultAddress {
  readonly kind: 'vault';
  readonly key: string;
}

export interface GoogleAddress {
  readonly kind: 'google';
  /** Resource name: projects/…/cryptoKeys/… */
  readonly key: string;
  readonly version: string | undefined;
}

/**
 * Reads `awskms://[endpoint]/<id | alias/name | arn>`, `hashivault://<key>`, `openbao://<key>` and
 * `gcpkms://projects/…/cryptoKeys/<key>[/cryptoKeyVersions/<n>]`.
 *
 * @throws UserError signing-unavailable for anything else; what was written is shown only as far as it is no secret
 */
export function kmsAddress(uri: string): KmsAddress {
  const [, scheme, rest = ''] = /^([a-z][a-z0-9]{1,20}):\/\/(.*)$/.exec(uri.trim()) ?? [];
  switch (scheme) {
    case 'awskms':
      return awsAddress(rest);
    case 'hashivault':
    case 'openbao':
      return vaultAddress(scheme, rest);
    case 'gcpkms':
      return googleAddress(rest);
    case undefined:
      throw refusal('the address of the signing key in a key service has no scheme such as awskms://', forms);
    default:
      throw refusal(`keys at ${scheme}:// cannot be used`, forms);
  }
}

const forms =
  'write awskms:///alias/<name>, hashivault://<key> or gcpkms://projects/<p>/locations/<l>/keyRings/<r>/cryptoKeys/<k>; for other services keep a cosign key in a protected environment';

const uuid = /^(mrk-)?[0-9A-Fa-f]{8}-?([0-9A-Fa-f]{4}-?){3}[0-9A-Fa-f]{12}$/;
const alias = /^alias\/[\w/-]{1,250}$/;

function awsAddress(rest: string): AwsAddress {
  const [, host = '', written = ''] = /^([A-Za-z0-9.:[\]-]*)\/(.+)$/.exec(rest) ?? [];
  const [, region, resource] = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:(?:key\/)?(.+)$/.exec(written) ?? [];
  const key = resource ?? written;
  if (!uuid.test(key) && !alias.test(key)) {
    throw refusal(
      'the address after awskms:// names no key of AWS KMS',
      'write awskms:///alias/<name>, awskms:///<key id> or awskms:///<arn>, with three slashes where no endpoint is meant',
    );
  }
  return { kind: 'aws', endpoint: host === '' ? undefined : `https://${host}`, key: written, region };
}

function vaultAddress(scheme: string, key: string): VaultAddress {
  if (/^\w([\w.-]{0,200}\w)?$/.test(key)) return { kind: 'vault', key };
  throw refusal(
    `the address after ${scheme}:// names no key of the transit engine`,
    `write ${scheme}://<key>; the server is named by VAULT_ADDR, and another mount by TRANSIT_SECRET_ENGINE_PATH`,
  );
}

function googleAddress(rest: string): GoogleAddress {
  const part = '[^/\\s?#]{1,100}';
  const form = new RegExp(
    `^(projects/${part}/locations/${part}/keyRings/${part}/cryptoKeys/${part})(?:/(?:cryptoKeyVersions|versions)/(\\d{1,9}))?$`,
  );
  const [, key, version] = form.exec(rest) ?? [];
  if (key !== undefined && !key.includes('..')) return { kind: 'google', key, version };
  throw refusal(
    'the address after gcpkms:// names no key of Cloud KMS',
    'write gcpkms://projects/<p>/locations/<l>/keyRings/<r>/cryptoKeys/<k>/cryptoKeyVersions/<n>',
  );
}

function refusal(message: string, how: string): UserError {
  return new UserError('signing-unavailable', message, { how });
}
