import { createHash, verify } from 'node:crypto';
import { UserError } from '@modelgate/core';
import { verifyingKey } from './key-algorithm.ts';
import { type KmsAddress, kmsAddress } from './kms-address.ts';
import type { KmsWorld } from './kms-http.ts';
import type { KmsKey } from './kms-key.ts';
import type { Signer } from './signer.ts';

/**
 * Signs with a key that never leaves a key service: AWS KMS, the transit engine of Vault or OpenBao, Google's Cloud KMS.
 * Its public key is asked for at once, so that what is wrong is known before there is anything to sign.
 *
 * @param uri  as cosign writes it: `awskms://[endpoint]/key`, `hashivault://key`, `gcpkms://projects/…`
 * @throws UserError key-unusable for a kind of key that not every verifier can use; signing-unavailable for the rest
 */
export async function kmsSigner(uri: string, world: KmsWorld): Promise<Signer> {
  const key = await openKey(kmsAddress(uri), world);
  const { pem, hint, name } = verifyingKey(key.publicKey);
  return {
    kind: 'kms',
    description: `the key ${hint} (${name}) in ${key.service}`,
    publicKey: pem,
    sign: async (preAuthEncoding) => {
      const bytes = await key.sign(createHash('sha256').update(preAuthEncoding).digest());
      if (!verify('sha256', preAuthEncoding, key.publicKey, bytes)) throw wrongSignature(key);
      return { kind: 'public-key', bytes, hint };
    },
  };
}

async function openKey(address: KmsAddress, world: KmsWorld): Promise<KmsKey> {
  switch (address.kind) {
    case 'aws': {
      const { awsKey } = await import('./kms-aws.ts');
      return await awsKey(address, world);
    }
    case 'vault': {
      const { vaultKey } = await import('./kms-vault.ts');
      return await vaultKey(address, world);
    }
    case 'google': {
      const { googleKey } = await import('./kms-google.ts');
      return await googleKey(address, world);
    }
  }
}

function wrongSignature({ service }: KmsKey): UserError {
  return new UserError('signing-unavailable', `${service} made a signature that its own public key does not verify`, {
    how: 'run the step again; the key may have been rotated in between',
  });
}
