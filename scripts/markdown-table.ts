/** A Markdown table; a cell's line breaks become spaces, its bars are escaped. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (text: string) =>
    text
      .trim()
      .replaceAll(/\s*\n\s*/g, ' ')
      .replaceAll('|', '\\|');
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |\n`;
  return [head, head.map(() => '---'), ...rows].map(line).join('');
}

/** The text between `<!-- name -->` and `<!-- /name -->`, each on a line of its own, replaced; nothing where they are not. */
export function between(text: string, name: string, body: string): string {
  return text.replace(
    new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`),
    (_, open: string, close: string) => `${open}${body}${close}`,
  );
}

/** What code writes into a page. */
export interface Computed {
  /** Between `<!-- table: name -->` and `<!-- /table -->`, each on a line of its own. */
  readonly tables: ReadonlyMap<string, string>;
  /** Within a sentence: `<!-- number: name -->47 %<!-- /number -->`. */
  readonly numbers?: ReadonlyMap<string, string>;
}

/**
 * A page with everything computed in its place; other text stays as it is.
 * @throws Error when the page asks for what nothing computes, or has no place for what is computed
 */
export function withComputed(page: string, file: string, { tables, numbers = new Map() }: Computed): string {
  const filled = filledIn(page, file, 'table', '\n', tables);
  return filledIn(filled, file, 'number', '', numbers);
}

function filledIn(
  page: string,
  file: string,
  kind: string,
  afterMarker: string,
  bodies: ReadonlyMap<string, string>,
): string {
  const placed = new Set<string>();
  const marker = new RegExp(`(<!-- ${kind}: ([a-z0-9-]+) -->)${afterMarker}[\\s\\S]*?(<!-- /${kind} -->)`, 'g');
  const text = page.replace(marker, (_, open: string, name: string, close: string) => {
    const body = bodies.get(name);
    if (body === undefined) {
      throw new Error(`${file} asks for the ${kind} "${name}"; there are: ${[...bodies.keys()].join(', ')}`);
    }
    placed.add(name);
    return `${open}${afterMarker}${body}${close}`;
  });
  const missing = [...bodies.keys()].filter((name) => !placed.has(name));
  if (missing.length > 0) {
    throw new Error(
      `${file} has no place for: ${missing.join(', ')}. Write <!-- ${kind}: name -->${afterMarker}<!-- /${kind} -->`,
    );
  }
  return text;
}
