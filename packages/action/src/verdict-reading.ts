import { type Verdict, verdictSchema, verdictSchemaId } from '@modelgate/core';
import { type ArtifactFile, type ArtifactLimits, plainLine } from '@modelgate/github';
import { contradictionOf } from './verdict-contradiction.ts';

/** Artifacts of verdicts, and only those, begin with this and two dashes. */
export const verdictPrefix = 'modelgate-verdict';
export const verdictFile = 'verdict.json';

/** What is read of an artifact that calls itself a verdict: text about at most a thousand checks. */
export const verdictLimits: ArtifactLimits = { stored: 2 * 2 ** 20, unpacked: 4 * 2 ** 20, files: 4 };

/** Limits of the text itself, so that nothing in it is deeper, longer or more than what our gates write. */
const textLimits = { depth: 16, characters: 32_768, items: 1_000, magnitude: 1e100 } as const;

/** Why an artifact that bears a verdict's name is not taken for one. */
export type RefusalCause =
  | 'expired'
  | 'gone'
  | 'artifact-name'
  | 'too-many'
  | 'too-large'
  | 'damaged'
  | 'lying-size'
  | 'bad-path'
  | 'misfiled'
  | 'nested-archive'
  | 'not-text'
  | 'not-json'
  | 'too-deep'
  | 'too-long'
  | 'bad-key'
  | 'bad-number'
  | 'newer-schema'
  | 'not-a-verdict'
  | 'bad-name'
  | 'contradiction'
  | 'another-repository'
  | 'another-run'
  | 'another-event'
  | 'another-commit'
  | 'another-pull-request'
  | 'future-attempt'
  | 'twice';

export interface Refused {
  readonly cause: RefusalCause;
  /** Goes on from "the artifact …: ". One line, cut short; it may hold words of the artifact's, so escape it as data. */
  readonly words: string;
}

export type Reading = { readonly verdict: Verdict } | { readonly refused: Refused };

/**
 * The verdict in an artifact's files, which anybody may have written: total, whatever it is handed. It does not say
 * whether the verdict is about this run.
 */
export function readVerdict(files: readonly ArtifactFile[]): Reading {
  const nested = files.find(({ bytes }) => isArchive(bytes));
  if (nested !== undefined) return refused('nested-archive', `${shown(nested.path)} in it is an archive itself`);
  const file = files.find(({ path }) => path === verdictFile);
  if (file === undefined) {
    const [first] = files;
    return refused(
      'misfiled',
      `it holds no ${verdictFile}, but ${first === undefined ? 'nothing' : shown(first.path)}`,
    );
  }
  return fromText(file.bytes);
}

function fromText(bytes: Uint8Array): Reading {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refused('not-text', `its ${verdictFile} is no UTF-8`);
  }
  if (text.startsWith('\ufeff')) return refused('not-text', `its ${verdictFile} begins with a byte order mark`);
  // before parsing: what is nested a million deep takes hundreds of bytes for each of its own
  if (isDeeperThan(text, textLimits.depth)) {
    return refused('too-deep', `its ${verdictFile} is nested more than ${textLimits.depth} deep`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refused('not-json', `its ${verdictFile} is not JSON`);
  }
  const excess = excessOf(value);
  return excess === undefined ? fromJson(value) : { refused: excess };
}

function fromJson(value: unknown): Reading {
  const version = schemaVersion(value);
  if (version !== undefined && version > 1) {
    return refused(
      'newer-schema',
      `it is of schema verdict/v${version}, and this version of Modelgate reads v1: let gates and report be of the same release`,
    );
  }
  const parsed = verdictSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue === undefined || issue.path.length === 0 ? 'it' : issue.path.join('.');
    return refused(
      'not-a-verdict',
      `it is no verdict: ${plainLine(place, 60)}: ${plainLine(issue?.message ?? '', 120)}`,
    );
  }
  const verdict = parsed.data;
  const name = badNameOf(verdict);
  if (name !== undefined) return refused('bad-name', name);
  const contradiction = contradictionOf(verdict);
  return contradiction === undefined
    ? { verdict }
    : refused('contradiction', `it contradicts itself: ${contradiction}`);
}

export function refused(cause: RefusalCause, words: string): { readonly refused: Refused } {
  return { refused: { cause, words: plainLine(words, 300) } };
}

/** Text of somebody else's inside of such words. */
export function shown(text: string): string {
  return `"${plainLine(text, 60)}"`;
}

/** What zip, gzip, xz, zstandard, bzip2 and 7z begin with. */
const archiveStarts = ['504b0304', '504b0506', '504b0708', '1f8b', 'fd377a585a', '28b52ffd', '425a68', '377abcaf'];

function isArchive(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 6)).toString('hex');
  return archiveStarts.some((signature) => start.startsWith(signature));
}

/** Brackets that are open at the same time, outside of strings. */
function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (inString) {
      if (character === '\\') index++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') {
      depth++;
      if (depth > limit) return true;
    } else if (character === '}' || character === ']') depth--;
  }
  return false;
}

/** What no verdict of ours has, whatever the field. Goes no deeper than was allowed above. */
function excessOf(value: unknown): Refused | undefined {
  if (typeof value === 'string' && value.length > textLimits.characters) {
    return refused('too-long', `a text in it has ${value.length} characters, more than ${textLimits.characters}`)
      .refused;
  }
  // 1e999 is JSON, and Infinity to JavaScript; below that, sums and differences must stay numbers
  if (typeof value === 'number' && !(Math.abs(value) <= textLimits.magnitude)) {
    return refused('bad-number', `a number in it is larger than ${textLimits.magnitude}`).refused;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Object.entries(value);
  if (entries.length > textLimits.items) {
    return refused('too-many', `a list in it has ${entries.length} entries, more than ${textLimits.items}`).refused;
  }
  for (const [key, child] of entries) {
    if (key === '__proto__') return refused('bad-key', 'a key in it is named "__proto__"').refused;
    const excess = excessOf(key) ?? excessOf(child);
    if (excess !== undefined) return excess;
  }
  return undefined;
}

function schemaVersion(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null || !('schema' in value) || typeof value.schema !== 'string') return;
  const prefix = verdictSchemaId.replace(/\d+$/, '');
  const [, digits] = value.schema.startsWith(prefix)
    ? (/^(\d{1,6})$/.exec(value.schema.slice(prefix.length)) ?? [])
    : [];
  return digits === undefined ? undefined : Number(digits);
}

/** As in the policy (packages/core/src/policy.ts): these name comments, check runs and files. */
const identifier = /^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/;

function badNameOf({ policy, gate }: Verdict): string | undefined {
  if (!identifier.test(policy.name)) return `its policy is named ${shown(policy.name)}, which no policy can be`;
  return identifier.test(gate.id) ? undefined : `its gate is named ${shown(gate.id)}, which no gate can be`;
}
