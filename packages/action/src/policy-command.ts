import { UserError } from '@modelgate/core';

export interface CommandPlace {
  /** Absolute; where the command runs. */
  readonly workspace: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: (line: string) => void;
}

/**
 * Runs a command that the policy of the base declares, such as the one that scores the champion anew. The programs that
 * it starts lie in the checkout, so a change may have written them: they get none of the step's tokens, inputs, registry
 * credentials or command files, and what they print cannot be taken for a workflow command.
 *
 * @throws UserError command-failed, with the end of what it printed
 */
export async function runPolicyCommand(command: string, { workspace, env, log }: CommandPlace): Promise<void> {
  const { getExecOutput } = await import('@actions/exec');
  log(`Running: ${command}`);
  const tail: string[] = [];
  const heard = (line: string) => {
    tail.push(line);
    if (tail.length > 20) tail.shift();
    log(`| ${line}`);
  };
  let exit: number;
  try {
    const run = await getExecOutput('bash', ['-eo', 'pipefail', '-c', command], {
      cwd: workspace,
      env: withoutSecrets(env),
      silent: true,
      ignoreReturnCode: true,
      listeners: { stdline: heard, errline: heard },
    });
    exit = run.exitCode;
  } catch (error) {
    throw new UserError('command-failed', `the command could not be started: ${command}`, { cause: error });
  }
  if (exit === 0) return;
  const said = tail.length === 0 ? 'It printed nothing.' : `It ended with:\n${tail.join('\n')}`;
  throw new UserError('command-failed', `the command ended with exit code ${exit}: ${command}\n${said}`, {
    how: 'run it in a checkout to see why; it gets no tokens and no registry credentials',
  });
}

const secret =
  /token|secret|passw|credential|(^|_)key(_id)?$|^(INPUT|ACTIONS|AWS|MLFLOW)_|^GITHUB_(ENV|PATH|OUTPUT|STATE|STEP_SUMMARY)$/i;

function withoutSecrets(env: CommandPlace['env']): Record<string, string> {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !secret.test(entry[0]),
  );
  return Object.fromEntries(kept);
}
