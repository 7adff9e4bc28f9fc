/** A command as the runner takes it from a step's output. */
export interface Command {
  readonly name: string;
  readonly message: string;
}

/**
 * The commands in what a step printed, as the runner reads it: `::name …::` at the start of a line, `##[name]` anywhere
 * in one, none between `::stop-commands::token` and `::token::`.
 * Source: actions/runner, src/Runner.Worker/ActionCommandManager.cs and src/Runner.Common/ActionCommand.cs.
 */
export function commandsOf(log: string): readonly Command[] {
  const found: Command[] = [];
  let token: string | undefined;
  for (const line of log.split(/\r\n|\n|\r/)) {
    const command = commandOf(line);
    if (token !== undefined) {
      if (command?.name === token) token = undefined;
      continue;
    }
    if (command === undefined) continue;
    if (command.name === 'stop-commands') token = command.message;
    else found.push(command);
  }
  if (token !== undefined) throw new Error('a stop-commands block never ends: every later command would be lost');
  return found;
}

function commandOf(line: string): Command | undefined {
  const [, name, message] = /^\s*::([^\s:]+)(?:\s[\s\S]*?)?::([\s\S]*)$/.exec(line) ?? [];
  if (name !== undefined) return { name, message: message ?? '' };
  const [, old, rest] = /##\[([^\]\s]+)[^\]]*\]([\s\S]*)$/.exec(line) ?? [];
  return old === undefined ? undefined : { name: old, message: rest ?? '' };
}
