import { parseDataContract, type RuleChange, UserError } from '@modelgate/core';
import type { Source } from '@modelgate/tables';
import { contractChanges } from './contract-change.ts';
import type { Profile } from './profile.ts';
import { proposedProfileChange } from './profile-change.ts';
import { parseProfile } from './profile-text.ts';
import type { RuleFiles } from './rule-files.ts';
import { schemaChanges } from './schema-change.ts';

export type DataChange = NonNullable<RuleChange['data']>;

/** A verdict is text for people; nobody reads more. */
const toldAtMost = 100;

interface ChangedFiles {
  /** undefined where it stands inside the gate: then the policy's own change tells it. */
  readonly contract: string | undefined;
  readonly profile: string | undefined;
}

/**
 * What a change does to contract, profile and table: the rules by comparing base and head, the table by comparing it
 * with the one that the committed profile was made of. undefined where that is nothing.
 */
export async function dataChange(
  { contract, profile }: ChangedFiles,
  table: { readonly source: Source; readonly profile: Profile | undefined },
  { change }: RuleFiles,
): Promise<DataChange | undefined> {
  const rules = contract === undefined || change === undefined ? [] : contractRules(contract, await change(contract));
  const columns = table.profile === undefined ? [] : columnChanges(table.profile, table.source);
  const words =
    profile === undefined || change === undefined ? undefined : profileWords(profile, await change(profile));
  if (rules.length === 0 && columns.length === 0 && words === undefined) return undefined;
  const left = Math.max(0, rules.length - toldAtMost) + Math.max(0, columns.length - toldAtMost);
  return {
    contract: rules.slice(0, toldAtMost),
    columns: columns
      .slice(0, toldAtMost)
      .map(({ kind, column, breaking, words: told }) => ({ kind, column, breaking, words: told })),
    ...(words === undefined ? {} : { profile: words }),
    ...(left === 0 ? {} : { leftOut: left }),
  };
}

type Sides = Awaited<ReturnType<NonNullable<RuleFiles['change']>>>;

function contractRules(file: string, { before, after }: Sides): DataChange['contract'] {
  if (before === after) return [];
  const whole = (kind: 'added' | 'removed' | 'changed', words: string, breaking: boolean): DataChange['contract'] => [
    { path: '', kind, breaking, breaksProducers: !breaking, consumers: [], words, where: { file } },
  ];
  if (after === undefined) return whole('removed', `contract \`${file}\` is removed`, true);
  try {
    const base = before === undefined ? undefined : parseDataContract(before, file);
    return contractChanges(base, parseDataContract(after, file)).map((one) => ({
      ...one,
      consumers: [...one.consumers],
      where: { ...one.where },
    }));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return whole('changed', `contract \`${file}\` has mistakes: ${error.message}`, true);
  }
}

function profileWords(file: string, { before, after }: Sides): string | undefined {
  if (before === after) return undefined;
  if (after === undefined) return `profile \`${file}\` is removed: drift is no longer measured`;
  try {
    const base = before === undefined ? undefined : parseProfile(before, file);
    return proposedProfileChange(base, parseProfile(after, file));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `profile \`${file}\` cannot be read: ${error.message}`;
  }
}

/** By name: a profile keeps no order of the columns. */
function columnChanges(profile: Profile, source: Source): ReturnType<typeof schemaChanges> {
  const before = new Map<string, string>(profile.columns.map(({ name, type }) => [name, type]));
  const after = source.columns
    .map((column) => ({ name: column.name, type: profiledAs(column, before.get(column.name), source.format) }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const sorted = [...before].map(([name, type]) => ({ name, type }));
  return schemaChanges(
    sorted.toSorted((one, other) => (one.name < other.name ? -1 : 1)),
    after,
  );
}

const numeric: readonly (string | undefined)[] = ['integer', 'decimal', 'double'];

/** A column by the words of a profile. What a text format cannot say of its values counts as it was. */
function profiledAs(
  { type, storedAs }: Source['columns'][number],
  before: string | undefined,
  format: Source['format'],
): string {
  const isText = format === 'csv' || format === 'json';
  if (type === 'empty') return before ?? 'string';
  if (isText && type === 'text' && before !== undefined && !numeric.includes(before)) return before;
  if (isText && (type === 'integer' || type === 'number') && before !== undefined && numeric.includes(before))
    return before;
  switch (type) {
    case 'number':
      return /^DECIMAL/i.test(storedAs) ? 'decimal' : 'double';
    case 'text':
      return 'string';
    case 'time':
      return /^TIMESTAMP/i.test(storedAs) ? 'timestamp' : /^DATE/i.test(storedAs) ? 'date' : 'time';
    case 'other':
    case 'mixed':
      return /^(BLOB|BIT|VARBINARY)/i.test(storedAs) ? 'binary' : /\]$|^ARRAY/i.test(storedAs) ? 'list' : 'struct';
    default:
      return type;
  }
}
