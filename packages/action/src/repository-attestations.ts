import { UserError } from '@modelgate/core';
import { createClient, listAttestations } from '@modelgate/github';

/**
 * The bundles that a repository's attestations hold about a digest, as JSON.
 *
 * @param sha256 hexadecimal
 * @throws UserError
 */
export async function attestationsOf(
  sha256: string,
  of: { readonly repository: string; readonly token: string; readonly apiUrl?: string | undefined },
): Promise<readonly string[]> {
  const [owner = '', name = ''] = of.repository.split('/');
  if (owner === '' || name === '')
    throw new UserError('evidence-repository', `"${of.repository}" is no repository`, { how: 'write owner/name' });
  const client = createClient({
    token: of.token,
    apiUrl: (of.apiUrl || 'https://api.github.com').replace(/\/+$/, ''),
    repository: { owner, name },
    clock: Date.now,
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    random: Math.random,
    log: () => undefined,
  });
  return await listAttestations(client, sha256);
}
