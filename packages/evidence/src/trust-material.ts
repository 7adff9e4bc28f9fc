import { createPublicKey, type KeyObject } from 'node:crypto';
import { shown, UserError } from '@modelgate/core';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toTrustMaterial, Verifier } from '@sigstore/verify';
import * as z from 'zod';
import { why } from './decision-words.ts';

/** One trusted_root.json, ready to verify with. */
export interface TrustRoot {
  readonly material: ReturnType<typeof toTrustMaterial>;
  readonly verifier: Verifier;
}

/** How to get a trust root of today; evidence outlives the certificates of those who sign it. */
export const freshTrustRoot =
  "Get the trust root of today: `gh attestation trusted-root > trusted_root.json` for GitHub's attestations, `cosign trusted-root create --with-default-services --out trusted_root.json` for the public Sigstore.";

/** What a trust root must have to be one; the rest is for Sigstore's own reader. */
const rootSchema = z.looseObject({
  mediaType: z.string().regex(/^application\/vnd\.dev\.sigstore\.trustedroot(\+json;version=0\.\d+|\.v0\.\d+\+json)$/),
  certificateAuthorities: z.array(z.looseObject({})).optional(),
  timestampAuthorities: z.array(z.looseObject({})).optional(),
  tlogs: z.array(z.looseObject({})).optional(),
  ctlogs: z.array(z.looseObject({})).optional(),
});

/**
 * Trust roots as they are handed in. Each stands alone: the authorities of one say nothing under the rules of another,
 * and GitHub's own instance has no certificate transparency log where the public Sigstore must have one.
 *
 * @param json a trusted_root.json, several in an array, or the text of a file with one or with one a line
 * @throws UserError evidence-untrusted when one of them cannot be used
 */
export function trustRoots(json: unknown): readonly TrustRoot[] {
  const documents = typeof json === 'string' ? parsed(json) : Array.isArray(json) ? json : [json];
  if (documents.length === 0) throw unusable('it is empty');
  return documents.map((one) => trustRoot(one));
}

function trustRoot(json: unknown): TrustRoot {
  const checked = rootSchema.safeParse(json);
  if (!checked.success) throw unusable(`it is no trusted_root.json of Sigstore: ${shown(json)}`);
  if (!checked.data.certificateAuthorities?.length) throw unusable('it names no certificate authority');
  let material: TrustRoot['material'];
  try {
    material = toTrustMaterial(TrustedRoot.fromJSON(checked.data));
  } catch (cause) {
    throw unusable(`one of its authorities or logs is incomplete or damaged${why(cause)}`, cause);
  }
  const options = { tlogThreshold: 0, timestampThreshold: 1, ctlogThreshold: material.ctlogs.length > 0 ? 1 : 0 };
  return { material, verifier: new Verifier(material, options) };
}

function parsed(text: string): readonly unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    try {
      return lines.map((line): unknown => JSON.parse(line));
    } catch (cause) {
      throw unusable('it is no JSON', cause);
    }
  }
}

function unusable(why: string, cause?: unknown): UserError {
  return new UserError('evidence-untrusted', `the trust root cannot be used: ${why}`, { how: freshTrustRoot, cause });
}

const curves: readonly (string | undefined)[] = ['prime256v1', 'secp384r1', 'secp521r1'];

/**
 * The public key that vouches for evidence.
 *
 * @param pem SubjectPublicKeyInfo, as cosign writes cosign.pub: ECDSA on P-256, P-384 or P-521, Ed25519, or RSA of 2048 bits and more
 * @throws UserError key-unusable
 */
export function trustedKey(pem: string): KeyObject {
  const labels = [...pem.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----/g)].map(([, label]) => label ?? '');
  const [label] = labels;
  if (label === undefined) throw badKey(pem.trim() === '' ? 'is empty' : 'is no PEM');
  if (labels.some((one) => one.includes('PRIVATE'))) {
    throw badKey('is a private key', 'Evidence is verified with the public key: `cosign public-key --key cosign.key`.');
  }
  if (labels.length > 1) throw badKey(`holds ${labels.length} keys`, 'Name one public key.');
  if (label === 'CERTIFICATE') throw badKey('is a certificate');
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    throw badKey('cannot be read as a public key');
  }
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  const kind = key.asymmetricKeyType;
  if (kind === 'ed25519' || (kind === 'ec' && curves.includes(namedCurve))) return key;
  if (kind === 'rsa' && modulusLength >= 2048) return key;
  throw badKey(kind === 'rsa' ? `is an RSA key of ${modulusLength} bits` : `is a key for ${namedCurve ?? kind}`);
}

function badKey(what: string, how?: string): UserError {
  return new UserError('key-unusable', `the public key that evidence is verified with ${what}`, {
    how:
      how ??
      'Name a public key in PEM, as `cosign generate-key-pair` writes cosign.pub: ECDSA P-256, P-384 or P-521, Ed25519, or RSA of 2048 bits and more.',
  });
}
