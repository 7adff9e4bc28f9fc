/** Without line breaks and other control characters: names and values come from files that anyone may have written. */
export function singleLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

/** As much of it as a sentence bears. */
export function excerpt(text: string): string {
  const line = singleLine(text);
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
