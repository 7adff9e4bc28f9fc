import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort, removeFolder, type ServerProcess, serverFolder, startServer } from '../server-process.ts';
import { toolPath } from '../tool.ts';
import type { Cosign, CosignServices } from './cosign.ts';

export interface Sigstore {
  /** Fulcio and the timestamp authority. */
  readonly url: string;
  readonly rekorUrl: string;
  /** Text of what `cosign trusted-root create` wrote of all of them. */
  readonly root: string;
  /** For cosign: without the log, and with it. */
  readonly services: CosignServices;
  readonly loggingServices: CosignServices;
  stop(): Promise<void>;
}

const since = '2026-01-01T00:00:00Z';
/** cosign and Sigstore's JavaScript take the host of the log's address, without its port, for the name in its checkpoints. */
const origin = '127.0.0.1';

/**
 * A Sigstore: Fulcio, which takes tokens of this issuer for GitHub's, the timestamp authority and a transparency log of the
 * second kind (Rekor v2, which tells no time). Keys and certificates are made anew each time.
 */
export async function startSigstore(issuer: string, cosign: Cosign): Promise<Sigstore> {
  const folder = serverFolder('sigstore');
  const authorities = await startAuthorities(issuer, folder);
  const rekor = await startRekor(folder).catch(async (error: unknown) => {
    await authorities.stop();
    throw error;
  });
  const stop = async () => {
    await authorities.stop();
    await rekor.stop();
    removeFolder(folder);
  };
  try {
    return { url: authorities.url, rekorUrl: rekor.url, ...(await described(authorities.url, rekor, cosign)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function startAuthorities(issuer: string, folder: string): Promise<ServerProcess> {
  const program = toolPath('authorities');
  const issuers = path.join(path.dirname(program), '../fulcio-issuers.yaml');
  return startServer({
    name: 'Fulcio and the timestamp authority',
    program,
    args: (port) => ['--port', String(port), '--issuer', issuer, '--issuers', issuers],
    env: {},
    folder,
    ready: '/api/v2/trustBundle',
    patience: 60_000,
  });
}

async function startRekor(folder: string): Promise<ServerProcess & { readonly publicKey: string }> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = path.join(folder, 'rekor.key');
  writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const grpc = await freePort();
  const metrics = await freePort();
  const server = await startServer({
    name: 'Rekor',
    program: toolPath('rekor'),
    args: (port) => [
      ...['serve', '--http-port', String(port), '--grpc-port', String(grpc), '--http-metrics-port', String(metrics)],
      ...['--hostname', origin, '--storage-dir', path.join(folder, 'log'), '--signer-filepath', key],
      ...['--checkpoint-interval', '200ms', '--batch-max-age', '50ms'],
    ],
    env: {},
    folder,
    ready: '/healthz',
    patience: 60_000,
  });
  return { ...server, publicKey: String(publicKey.export({ type: 'spki', format: 'pem' })) };
}

async function described(
  url: string,
  rekor: { readonly url: string; readonly publicKey: string },
  cosign: Cosign,
): Promise<Pick<Sigstore, 'root' | 'services' | 'loggingServices'>> {
  const timestamps = `${url}/api/v1/timestamp`;
  const bundle = (await (await fetch(`${url}/api/v2/trustBundle`)).json()) as {
    readonly chains: readonly [{ readonly certificates: readonly string[] }];
  };
  const name = new URL(url).port;
  const fulcio = cosign.write(`fulcio-${name}.pem`, bundle.chains[0].certificates.join(''));
  const tsa = cosign.write(`tsa-${name}.pem`, await (await fetch(`${timestamps}/certchain`)).text());
  const log = cosign.write(`rekor-${name}.pub`, rekor.publicKey);
  const trustedRoot = cosign.path(`trusted-root-${name}.json`);
  await cosign.do([
    ...['trusted-root', 'create', '--out', trustedRoot],
    ...['--fulcio', `url=${url},certificate-chain=${fulcio},start-time=${since}`],
    ...['--tsa', `url=${timestamps},certificate-chain=${tsa},start-time=${since}`],
    ...['--rekor', `url=${rekor.url},public-key=${log},start-time=${since},origin=${origin}`],
  ]);
  const offer = `api-version=1,start-time=${since},operator=modelgate.test`;
  const services = [
    ...['--fulcio', `url=${url},${offer}`, '--tsa', `url=${timestamps},${offer}`, '--tsa-config', 'EXACT:1'],
  ];
  const signingConfig = cosign.path(`signing-config-${name}.json`);
  await cosign.do(['signing-config', 'create', '--out', signingConfig, ...services]);
  const loggingConfig = cosign.path(`logging-config-${name}.json`);
  const logged = ['--rekor', `url=${rekor.url},${offer.replace('api-version=1', 'api-version=2')}`];
  await cosign.do([
    'signing-config',
    'create',
    '--out',
    loggingConfig,
    ...services,
    ...logged,
    '--rekor-config',
    'ANY',
  ]);
  return {
    root: readFileSync(trustedRoot, 'utf8'),
    services: { trustedRoot, signingConfig },
    loggingServices: { trustedRoot, signingConfig: loggingConfig },
  };
}
