import { getIDToken } from '@actions/core';
import { UserError } from '@modelgate/core';
import type { Signer } from '@modelgate/evidence';
import type { Place } from './place.ts';

/** Who signs, as the inputs of the attesting action say. */
export interface SigningInputs {
  readonly sign: string;
  readonly key: string;
  readonly 'key-password': string;
  readonly 'fulcio-url': string;
  readonly 'rekor-url': string;
  readonly 'timestamp-url': string;
}

/**
 * @param visibility of the repository, where its token says so
 * @throws UserError policy-invalid, key-unusable, signing-unavailable
 */
export async function signerOf(
  inputs: SigningInputs,
  { env, now, run }: Place,
  visibility: string | undefined,
): Promise<Signer> {
  const evidence = await import('@modelgate/evidence');
  const { sign } = inputs;
  if (sign === 'key')
    return await evidence.keySigner({ pem: inputs.key, password: inputs['key-password'] || undefined });
  if (/^[a-z0-9]+:\/\//.test(sign)) return await evidence.kmsSigner(sign, { env, fetch, now });
  if (sign !== 'github' && sign !== 'sigstore')
    throw new UserError('policy-invalid', `input sign: "${sign.slice(0, 40)}" is not allowed`, {
      how: 'write github, sigstore, key, or the address of a key such as awskms:///alias/modelgate',
    });
  const { 'fulcio-url': fulcioUrl, 'rekor-url': rekorUrl, 'timestamp-url': tsaUrl } = inputs;
  const own = { fulcioUrl, ...(rekorUrl === '' ? {} : { rekorUrl }), ...(tsaUrl === '' ? {} : { tsaUrl }) };
  // as actions/attest: GitHub signs for public repositories with the public Sigstore
  const known =
    sign === 'sigstore' || visibility === 'public' ? evidence.publicSigstore : evidence.githubSigstoreOf(run.serverUrl);
  return evidence.keylessSigner({ instance: fulcioUrl === '' ? known : own, identityToken });
}

async function identityToken(audience: string): Promise<string> {
  try {
    return await getIDToken(audience);
  } catch (error) {
    throw new UserError('signing-unavailable', "this job's identity token could not be had", {
      how: 'give the attesting job `permissions: { id-token: write }`; pull requests of forks cannot have it',
      cause: error,
    });
  }
}

/** With a key no token is needed; without one nobody learns which reusable workflow signed. */
export async function ownToken(): Promise<string | undefined> {
  return await getIDToken('modelgate').catch(() => undefined);
}
