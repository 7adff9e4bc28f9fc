import { EVENT_ID, getScalarValue, load, parseEvents, YAMLException } from 'js-yaml';
import { PolicyError } from './policy-error.ts';
import type { Location } from './user-error.ts';

/** Keys and indexes from the top of a document to one of its values. */
export type KeyPath = readonly (string | number)[];

/** A YAML document whose values know where they stand. */
export interface YamlDocument {
  readonly value: unknown;
  /** Where the key (or list item) at `path` stands; for a path that is not there, the nearest ancestor that is. */
  locate(path: KeyPath): Location;
  /** As `locate`, but undefined when the very path is not there: annotations must not point at a neighbour. */
  find(path: KeyPath): Location | undefined;
}

/** Deep enough for any policy, small enough that a hostile one cannot hurt. */
const limits = { characters: 1_000_000, depth: 50 } as const;

/**
 * Reads one YAML 1.2 document (core schema: dates stay text, no merge keys). Anchors are refused: a policy is read by
 * people in a diff, and nested aliases are the classic way to blow up a reader.
 *
 * @param file the name that error messages show
 * @throws PolicyError with the position of the first syntax error
 */
export function parseYaml(text: string, file: string): YamlDocument {
  if (text.length > limits.characters) {
    throw PolicyError.of(file, `${file} has ${text.length} characters; at most ${limits.characters} are read`);
  }
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const lines = lineStarts(source);
  try {
    const value = load(source, { filename: file, maxDepth: limits.depth, maxAliases: 0 });
    const positions = keyPositions(source, file);
    const find = (path: KeyPath): Location | undefined => {
      const offset = positions.get(pathKey(path));
      return offset === undefined ? undefined : { file, ...lines(offset) };
    };
    const locate = (path: KeyPath): Location => {
      for (let length = path.length; length > 0; length--) {
        const found = find(path.slice(0, length));
        if (found) return found;
      }
      return { file, line: 1, column: 1 };
    };
    return { value, locate, find };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const where = error.mark ? { file, line: error.mark.line + 1, column: error.mark.column + 1 } : { file };
    throw new PolicyError([{ message: `not valid YAML: ${error.reason}`, where, ...yamlAdvice(error.reason) }]);
  }
}

function yamlAdvice(reason: string): { how?: string } {
  if (reason.includes('alias'))
    return { how: 'write the value out where it is used: anchors are not read in policies' };
  if (reason.includes('input is empty')) return { how: 'the smallest policy is in README.md' };
  if (reason.includes('duplicated')) return { how: 'keep one of the two keys: the second would silently win' };
  return {};
}

/** Offsets of each key and list item, from js-yaml's own parse events (the loader itself keeps no positions). */
function keyPositions(source: string, file: string): Map<string, number> {
  const positions = new Map<string, number>();
  type Frame = {
    readonly path: KeyPath;
    key: string | undefined;
    index: number;
    readonly kind: 'map' | 'list' | 'root';
  };
  const stack: Frame[] = [];

  /** The path of the value that begins now; undefined when it is a mapping's key. */
  const enter = (start: number, scalar: string | undefined): KeyPath | undefined => {
    const top = stack.at(-1);
    if (top === undefined || top.kind === 'root') return [];
    if (top.kind === 'list') {
      const path = [...top.path, top.index++];
      positions.set(pathKey(path), start);
      return path;
    }
    if (top.key === undefined) {
      top.key = scalar ?? '';
      positions.set(pathKey([...top.path, top.key]), start);
      return undefined;
    }
    const path = [...top.path, top.key];
    top.key = undefined;
    return path;
  };

  for (const event of parseEvents(source, { filename: file, maxDepth: limits.depth })) {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        stack.push({ path: [], key: undefined, index: 0, kind: 'root' });
        break;
      case EVENT_ID.MAPPING:
      case EVENT_ID.SEQUENCE: {
        const kind = event.type === EVENT_ID.MAPPING ? 'map' : 'list';
        stack.push({ path: enter(event.start, undefined) ?? [], key: undefined, index: 0, kind });
        break;
      }
      case EVENT_ID.SCALAR:
        enter(event.valueStart, getScalarValue(source, event));
        break;
      case EVENT_ID.ALIAS:
        enter(event.anchorStart, undefined);
        break;
      case EVENT_ID.POP:
        stack.pop();
        break;
    }
  }
  return positions;
}

function pathKey(path: KeyPath): string {
  return path.map(String).join('\u0000');
}

function lineStarts(source: string): (offset: number) => { line: number; column: number } {
  const starts = [0];
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}
