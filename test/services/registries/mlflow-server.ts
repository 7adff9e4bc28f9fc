import { pbkdf2Sync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { removeFolder, type ServerProcess, serverFolder, startServer } from '../server-process.ts';
import { toolPath } from '../tool.ts';

export interface MlflowServer extends ServerProcess {
  /** Where it keeps artifacts: `<experiment>/<run>/artifacts/…`. */
  readonly artifacts: string;
  /** Asks its REST API as the administrator, for what a user's own training would have done. */
  ask(method: string, path: string, body?: unknown): Promise<unknown>;
}

export const administrator = { user: 'admin', password: 'a-password-of-tests' };

/**
 * A real MLflow server with its own basic authentication: runs in SQLite, artifacts in a folder that it passes on. Without
 * telemetry, and without the job runners of line 3, which are eight more processes.
 */
export async function startMlflow(tool: 'mlflow3' | 'mlflow2'): Promise<MlflowServer> {
  const program = toolPath(tool);
  const folder = serverFolder(tool);
  const artifacts = path.join(folder, 'artifacts');
  mkdirSync(artifacts);
  const settings = path.join(folder, 'basic_auth.ini');
  const users = path.join(folder, 'users.db');
  writeFileSync(
    settings,
    [
      '[mlflow]',
      'default_permission = READ',
      `database_uri = sqlite:///${users}`,
      `admin_username = ${administrator.user}`,
      `admin_password = ${administrator.password}`,
      'authorization_function = mlflow.server.auth:authenticate_request_basic_auth',
      '',
    ].join('\n'),
  );
  const server = await startServer({
    name: tool,
    program,
    args: (port) => [
      ...['server', '--app-name', 'basic-auth', '--host', '127.0.0.1', '--port', String(port), '--workers', '1'],
      ...['--backend-store-uri', `sqlite:///${path.join(folder, 'runs.db')}`],
      ...['--artifacts-destination', artifacts, '--serve-artifacts'],
    ],
    env: {
      PATH: `${path.dirname(program)}:${process.env['PATH']}`, // it starts gunicorn or uvicorn by name
      MLFLOW_AUTH_CONFIG_PATH: settings,
      MLFLOW_FLASK_SERVER_SECRET_KEY: 'a-key-of-tests',
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
      MLFLOW_DISABLE_TELEMETRY: 'true',
      DO_NOT_TRACK: 'true',
    },
    folder,
    ready: '/health',
    patience: 240_000,
  });
  storeCheapHash(users);
  const authorization = `Basic ${btoa(`${administrator.user}:${administrator.password}`)}`;
  return {
    url: server.url,
    artifacts,
    async ask(method, path, body) {
      const reply = await fetch(`${server.url}/api/2.0/mlflow/${path}`, {
        method,
        headers: { authorization, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await reply.text();
      if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
      return JSON.parse(text);
    },
    async stop() {
      await server.stop();
      removeFolder(folder);
    },
  };
}

/**
 * Each request checks the password, with scrypt: 0.1 s of a core, most of the time of a suite. The check stays real; the hash
 * that it is held against is the same password's with one round.
 */
function storeCheapHash(database: string): void {
  const hash = pbkdf2Sync(administrator.password, 'salt', 1, 32, 'sha256').toString('hex');
  const users = new DatabaseSync(database, { timeout: 10_000 });
  users
    .prepare('UPDATE users SET password_hash = ? WHERE username = ?')
    .run(`pbkdf2:sha256:1$salt$${hash}`, administrator.user);
  users.close();
}
