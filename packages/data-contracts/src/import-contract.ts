import type { LeftOut } from './import-draft.ts';
import { fromGreatExpectations } from './import-great-expectations.ts';
import { fromJsonSchema } from './import-json-schema.ts';
import { fromPandera } from './import-pandera.ts';

export const contractSources = ['great-expectations', 'pandera', 'json-schema'] as const;
export type ContractSource = (typeof contractSources)[number];

export interface ImportedContract {
  /** A data contract as YAML, which parses. */
  readonly contract: string;
  /** What the contract does not hold, or holds with a difference that is said. */
  readonly left: readonly LeftOut[];
}

const readers = {
  'great-expectations': fromGreatExpectations,
  pandera: fromPandera,
  'json-schema': fromJsonSchema,
} as const;

/**
 * Turns the contract of another tool into one of ours. What cannot be expressed is listed, never dropped.
 *
 * @param source which tool wrote it: an expectation suite (JSON of 0.18 or 1.x), what `DataFrameSchema.to_yaml()`
 *   wrote, or a JSON Schema (draft 7 or 2020-12) of one row as an object, or of an array of them
 * @param text the file's text
 * @param file the name that messages show
 * @throws UserError when the text is not of that tool, or holds no rule that a contract can ask
 */
export function importContract(source: ContractSource, text: string, file: string): ImportedContract {
  const { draft, head } = readers[source](text, file);
  const left = draft.left.length;
  const note =
    left === 0 ? 'Nothing was left out.' : `${left} ${left === 1 ? 'rule' : 'rules'} could not be taken over wholly.`;
  return { contract: draft.text([head, note], file), left: [...draft.left] };
}
