import { parseArgs } from 'node:util';
import { UserError } from '@modelgate/core';

/** Where a command runs. */
export interface Shell {
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly width: number;
  readonly colour: boolean;
}

export const usage = `modelgate check [gate]    judge a candidate on this machine, as the pull request would

  --policy FILE        the policy                                 (default: modelgate.yml)
  --stage NAME         stage of the policy                        (default: pull-request)
  --base REF           what the champion from git is read at      (default: origin/HEAD, else main)
  --champions FOLDER   recorded champions, downloaded from a run  (default: .modelgate/champions)
  --report FILE        write the HTML report
  --json               print the verdicts as JSON instead of text
  --engine-path FOLDER, --registry URL    where the table engine comes from

The policy is read from this checkout, so the verdict is unverified. Exit code: 0 when nothing stops, 1 when a gate stops,
2 when nothing could be judged.
`;

/** @returns the exit code. @throws UserError for what the caller can mend */
export async function runCommand(args: readonly string[], shell: Shell): Promise<number> {
  const { values, positionals } = parsed(args);
  const [command, gate, ...rest] = positionals;
  if (values.help || command === undefined || command === 'help') {
    shell.out(usage);
    return command === undefined && !values.help ? 2 : 0;
  }
  if (command !== 'check')
    throw new UserError('policy-invalid', `there is no command ${command}`, { how: 'the commands are: check' });
  if (rest.length > 0)
    throw new UserError('policy-invalid', `check takes one gate, not ${rest.length + 1}`, {
      how: 'name one, or none for all',
    });
  // help and mistakes of the command need none of what judges
  const { check } = await import('./check.ts');
  return await check({ ...values, gate }, shell);
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        policy: { type: 'string', default: 'modelgate.yml' },
        stage: { type: 'string', default: 'pull-request' },
        base: { type: 'string' },
        champions: { type: 'string', default: '.modelgate/champions' },
        report: { type: 'string' },
        json: { type: 'boolean', default: false },
        'engine-path': { type: 'string' },
        registry: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UserError('policy-invalid', error instanceof Error ? error.message : String(error), {
      how: 'see modelgate help',
      cause: error,
    });
  }
}

/** What goes to stderr: for a mistake what and how to mend it, for a defect of ours the stack as well. */
export function reportCommandFailure(failure: unknown): string {
  if (failure instanceof UserError) {
    const { file, line, column } = failure.where ?? {};
    const place =
      file === undefined || failure.message.startsWith(file)
        ? ''
        : `${[file, line, column].filter((part) => part !== undefined).join(':')}: `;
    return `modelgate: ${place}${failure.message}\n${failure.how === undefined ? '' : `What to do: ${failure.how}\n`}`;
  }
  const stack = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
  return `modelgate: a defect in Modelgate; please report it at https://github.com/modelgate/modelgate/issues\n${stack}\n`;
}
