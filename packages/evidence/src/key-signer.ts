import { createPublicKey, sign } from 'node:crypto';
import { verifyingKey } from './key-algorithm.ts';
import { readSigningKey, type SigningKey } from './key-file.ts';
import type { Signer } from './signer.ts';

/**
 * Signs with a key of one's own, such as `cosign generate-key-pair` makes.
 *
 * @throws UserError key-unusable when it cannot be read, or when not every verifier could use it
 */
export async function keySigner(key: SigningKey): Promise<Signer> {
  const privateKey = await readSigningKey(key);
  const { pem, hint, name } = verifyingKey(createPublicKey(privateKey));
  return {
    kind: 'key',
    description: `the key ${hint} (${name})`,
    publicKey: pem,
    sign: async (preAuthEncoding) => ({ kind: 'public-key', bytes: sign('sha256', preAuthEncoding, privateKey), hint }),
  };
}
