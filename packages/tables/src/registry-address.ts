import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface RegistryChoice {
  /** What an input names; empty when it names none. */
  readonly registry?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * The package registry to fetch from, without a slash at its end: the input's, else the one that npm is set to on this
 * machine, by its variable or by its configuration files. So a mirror that is configured for npm serves here, too.
 *
 * @throws Error when npm is not there to be asked, or names no address
 */
export async function registryAddress({ registry, environment }: RegistryChoice): Promise<string> {
  const address = registry || environment['npm_config_registry'] || (await npmsRegistry(environment));
  return address.replace(/\/+$/, '');
}

/** Fixed words only: on Windows npm is a script, which needs a shell. */
async function npmsRegistry(environment: RegistryChoice['environment']): Promise<string> {
  const { stdout } = await promisify(execFile)('npm', ['config', 'get', 'registry'], {
    // a question, not an occasion to look for a newer npm
    env: { ...environment, npm_config_update_notifier: 'false' },
    shell: process.platform === 'win32',
    timeout: 30_000,
  });
  const address = stdout.trim();
  if (!URL.canParse(address)) throw new Error(`npm names the registry "${address.slice(0, 80)}"`);
  return address;
}
