import { verdictSchemaId } from '@modelgate/core';
import type { EvidenceProblem, Refusal } from './decision.ts';
import { plain } from './decision-words.ts';

/** A bundle as JSON, several as JSON lines (as `gh attestation download` writes them), or an unsigned verdict.json. */
export interface EvidenceFile {
  /** Shown in messages. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** One JSON object of a file, by what it claims to be. */
export interface EvidenceDocument {
  readonly name: string;
  readonly kind: 'bundle' | 'verdict';
  readonly json: Readonly<Record<string, unknown>>;
}

export interface EvidenceReading {
  readonly documents: readonly EvidenceDocument[];
  readonly problems: readonly EvidenceProblem[];
  /** Name of the first piece beyond what is read; what it and later ones say is not known. */
  readonly unread?: string;
}

/** Far above what gates write (a verdict is some kB) and far below what would hold a runner up. */
const mostBytes = 32 * 1024 * 1024;
const mostBytesOfOne = 8 * 1024 * 1024;
const deepest = 64;
export const mostDocuments = 1000;

const bundleTypes = /^application\/vnd\.dev\.sigstore\.bundle(?:\+json;version=(\d+\.\d+)|\.v(\d+\.\d+)\+json)$/;
/** Every major version of our verdict, as a schema and as a predicate type. */
export const verdictSchemas = /^https:\/\/github\.com\/modelgate\/modelgate\/verdict\/v(\d+)$/;
const takeUp = 'Give the bundles that `gh attestation download` or `cosign` wrote, or the verdict.json of a gate.';
export const update = 'Update Modelgate here to the version that made the evidence, or a later one.';

/** Takes files apart into what claims to be evidence; everything else becomes a problem with the name of the file. */
export function readEvidence(files: readonly EvidenceFile[]): EvidenceReading {
  const documents: EvidenceDocument[] = [];
  const problems: EvidenceProblem[] = [];
  let seen = 0;
  for (const file of files) {
    for (const { name, value } of valuesOf(file)) {
      seen += 1;
      if (seen > mostDocuments) return { documents, problems, unread: name };
      const found = isRefusal(value) ? value : documentOf(name, value.json);
      if (isRefusal(found)) problems.push({ ...found, evidence: name });
      else documents.push(found);
    }
  }
  return { documents, problems };
}

interface Value {
  readonly name: string;
  readonly value: { readonly json: unknown } | Refusal;
}

function valuesOf({ name, bytes }: EvidenceFile): readonly Value[] {
  const file = plain(name);
  const refused = (message: string): readonly Value[] => [{ name: file, value: unreadable(message) }];
  if (bytes.length > mostBytes)
    return refused(`is of ${megabytes(bytes.length)}; evidence of at most ${megabytes(mostBytes)} is read`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refused('is no UTF-8 text');
  }
  if (text.trim() === '') return refused('is empty');
  const whole = jsonOf(text);
  const lines = linesOf(text, file);
  const inLines =
    isRefusal(whole) && lines.length > 1 && lines.some(({ value }) => !isRefusal(value) && isRecord(value.json));
  return inLines ? lines : [{ name: file, value: whole }];
}

/** One more than are read, so that it shows; a file may have a million lines. */
function linesOf(text: string, file: string): readonly Value[] {
  const values: Value[] = [];
  let number = 0;
  for (let at = 0; at < text.length && values.length <= mostDocuments; ) {
    const found = text.indexOf('\n', at);
    const end = found < 0 ? text.length : found;
    const line = text.slice(at, end).trim();
    number += 1;
    at = end + 1;
    if (line !== '') values.push({ name: `${file} line ${number}`, value: jsonOf(line) });
  }
  return values;
}

function jsonOf(text: string): { readonly json: unknown } | Refusal {
  if (text.length > mostBytesOfOne) {
    return unreadable(`is one piece of ${megabytes(text.length)}; at most ${megabytes(mostBytesOfOne)} are read`);
  }
  if (isDeep(text)) return unreadable(`is nested deeper than ${deepest} levels`);
  try {
    return { json: JSON.parse(text) };
  } catch {
    return unreadable('is no JSON');
  }
}

/** Counts brackets outside of strings, before anything walks what they nest. */
export function isDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const mark = text[at];
    if (inString) {
      if (mark === '\\') at += 1;
      else if (mark === '"') inString = false;
    } else if (mark === '"') inString = true;
    else if (mark === '{' || mark === '[') {
      depth += 1;
      if (depth > deepest) return true;
    } else if (mark === '}' || mark === ']') depth -= 1;
  }
  return false;
}

function documentOf(name: string, json: unknown): EvidenceDocument | Refusal {
  if (!isRecord(json)) return unreadable('is no Sigstore bundle and no verdict');
  const { mediaType, schema } = json;
  const [, schemaVersion] = verdictSchemas.exec(typeof schema === 'string' ? schema : '') ?? [];
  if (schema === verdictSchemaId) return { name, kind: 'verdict', json };
  if (schemaVersion !== undefined) {
    return newer(`is a verdict of schema v${schemaVersion}; this version reads v1`);
  }
  if ('payload' in json && 'signatures' in json) {
    return unreadable('is an envelope without what verifies it; a Sigstore bundle is what is read');
  }
  if ('_type' in json && 'predicate' in json) {
    return { reason: 'evidence-unsigned', message: 'the evidence is a statement without a signature', how: takeUp };
  }
  const [, old, current] = bundleTypes.exec(typeof mediaType === 'string' ? mediaType : '') ?? [];
  const version = old ?? current;
  if (version === undefined) return unreadable('is no Sigstore bundle and no verdict');
  if (!['0.1', '0.2', '0.3'].includes(version)) {
    return newer(`is a Sigstore bundle of version ${plain(version)}; this version reads 0.1 to 0.3`);
  }
  return { name, kind: 'bundle', json };
}

function unreadable(message: string): Refusal {
  return { reason: 'evidence-unreadable', message: `the file ${message}`, how: takeUp };
}

function newer(message: string): Refusal {
  return { reason: 'evidence-newer', message: `the file ${message}`, how: update };
}

function isRefusal(value: object): value is Refusal {
  return 'reason' in value;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
