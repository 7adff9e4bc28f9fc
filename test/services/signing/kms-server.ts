import { readFileSync } from 'node:fs';
import path from 'node:path';
import { removeFolder, type ServerProcess, serverFolder, startServer } from '../server-process.ts';
import { toolPath } from '../tool.ts';

export interface KmsServer extends ServerProcess {
  /** Environment of an administrator; each request has to be signed with it. */
  readonly env: Readonly<Record<string, string>>;
  /** ARNs. Each key also has an alias of its name. */
  readonly keys: { readonly [name in 'p256' | 'p384' | 'rsa' | 'encrypting']: string };
}

/** moto as AWS KMS: keys and their signatures are real, and so is the check of a request's own signature. */
export async function startKms(): Promise<KmsServer> {
  const folder = serverFolder('kms');
  const file = path.join(folder, 'keys.json');
  const server = await startServer({
    name: 'moto',
    program: toolPath('moto'),
    args: (port) => [path.join(import.meta.dirname, 'moto_kms.py'), String(port), file],
    env: { PYTHONDONTWRITEBYTECODE: '1' },
    folder,
    ready: '/moto-api/',
    patience: 120_000,
  });
  const { administrator, keys } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly administrator: { readonly id: string; readonly secret: string };
    readonly keys: KmsServer['keys'];
  };
  return {
    url: server.url,
    keys,
    env: {
      AWS_ACCESS_KEY_ID: administrator.id,
      AWS_SECRET_ACCESS_KEY: administrator.secret,
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: server.url,
    },
    async stop() {
      await server.stop();
      removeFolder(folder);
    },
  };
}
