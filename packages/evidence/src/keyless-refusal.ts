import { UserError } from '@modelgate/core';
import { redacted } from './redaction.ts';
import { howToReach } from './service-address.ts';

/** One of Sigstore's services, for messages. */
export interface SigstoreService {
  readonly name: 'Fulcio' | 'Rekor' | 'the timestamp authority';
  readonly url: string;
}

/**
 * What a failure of @sigstore/sign means to who reads the log. Its own message and cause are not passed on as they are:
 * they may repeat what a server said, and a server may repeat the token.
 */
export function sigstoreRefusal({ name, url }: SigstoreService, error: unknown, token?: string): UserError {
  const where = `${name} at ${new URL(url).host}`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const refused = (message: string, how: string) =>
    new UserError('signing-unavailable', `${where} ${message}`, { how });
  if (!(cause instanceof Error)) return refused('failed', again);
  if ('statusCode' in cause && typeof cause.statusCode === 'number') {
    // @sigstore/sign writes "(403) <what the server said>"
    const said = redacted(cause.message.replace(/^\(\d+\) /, ''), [token]);
    const answer = `answered ${cause.statusCode}${said === '' ? '' : `: ${said}`}`;
    return refused(answer, adviceFor(name, cause.statusCode));
  }
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  const type = 'type' in cause && typeof cause.type === 'string' ? cause.type : '';
  if (/timeout$/i.test(type) || /^E[A-Z]+TIMEOUT$/.test(code)) return refused('gave no answer in time', again);
  // minipass-fetch gives a body that is no JSON the code FETCH_ERROR
  if (code !== '' && type !== 'invalid-json') return refused(`cannot be reached: ${redacted(code)}`, howToReach(code));
  return refused('gave an answer that cannot be used', `check that ${url} is its address`);
}

function adviceFor(name: SigstoreService['name'], status: number): string {
  if (status === 404) return 'check its address';
  if (status === 429 || status >= 500) return again;
  if (name === 'Fulcio') {
    return "it did not accept this job's identity: check that it trusts the issuer of this server's tokens, and that the clock of this machine is right";
  }
  return 'check that it belongs to the same Sigstore as Fulcio';
}

const again = "run the job again; if it lasts, look at the service's status page, or sign with a key";
