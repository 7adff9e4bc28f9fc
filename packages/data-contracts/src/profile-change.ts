import { count, counted } from './number-words.ts';
import { type Profile, type ProfileColumn, profileSchemaId } from './profile.ts';
import { writeProfile } from './profile-text.ts';

/**
 * What a proposed profile would change in the committed one, in one line: rows, columns that come and go or have another
 * type, and in how many others anything is counted otherwise.
 */
export function proposedProfileChange(committed: Profile | undefined, proposed: Profile): string {
  if (committed === undefined)
    return `a first profile: ${counted(proposed.rows, 'row')}, ${columns(proposed.columns.length)}`;
  const [before, now] = [columnsOf(committed), columnsOf(proposed)];
  const both = [...now.values()].flatMap((column) => {
    const was = before.get(column.name);
    return was === undefined ? [] : [{ was, column }];
  });
  const retyped = both.filter(({ was, column }) => was.type !== column.type);
  const recounted = both.filter(
    ({ was, column }) => was.type === column.type && !same(was, column, committed, proposed),
  );
  const parts = [
    ...(committed.rows === proposed.rows
      ? []
      : [`${counted(proposed.rows, 'row')} instead of ${count(committed.rows)}`]),
    ...named(
      'new',
      [...now.keys()].filter((name) => !before.has(name)),
    ),
    ...named(
      'gone',
      [...before.keys()].filter((name) => !now.has(name)),
    ),
    ...retyped.map(({ was, column }) => `\`${column.name}\` ${column.type}, was ${was.type}`),
    ...(recounted.length === 0 ? [] : [`other counts in ${columns(recounted.length)}`]),
  ];
  return parts.length === 0 ? 'no count differs; only the commit and the digest of the data do' : parts.join('; ');
}

function columnsOf(profile: Profile): ReadonlyMap<string, ProfileColumn> {
  return new Map(profile.columns.map((column) => [column.name, column]));
}

/** As they would be written: a mean that differs in digits that mean nothing has not changed. */
function same(was: ProfileColumn, column: ProfileColumn, committed: Profile, proposed: Profile): boolean {
  return alone(was, committed) === alone(column, proposed);
}

function alone(column: ProfileColumn, { rows }: Profile): string {
  return writeProfile({ schema: profileSchemaId, tool: '', commit: '', sha256: '', rows, columns: [column] });
}

function named(word: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const shown = names.slice(0, 3).map((name) => `\`${name}\``);
  return [`${word}: ${[...shown, ...(names.length > 3 ? [`${names.length - 3} more`] : [])].join(', ')}`];
}

function columns(number: number): string {
  return `${count(number)} ${number === 1 ? 'column' : 'columns'}`;
}
