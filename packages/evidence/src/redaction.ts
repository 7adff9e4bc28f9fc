/**
 * What another program said, fit for our log: on one line, cut to 300 characters, without control characters (a line that
 * begins with :: is a command to the runner), without the given secrets and anything that looks like a token.
 */
export function redacted(text: string, secrets: readonly (string | undefined)[] = []): string {
  let clean = text.slice(0, 20_000);
  for (const secret of secrets) if (secret !== undefined && secret.length > 3) clean = clean.replaceAll(secret, '***');
  return clean
    .replaceAll(/\beyJ[\w-]{8,}(\.[\w-]*)*/g, '***')
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, 300);
}
