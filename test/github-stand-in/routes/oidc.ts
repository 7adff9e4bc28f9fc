import type { KeyObject } from 'node:crypto';
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import type { JsonObject, Reply } from '../reply.ts';
import { replies } from '../reply.ts';
import type { Call } from '../router.ts';

export const oidcPath = '/oidc/token';

let pair: { readonly privateKey: KeyObject; readonly publicKey: KeyObject } | undefined;

function keys(): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  pair ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
  return pair;
}

/** The id token a job with `id-token: write` asks for, RS256 like GitHub's, and the documents a verifier fetches. */
export function oidc(call: Call): Reply {
  const issuer = call.state.resultsUrl;
  if (call.path === '/.well-known/openid-configuration') {
    return replies.json(200, {
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks`,
      subject_types_supported: ['public', 'pairwise'],
      response_types_supported: ['id_token'],
      id_token_signing_alg_values_supported: ['RS256'],
      scopes_supported: ['openid'],
    });
  }
  if (call.path === '/.well-known/jwks') {
    const { n = '', e = '' } = keys().publicKey.export({ format: 'jwk' });
    return replies.json(200, { keys: [{ kty: 'RSA', alg: 'RS256', use: 'sig', kid: 'stand-in', n, e }] });
  }
  // Each job has a request token of its own, so that no job speaks for another.
  const claimsOfJob = call.state.idTokens.get(call.headers.authorization?.replace(/^bearer /i, '') ?? '');
  if (claimsOfJob === undefined) {
    return replies.json(401, { message: 'the request token is not the one of ACTIONS_ID_TOKEN_REQUEST_TOKEN' });
  }
  const now = Math.floor(call.state.now().getTime() / 1000);
  const claims = {
    jti: randomUUID(),
    iss: issuer,
    aud: call.query.get('audience') ?? `https://github.com/${claimsOfJob['repository_owner']}`,
    iat: now,
    nbf: now,
    exp: now + 300,
    ...claimsOfJob,
  };
  return replies.json(200, { count: 1, value: jwt({ alg: 'RS256', typ: 'JWT', kid: 'stand-in' }, claims) });
}

function jwt(header: JsonObject, claims: JsonObject): string {
  const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${signed}.${sign('sha256', Buffer.from(signed), keys().privateKey).toString('base64url')}`;
}

/** A token that is only looked into, never verified, such as ACTIONS_RUNTIME_TOKEN. */
export function unsignedJwt(claims: JsonObject): string {
  const part = (value: JsonObject) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.c3RhbmQtaW4`;
}
