import { UserError } from '@modelgate/core';
import * as z from 'zod';
import { redacted } from './redaction.ts';

/** Whom Fulcio's certificates are asked for, as all of Sigstore's clients name it. */
const audience = 'sigstore';

const claims = z.union([
  z.object({ email: z.string().min(1), email_verified: z.union([z.literal(true), z.literal('true')]) }),
  z.object({ email: z.undefined().optional(), sub: z.string().min(1) }),
]);

/**
 * A fresh identity token, looked at before anybody else does: @sigstore/sign 5 puts one that it cannot read into the
 * message of its error.
 *
 * @throws UserError signing-unavailable; a UserError of `ask` as it is
 */
export async function identityTokenOf(ask: (audience: string) => Promise<string>): Promise<string> {
  const token = await ask(audience).catch((error: unknown) => {
    if (error instanceof UserError) throw error;
    const why = error instanceof Error ? redacted(error.message) : 'the reason is not known';
    throw unavailable(`no identity token for signing could be had: ${why}`);
  });
  if (token === '') throw unavailable('there is no identity token for signing');
  if (!claims.safeParse(payloadOf(token)).success) throw unavailable('the identity token for signing cannot be read');
  return token;
}

function payloadOf(token: string): unknown {
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  try {
    return JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function unavailable(message: string): UserError {
  return new UserError('signing-unavailable', message, {
    how: 'give the signing job `permissions: { id-token: write }`; pull requests of forks and of Dependabot get no token: sign on push',
  });
}
