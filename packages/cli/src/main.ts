import { reportCommandFailure, runCommand } from './command.ts';

try {
  process.exitCode = await runCommand(process.argv.slice(2), {
    folder: process.cwd(),
    env: process.env,
    out: (text) => process.stdout.write(text),
    width: process.stdout.columns ?? 120,
    colour: process.stdout.isTTY === true && !process.env['NO_COLOR'],
  });
} catch (failure) {
  process.stderr.write(reportCommandFailure(failure));
  process.exitCode = 2;
}
