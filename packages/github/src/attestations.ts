import * as z from 'zod';
import { ApiError } from './api-error.ts';
import type { Client } from './client.ts';

export type StoredAttestation =
  | { readonly stored: true; readonly id: number }
  /** What happened and how to mend it, in whole sentences: not every plan has attestations for private repositories. */
  | { readonly stored: false; readonly notice: string };

const created = z.object({ id: z.int() });

/**
 * Stores a Sigstore bundle among the repository's attestations. Whether the plan has them is found out by asking.
 *
 * @param bundle the bundle's JSON
 * Source: GitHub's REST API, "Create an attestation".
 */
export async function storeAttestation(client: Client, bundle: string): Promise<StoredAttestation> {
  const operation = { what: 'store an attestation', permission: 'attestations: write' };
  const parsed = z.record(z.string(), z.unknown()).parse(JSON.parse(bundle));
  try {
    const { id } = await client.json('POST /repos/{owner}/{repo}/attestations', { bundle: parsed }, created, {
      operation,
    });
    return { stored: true, id };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { stored: false, notice: [error.message, error.how].filter(Boolean).join(' ') };
  }
}

const listed = z.object({
  attestations: z.array(z.object({ repository_id: z.int().optional(), bundle: z.record(z.string(), z.unknown()) })),
});

/**
 * The bundles that this repository's attestations hold about one digest, as JSON; at most 100, of every predicate.
 *
 * @param sha256 hexadecimal
 * @throws ApiError
 * Source: GitHub's REST API, "List attestations".
 */
export async function listAttestations(client: Client, sha256: string): Promise<readonly string[]> {
  const operation = {
    what: `list the attestations of sha256:${sha256.slice(0, 12)}…`,
    permission: 'attestations: read',
  };
  try {
    const { attestations } = await client.json(
      'GET /repos/{owner}/{repo}/attestations/{subject_digest}',
      { subject_digest: `sha256:${sha256}`, per_page: 100 },
      listed,
      { operation },
    );
    return attestations.map(({ bundle }) => JSON.stringify(bundle));
  } catch (error) {
    // GitHub answers 404 for a digest that nothing is attested of
    if (error instanceof ApiError && error.kind === 'not-found') return [];
    throw error;
  }
}
