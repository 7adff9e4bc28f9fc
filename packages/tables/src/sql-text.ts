/** A name as SQL text: the only way a table or column name gets into a statement. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as SQL text: the only way a path or other text gets into a statement. DuckDB knows no backslash escapes here. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function list(texts: readonly string[]): string {
  return `[${texts.map(literal).join(', ')}]`;
}

/** A path as a list of exactly that file: the characters of a glob are wrapped in brackets, which makes them plain. */
export function plainPath(file: string): string {
  return file.replaceAll('\\', '/').replace(/[*?[]/g, '[$&]');
}
