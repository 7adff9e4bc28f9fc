/**
 * Text from data (column names, file names, replies of services), fit for a log or a message: without control, escape
 * and bidirectional characters, which could hide or forge lines. Line feeds and tabs stay.
 */
export function plainText(text: string): string {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(escapeSequences, '')
    .replaceAll(/[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]/gu, '');
}

// CSI and OSC sequences whole (ECMA-48, sections 5.4 and 8.3.89), so that their parameters do not stay behind as text.
const escapeSequences =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be taken out
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b\]|\u009d)[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?/g;

/**
 * Text from data between `stop-commands` lines, so that the runner executes none of it (`::set-output`, `::add-mask`…).
 *
 * @param token unguessable, fresh for each use: whoever knows it can end the block from inside
 * @throws Error when the token is short or the text holds it
 */
export function withoutCommands(text: string, token: string): string {
  if (token.length < 16) throw new Error('The token of a stop-commands block needs 16 characters or more.');
  const plain = plainText(text);
  if (plain.includes(token)) throw new Error('The text holds the token of its own stop-commands block.');
  return `::stop-commands::${token}\n${plain}\n::${token}::`;
}

/** The same in one line of at most `length` characters, well-formed: half a character would end an address or a header. */
export function plainLine(text: string, length = 200): string {
  const line = plainText(text).replaceAll(/\s+/g, ' ').trim();
  return (line.length > length ? `${line.slice(0, length - 1)}…` : line).toWellFormed();
}
