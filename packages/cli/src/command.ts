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

export const usage = `modelgate check [gate]     judge a candidate on this machine, as the pull request would
modelgate verify [model]   is this the model that the gates have passed, and by whose word
modelgate profile <table>  look at a table as a whole: what later ones are held against
modelgate contract infer <table>     propose a data contract
modelgate contract import <file>     take over the contract of another tool

check:
  --policy FILE        the policy                                 (default: modelgate.yml)
  --stage NAME         stage of the policy                        (default: pull-request)
  --base REF           what the champion from git is read at      (default: origin/HEAD, else main)
  --champions FOLDER   recorded champions, downloaded from a run  (default: .modelgate/champions)
  --report FILE        write the HTML report
  --json               print the verdicts as JSON instead of text
  --engine-path FOLDER, --registry URL    where the table engine comes from

verify: the model is a file, a folder or sha256:<digest>           (default: the policy's subject)
  --evidence FILE      signed statements, or a folder of them; \`github\` asks the repository's attestations. Repeatable
                                                                  (default: .modelgate/evidence)
  --policy FILE        the policy that must have judged           (default: modelgate.yml)
  --gate ID            a gate that must have passed, repeatable   (default: all of the policy)
  --key FILE           public key of the signer, or
  --trusted-root FILE  Sigstore's trust root                      (default: as \`evidence\` of the policy says)
  --repository OWNER/NAME, --repository-id ID    where the evidence must come from
  --ref REF, --commit SHA, --max-age 30d, --level attested|witnessed
  --signer-workflow OWNER/NAME/PATH, --signer-commit SHA    which workflow must have signed
  --issuer URL         who vouches for its identity               (default: this GitHub server's)
  --json               print the decision as JSON

profile, contract:
  --out FILE           write it there instead of printing it
  --force              also where there is such a file
  --from great-expectations|pandera|json-schema    of \`contract import\`: whose contract it is
  --engine-path FOLDER, --registry URL    where the table engine comes from

The policy is read from this checkout, so what \`check\` says is unverified. Exit code: 0 when nothing stops and all is
shown, 1 when a gate stops or the evidence is refused, 2 when nothing could be judged.
`;

/** @returns the exit code. @throws UserError for what the caller can mend */
export async function runCommand(args: readonly string[], shell: Shell): Promise<number> {
  const [command, ...rest] = args;
  if (command === undefined || ['help', '--help', '-h'].includes(command) || rest.includes('--help')) {
    shell.out(usage);
    return command === undefined ? 2 : 0;
  }
  // help and mistakes of the command need none of what judges
  switch (command) {
    case 'check': {
      const { values, positional: gate } = understood('check', 'gate', () => checkArguments(rest));
      const { check } = await import('./check.ts');
      return await check({ ...values, gate }, shell);
    }
    case 'verify': {
      const { values, positional: subject } = understood('verify', 'model', () => verifyArguments(rest));
      const { verify } = await import('./verify.ts');
      return await verify({ ...values, subject }, shell);
    }
    case 'profile': {
      const { values, positional: table } = understood('profile', 'table', () => tableArguments(rest));
      const { profile } = await import('./profile.ts');
      return await profile({ ...values, table }, shell);
    }
    case 'contract': {
      const [task, ...more] = rest;
      const { values, positional: subject } = understood('contract', 'table or file', () => tableArguments(more));
      const { contract } = await import('./contract.ts');
      return await contract({ ...values, task, subject }, shell);
    }
    default:
      throw new UserError('policy-invalid', `there is no command ${command}`, {
        how: `the commands are: check, verify, profile, contract`,
      });
  }
}

function checkArguments(args: readonly string[]) {
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
    },
  });
}

function verifyArguments(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      evidence: { type: 'string', multiple: true, default: ['.modelgate/evidence'] },
      policy: { type: 'string', default: 'modelgate.yml' },
      gate: { type: 'string', multiple: true, default: [] },
      key: { type: 'string' },
      'trusted-root': { type: 'string' },
      issuer: { type: 'string' },
      repository: { type: 'string' },
      'repository-id': { type: 'string' },
      ref: { type: 'string', multiple: true },
      'signer-workflow': { type: 'string' },
      'signer-commit': { type: 'string', multiple: true },
      commit: { type: 'string' },
      'max-age': { type: 'string' },
      level: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
}

function tableArguments(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      force: { type: 'boolean', default: false },
      from: { type: 'string' },
      'engine-path': { type: 'string' },
      registry: { type: 'string' },
    },
  });
}

/** @param what the one thing that stands without an option */
function understood<Values>(
  command: string,
  what: string,
  parse: () => { readonly values: Values; readonly positionals: readonly string[] },
): { readonly values: Values; readonly positional: string | undefined } {
  const { values, positionals } = attempted(parse);
  const [positional, ...more] = positionals;
  if (more.length === 0) return { values, positional };
  throw new UserError('policy-invalid', `${command} takes one ${what}, not ${positionals.length}`, {
    how: 'name one, or none for all',
  });
}

function attempted<T>(parse: () => T): T {
  try {
    return parse();
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
