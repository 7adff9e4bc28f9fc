import { htmlText } from './html-text.ts';
import { codeSpan, markdownText } from './markdown-text.ts';
import { plainText } from './plain-text.ts';

/** A line of words and names, written once and rendered as Markdown, HTML or plain text. */
export type Phrase = readonly (string | { readonly code: string } | { readonly strong: string })[];

export function phraseMarkdown(phrase: Phrase): string {
  return worded(phrase)
    .map((part, index) => {
      if (typeof part === 'string') return spaced(part, (text) => markdownText(text, { startsLine: index === 0 }));
      return 'code' in part ? codeSpan(part.code) : `**${markdownText(part.strong)}**`;
    })
    .join('');
}

export function phraseHtml(phrase: Phrase): string {
  return worded(phrase)
    .map((part) => {
      if (typeof part === 'string') return spaced(part, htmlText);
      return 'code' in part ? `<code>${htmlText(part.code)}</code>` : `<strong>${htmlText(part.strong)}</strong>`;
    })
    .join('');
}

export function phrasePlain(phrase: Phrase): string {
  return phrase
    .map((part) => {
      if (typeof part === 'string') return spaced(part, plainText);
      return plainText('code' in part ? part.code : part.strong);
    })
    .join('');
}

/** Messages put what is to be typed between backticks: that is code, whatever it holds. */
function worded(phrase: Phrase): Phrase {
  return phrase.flatMap((part): Phrase => {
    if (typeof part !== 'string') return [part];
    return part.split(/(`[^`\s][^`]*`)/).map((piece) => {
      return piece.length > 2 && piece.startsWith('`') && piece.endsWith('`') ? { code: piece.slice(1, -1) } : piece;
    });
  });
}

/** Cleaning trims; between two parts the space is wanted. */
function spaced(part: string, render: (text: string) => string): string {
  const before = /^\s/.test(part) ? ' ' : '';
  const after = /\S\s$/.test(part) ? ' ' : '';
  return `${before}${render(part)}${after}`;
}
