const longest = 400;

// Controls, bidirectional overrides (Trojan Source, CVE-2021-42574), invisible fillers and tag characters.
const unseen =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the purpose
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/**
 * Text from data, policies and other tools on one line that shows what it holds: white space becomes a space, what a
 * reader could not see becomes �, and it ends after 400 characters.
 */
export function plainText(text: string): string {
  const line = text
    .slice(0, longest * 4)
    .toWellFormed()
    .replace(/[\s\u2028\u2029\u0085]+/gu, ' ')
    .replace(unseen, '�')
    .trim();
  return clipped(line, longest);
}

/** At most `length` characters, an ellipsis in place of what is left out; never half a surrogate pair. */
export function clipped(text: string, length: number): string {
  if (text.length <= length) return text;
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}
