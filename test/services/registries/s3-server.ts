import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { removeFolder, type ServerProcess, serverFolder, startServer } from '../server-process.ts';
import { toolPath } from '../tool.ts';

export interface S3Server extends ServerProcess {
  /** The folder of a bucket: a directory is a bucket. */
  readonly bucket: string;
}

export const keys = { access: 'tests', secret: 'a-secret-of-tests' };

/** versitygw: an object store speaking S3 over a folder, with signatures and conditional writes checked for real. */
export async function startS3(): Promise<S3Server> {
  const program = toolPath('versitygw');
  const folder = serverFolder('s3');
  const root = path.join(folder, 'buckets');
  mkdirSync(path.join(root, 'models'), { recursive: true });
  const server = await startServer({
    name: 'versitygw',
    program,
    args: (port) => ['--port', `127.0.0.1:${port}`, 'posix', root],
    env: { ROOT_ACCESS_KEY: keys.access, ROOT_SECRET_KEY: keys.secret },
    folder,
    ready: '/',
    patience: 60_000,
  });
  return {
    url: server.url,
    bucket: path.join(root, 'models'),
    async stop() {
      await server.stop();
      removeFolder(folder);
    },
  };
}
