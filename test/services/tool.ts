import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** What test/services/install-tools.sh knows. */
export type Tool =
  | 'act'
  | 'actionlint'
  | 'zizmor'
  | 'check-jsonschema'
  | 'versitygw'
  | 'httpfs'
  | 'mlflow3'
  | 'mlflow2'
  | 'moto'
  | 'cosign'
  | 'authorities'
  | 'rekor'
  | 'trino';

/**
 * Path of a program that test/services/install-tools.sh installed.
 *
 * @throws Error when it is not there: a suite that skips itself would look like one that passes
 */
export function toolPath(name: Tool): string {
  const script = path.join(import.meta.dirname, 'install-tools.sh');
  const { status, stdout, stderr } = spawnSync('bash', [script, '--path', name], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr.trim());
  return stdout.trim();
}
