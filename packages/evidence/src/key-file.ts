import { createPrivateKey, type KeyObject } from 'node:crypto';
import { UserError } from '@modelgate/core';

export interface SigningKey {
  /** PKCS#8, SEC1 or PKCS#1 in PEM, plain or encrypted, or cosign's own encrypted form. */
  readonly pem: string;
  readonly password?: string | undefined;
}

/**
 * Reads a private key. What it says when it cannot never holds a part of the key: OpenSSL's and JSON's own words are not
 * passed on.
 *
 * @throws UserError key-unusable
 */
export async function readSigningKey({ pem, password }: SigningKey): Promise<KeyObject> {
  const block = privateBlock(pem);
  if (sealedByCosign.has(block.label)) {
    const { openCosignKey } = await import('./key-cosign.ts');
    return await openCosignKey(block.body, password);
  }
  const encrypted = block.label === 'ENCRYPTED PRIVATE KEY' || /^Proc-Type:.*ENCRYPTED/m.test(block.body);
  try {
    return createPrivateKey({ key: block.text, format: 'pem', passphrase: encrypted ? (password ?? '') : undefined });
  } catch {
    if (!encrypted) throw unusable('the signing key is damaged', 'copy the whole file once more, unchanged');
    const what = password ? 'this password does not open the signing key' : 'a password protects the signing key';
    throw unusable(what, 'give its password, without a line end after it');
  }
}

interface PemBlock {
  readonly label: string;
  /** With its first and last line. */
  readonly text: string;
  readonly body: string;
}

const sealedByCosign: ReadonlySet<string> = new Set([
  'ENCRYPTED SIGSTORE PRIVATE KEY',
  'ENCRYPTED COSIGN PRIVATE KEY', // before cosign 2
]);
const privateLabels: ReadonlySet<string> = new Set([
  'PRIVATE KEY',
  'EC PRIVATE KEY',
  'RSA PRIVATE KEY',
  'ENCRYPTED PRIVATE KEY',
  ...sealedByCosign,
]);

function privateBlock(pem: string): PemBlock {
  const text = pem.trim();
  if (text === '') {
    throw unusable(
      'the signing key is empty',
      'give the secret that holds it to this step; runs for pull requests of forks and of Dependabot get no secrets',
    );
  }
  if (/\\n/.test(text) || (text.startsWith('-----BEGIN') && !text.includes('\n'))) {
    throw unusable(
      'the line ends of the signing key are lost',
      'store the file as it is, with its lines: `gh secret set NAME < cosign.key`',
    );
  }
  const blocks = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]{1,60})-----([^-]*(?:-[^-]+)*)-----END \1-----/g)].map(
    ([whole, label = '', body = '']): PemBlock => ({ label, text: whole, body }),
  );
  const [first, ...others] = blocks.filter(({ label }) => privateLabels.has(label));
  if (first === undefined) throw noPrivateKey(text, blocks[0]?.label);
  if (others.length > 0) throw unusable(`the signing key holds ${others.length + 1} keys`, 'give one key');
  return first;
}

function noPrivateKey(text: string, label: string | undefined): UserError {
  if (label === undefined) {
    return text.includes('-----BEGIN')
      ? unusable('the signing key has no END line: a part of it is missing', 'copy the whole file once more')
      : unusable(
          'the signing key is no PEM',
          'give what the file holds, from -----BEGIN to the END line, and not its path',
        );
  }
  if (label === 'PUBLIC KEY' || label === 'RSA PUBLIC KEY') {
    return unusable('the signing key is a public one', 'sign with the private half (cosign.key); this one verifies');
  }
  if (label === 'OPENSSH PRIVATE KEY') {
    return unusable(
      "the signing key is in OpenSSH's own form, which cosign does not read",
      'make one with `cosign generate-key-pair`',
    );
  }
  const article = /^[AEIO]/.test(label) ? 'an' : 'a';
  return unusable(`the signing key is ${article} ${label}`, 'give a private key in PEM, such as cosign.key');
}

function unusable(message: string, how: string): UserError {
  return new UserError('key-unusable', message, { how });
}
