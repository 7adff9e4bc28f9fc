import { commandsOf } from './runner-log.ts';
import type { Ended } from './step.ts';

const own = 'https://github.com/acme/flights/';

/** Commands of our own: what a step says, and what the artifact client prints. */
const ours = /^(?:notice|warning|error|group|endgroup|debug|add-mask)$/;

/**
 * What somebody else's text has managed to become in a rendered comment, summary or check run: a marker, a tag, a
 * mention, a reference, a link or a heading. Inside code GitHub makes none of these.
 */
export function escapedFrom(markdown: string, marker: boolean): readonly string[] {
  const problems: string[] = [];
  const [first = '', ...rest] = markdown.split('\n');
  const body = (marker ? rest : [first, ...rest]).join('\n');
  if (marker && !/^<!-- modelgate:v1 policy=\S+ workflow=\S+ -->$/.test(first)) problems.push(`no marker: ${first}`);
  if (body.includes('<!--') || body.includes('-->')) problems.push('an HTML comment');
  const prose = body
    .replaceAll('\\`', '')
    .replaceAll(/`[^`\n]*`/g, '')
    .replaceAll(/<code>[^<]*<\/code>/g, '<code></code>');
  const tags = prose.match(/<[^>\n]*>?/g) ?? [];
  const known = /^<\/?(?:details|summary|sub|code|span)>$/;
  problems.push(...tags.filter((tag) => !known.test(tag)).map((tag) => `a tag: ${tag}`));
  for (const name of ['details', 'summary', 'sub', 'span']) {
    const [opened, closed] = [`<${name}>`, `</${name}>`].map((tag) => prose.split(tag).length);
    if (opened !== closed) problems.push(`<${name}> is opened ${opened} and closed ${closed} times`);
  }
  const links = [...prose.matchAll(/(?<!\\)\]\(([^)]*)\)/g)].map(([, address = '']) => address);
  problems.push(...links.filter((address) => !address.startsWith(own)).map((address) => `a link: ${address}`));
  const bare = prose.replaceAll(/\]\([^)]*\)/g, '');
  problems.push(...(bare.match(/\w+:\/\/\S*|\bwww\.\S+/gi) ?? []).map((address) => `an address: ${address}`));
  problems.push(...(prose.match(/(?<!\\)!\[/g) ?? []).map(() => 'an image'));
  problems.push(...(prose.match(/@[\w-]+/g) ?? []).map((name) => `a mention: ${name}`));
  problems.push(...(prose.match(/(?<!&)#\d+|\bGH-\d+/gi) ?? []).map((reference) => `a reference: ${reference}`));
  problems.push(...(prose.match(/(?<![\\`])```|(?<!\\)~~/g) ?? []).map((fence) => `markup: ${fence}`));
  const headings = body.split('\n').filter((line) => /^\s{0,3}#{1,6}\s/.test(line));
  if (headings.length > 1) problems.push(`${headings.length} headings`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
  const unseen = body.match(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u061c\ufeff]/g) ?? [];
  problems.push(...unseen.map((character) => `the character ${character.codePointAt(0)?.toString(16)}`));
  return problems;
}

/** What of somebody else's text the runner would have obeyed, or a terminal. */
export function obeyedIn({ log }: Ended): readonly string[] {
  const commands = commandsOf(log).filter(({ name }) => !ours.test(name));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
  const unseen = log.match(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u061c\ufeff]/g) ?? [];
  const forged = commandsOf(log).filter(({ message }) => /^forged$/.test(message));
  return [
    ...[...commands, ...forged].map(({ name, message }) => `::${name}::${message}`),
    ...unseen.map((character) => `the character ${character.codePointAt(0)?.toString(16)}`),
  ];
}

/** What of somebody else's text the page would fetch, run or link. */
export function escapedFromPage(html: string): readonly string[] {
  const links = [...html.matchAll(/(?:href|src|action|srcset)\s*=\s*"([^"]*)"/gi)].map(([, address = '']) => address);
  return [
    ...links.filter((address) => !address.startsWith(own)).map((address) => `a link: ${address}`),
    ...(
      html.replaceAll(/="[^"]*"/g, '=""').match(/<(?:script|img|iframe|h1(?=>?\s*<\/h1))|<[^>]*\son\w+\s*=/gi) ?? []
    ).map((tag) => `a tag: ${tag}`),
    ...(html.includes('<!--') ? ['an HTML comment'] : []),
  ];
}
