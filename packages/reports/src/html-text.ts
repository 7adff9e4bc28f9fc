import { plainText } from './plain-text.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for HTML, in content and in quoted attributes. */
export function htmlText(text: string): string {
  return htmlEscaped(plainText(text));
}

/** Text of several lines, which somebody else has cleaned. */
export function htmlEscaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
