import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { removeFolder, type StartedProcess, serverFolder, startServer } from '../server-process.ts';
import { toolPath } from '../tool.ts';
import { javaHome } from './java-home.ts';
import { statement } from './raw-statement.ts';

export interface TrinoServer extends StartedProcess {
  /** Root of the files that its catalog `hive` reads, as `local:///…`. */
  readonly data: string;
  /** What it printed, in a folder that outlives it. */
  readonly log: string;
  /** The end of that. */
  lastWords(): string;
}

/**
 * Trino on this machine alone: coordinator and worker in one process, with the catalogs `tpch`, `memory` and `hive`
 * (files of `data`). A query may take 48 MB, so that what is too large for one is small enough to test.
 */
export async function startTrino(): Promise<TrinoServer> {
  const launcher = toolPath('trino');
  const java = javaHome();
  const folder = serverFolder('trino');
  const data = path.join(folder, 'data');
  mkdirSync(path.join(data, 'metastore'), { recursive: true });
  const etc = path.join(folder, 'etc');
  const log = path.join(mkdtempSync(path.join(tmpdir(), 'modelgate-trino-log-')), 'server.log');
  const server = await startServer({
    name: 'Trino',
    program: launcher,
    args: (port) => {
      configure(etc, data, port);
      return ['run', '--etc-dir', etc, '--data-dir', path.join(folder, 'var')];
    },
    env: { JAVA_HOME: java, PATH: `${path.join(java, 'bin')}${path.delimiter}${process.env['PATH']}` },
    folder,
    ready: '/v1/info',
    says: /"starting":false/,
    log,
    patience: 280_000,
  });
  await untilWorking(server.url);
  return {
    ...server,
    data,
    log,
    lastWords: () => readFileSync(log, 'utf8').slice(-20_000),
    async stop() {
      await server.stop();
      removeFolder(folder);
    },
  };
}

/** It says that it is ready before it has found itself as a worker. */
async function untilWorking(url: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await statement(url, 'SELECT count(*) FROM tpch.tiny.region');
      return;
    } catch (error) {
      if (attempt === 60) throw error;
      await setTimeout(500);
    }
  }
}

/** Users of the tests: `outcast` may run nothing, `stranger` see no table of `tpch`; everybody else may do anything. */
const rules = {
  queries: [{ user: 'outcast', allow: [] }, { allow: ['execute', 'view', 'kill'] }],
  catalogs: [{ allow: 'all' }],
  schemas: [{ owner: true }],
  procedures: [{ privileges: ['EXECUTE'] }],
  tables: [
    { user: 'stranger', catalog: 'tpch', privileges: [] },
    { privileges: ['SELECT', 'INSERT', 'DELETE', 'UPDATE', 'OWNERSHIP', 'GRANT_SELECT'] },
  ],
};

function configure(etc: string, data: string, port: number): void {
  mkdirSync(path.join(etc, 'catalog'), { recursive: true });
  const files = {
    'node.properties': ['node.environment=test', 'node.id=one'],
    'log.properties': ['io.trino=WARN'],
    'jvm.config': [
      '-server',
      '-Xmx1500M',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-XX:+ExitOnOutOfMemoryError',
      '-XX:ReservedCodeCacheSize=256M',
      '-Djdk.attach.allowAttachSelf=true',
      '--enable-native-access=ALL-UNNAMED',
      '--sun-misc-unsafe-memory-access=allow',
      '-Duser.timezone=UTC',
    ],
    'config.properties': [
      'coordinator=true',
      'node-scheduler.include-coordinator=true',
      `http-server.http.port=${port}`,
      'node.internal-address=127.0.0.1',
      'node.bind-ip=127.0.0.1',
      `discovery.uri=http://127.0.0.1:${port}`,
      'query.max-memory=48MB',
      'query.max-memory-per-node=48MB',
      'memory.heap-headroom-per-node=400MB',
      'web-ui.enabled=false',
    ],
    'catalog/tpch.properties': ['connector.name=tpch'],
    'catalog/memory.properties': ['connector.name=memory'],
    'catalog/hive.properties': [
      'connector.name=hive',
      'hive.metastore=file',
      'hive.metastore.catalog.dir=local:///metastore',
      'fs.native-local.enabled=true',
      `local.location=${data}`,
      'hive.parquet.time-zone=UTC',
      'hive.timestamp-precision=MICROSECONDS',
    ],
    'access-control.properties': ['access-control.name=file', `security.config-file=${path.join(etc, 'rules.json')}`],
    'rules.json': [JSON.stringify(rules)],
  };
  for (const [name, lines] of Object.entries(files)) writeFileSync(path.join(etc, name), `${lines.join('\n')}\n`);
}
