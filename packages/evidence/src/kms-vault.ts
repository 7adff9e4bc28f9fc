import type { KeyObject } from 'node:crypto';
import { UserError } from '@modelgate/core';
import * as z from 'zod';
import type { VaultAddress } from './kms-address.ts';
import { optional, required } from './kms-environment.ts';
import { askKms, type KmsReply, type KmsWorld } from './kms-http.ts';
import { type KmsKey, kmsPublicKey } from './kms-key.ts';
import { redacted } from './redaction.ts';
import { serviceAddress } from './service-address.ts';

const keyReply = z.object({
  data: z.object({
    type: z.string(),
    latest_version: z.int().positive(),
    // versions of a key that is not asymmetric are numbers
    keys: z.record(z.string(), z.union([z.object({ public_key: z.string().optional() }), z.number()])),
  }),
});
const signReply = z.object({ data: z.object({ signature: z.string() }) });
const failureReply = z.object({ errors: z.array(z.string()) });

/**
 * A key of Vault's or OpenBao's transit engine, in its latest version. Variables as their own tools read them: VAULT_ADDR
 * (or BAO_ADDR), VAULT_TOKEN (or BAO_TOKEN), VAULT_NAMESPACE, and cosign's TRANSIT_SECRET_ENGINE_PATH for a mount other
 * than `transit`.
 *
 * @throws UserError signing-unavailable
 */
export async function vaultKey({ key }: VaultAddress, world: KmsWorld): Promise<KmsKey> {
  const access = vaultAccess(key, world);
  const { service } = access;
  const { data } = await ask(access, world, 'GET', `keys/${key}`, undefined, keyReply);
  const version = data.latest_version;
  return {
    service,
    publicKey: publicKeyOf(service, key, redacted(data.type), data.keys[String(version)]),
    sign: async (digest) => {
      const given = {
        input: digest.toString('base64'),
        prehashed: true,
        key_version: version,
        signature_algorithm: 'pkcs1v15', // ignored for ECDSA
        marshaling_algorithm: 'asn1',
      };
      const { data: signed } = await ask(access, world, 'POST', `sign/${key}/sha2-256`, given, signReply);
      return Buffer.from(signed.signature.replace(/^vault:v\d+:/, ''), 'base64');
    },
  };
}

interface VaultAccess {
  /** For messages. */
  readonly service: string;
  readonly key: string;
  readonly mount: string;
  /** Of the mount. */
  readonly url: string;
  readonly token: string;
  readonly headers: Readonly<Record<string, string>>;
}

function vaultAccess(key: string, { env }: KmsWorld): VaultAccess {
  const whereToAsk = 'set VAULT_ADDR to the address of the server: https://vault.example.org';
  const base = serviceAddress('VAULT_ADDR', required(env, ['VAULT_ADDR', 'BAO_ADDR'], whereToAsk));
  const signIn =
    'let the step before sign in (hashicorp/vault-action with exportToken); pull requests from forks get no secrets';
  const token = required(env, ['VAULT_TOKEN', 'BAO_TOKEN'], signIn);
  const namespace = optional(env, 'VAULT_NAMESPACE') ?? optional(env, 'BAO_NAMESPACE');
  const mount = optional(env, 'TRANSIT_SECRET_ENGINE_PATH') ?? 'transit';
  const path = mount.split('/').filter(Boolean).map(encodeURIComponent).join('/');
  return {
    service: `Vault at ${new URL(base).host}`,
    key,
    mount,
    url: `${base}/v1/${path}`,
    token,
    headers: {
      'x-vault-request': 'true',
      'x-vault-token': token,
      'content-type': 'application/json',
      ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
    },
  };
}

async function ask<T>(
  access: VaultAccess,
  world: KmsWorld,
  method: 'GET' | 'POST',
  path: string,
  given: object | undefined,
  schema: z.ZodType<T>,
): Promise<T> {
  const { service, url, headers, mount } = access;
  const body = given === undefined ? {} : { body: JSON.stringify(given) };
  const reply = await askKms({ service, method, url: `${url}/${path}`, headers, ...body }, world);
  const parsed = schema.safeParse(reply.body);
  if (reply.status === 200 && parsed.success) return parsed.data;
  throw refusal(`${service} answered ${reply.status} to ${method} ${mount}/${path}`, reply, access);
}

type KeyVersion = z.infer<typeof keyReply>['data']['keys'][string];

function publicKeyOf(service: string, key: string, type: string, version: KeyVersion | undefined): KeyObject {
  const pem = typeof version === 'object' ? version.public_key : undefined;
  // the engine gives Ed25519 keys as bare base64
  if (pem?.startsWith('-----BEGIN')) return kmsPublicKey(service, pem);
  throw new UserError('signing-unavailable', `the key ${key} in ${service} is of type ${type}`, {
    how: `make another: \`vault write -f transit/keys/<key> type=ecdsa-p256\``,
  });
}

function refusal(what: string, { status, body }: KmsReply, access: VaultAccess): UserError {
  const words = failureReply.safeParse(body).data?.errors.join('; ') ?? '';
  const said = redacted(words, [access.token]);
  return new UserError('signing-unavailable', said === '' ? what : `${what}: ${said}`, { how: advice(status, access) });
}

function advice(status: number, { key, mount }: VaultAccess): string {
  if (status === 403) {
    return `give the token a policy with read on ${mount}/keys/${key} and update on ${mount}/sign/${key}/sha2-256, and sign in right before this step`;
  }
  if (status === 404) return `check the name of the key, and TRANSIT_SECRET_ENGINE_PATH (now ${mount})`;
  if (status >= 300 && status < 400) return 'give the address at which the active server itself answers';
  if (status === 503) return 'unseal the server';
  return 'check that VAULT_ADDR is the address of a Vault or OpenBao server, and run the step again';
}
