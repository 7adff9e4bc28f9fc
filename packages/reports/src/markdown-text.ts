import { plainText } from './plain-text.ts';

/**
 * Text as text in GitHub's Markdown: nothing in it is markup, a link, a mention or a reference, in a table cell or out
 * of it, and it stays on one line.
 *
 * What could open HTML, end a cell or escape becomes a character reference, which CommonMark never reads as structure
 * (0.31, section 2.5); the rest is escaped. An underscore inside a word is no markup in GitHub's dialect and stays.
 * Mentions, references, addresses and emoji codes are found by GitHub in the rendered text, after escapes are gone, so
 * these are parted by a zero-width space. `$` is wrapped as GitHub's page on mathematical expressions says.
 */
export function markdownText(text: string, options: { readonly startsLine?: boolean } = {}): string {
  const escaped = plainText(text)
    .replace(/[&<>|\\]/g, characterReference)
    .replace(/[`*[\]~]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&')
    .replace(/(?<!&)#(?=\w)/g, '#&#8203;')
    .replace(/@/g, '@&#8203;')
    .replace(/(GH)-(?=\d)/gi, '$1-&#8203;')
    .replace(/:\/\//g, ':&#8203;//')
    .replace(/(www)\./gi, '$1&#8203;.')
    .replace(/:(?=[\w+-]+:)/g, ':&#8203;')
    .replace(/\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])([0-9a-f]{6})(?=[0-9a-f]{1,34}\b)/gi, '$1&#8203;')
    .replace(/\$/g, '<span>$</span>');
  return options.startsLine === true ? inertStart(escaped) : escaped;
}

/** A name as code. GitHub links and mentions nothing in code; a name that could end the span is written as HTML. */
export function codeSpan(text: string): string {
  const name = plainText(text);
  if (name === '') return '<code>(empty)</code>';
  if (!/[`|\\<>&$]/.test(name)) return `\`${name}\``;
  return `<code>${name.replace(/[!-/:-@[-`{-~]/g, characterReference)}</code>`;
}

/** A link, or only its text where the address is none that may be linked. `label` is ours, not data. */
export function markdownLink(label: string, address: string | undefined): string {
  return address === undefined ? label : `[${label}](${address})`;
}

/** A value inside an HTML comment or marker: percent-encoded, so that nothing can end the comment. */
export function markerValue(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('--', '%2D%2D');
}

// At the start of a block these make headings, lists, quotes, rules and fences.
function inertStart(text: string): string {
  return text.replace(/^[#+=-]/, characterReference).replace(/^(\d+)([.)])/, (_, digits: string, mark: string) => {
    return `${digits}${characterReference(mark)}`;
  });
}

function characterReference(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}
