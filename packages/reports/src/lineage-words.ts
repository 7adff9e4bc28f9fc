import type { LineageEntry, Verdict } from '@modelgate/core';
import type { Phrase } from './phrase.ts';

const mostNamed = 3;

/** Where data and packages come from, in one line; nothing where no file of the workspace records it. */
export function lineagePhrase({ lineage = [] }: Verdict): Phrase | undefined {
  const of = <Kind extends LineageEntry['kind']>(kind: Kind) =>
    lineage.filter((entry): entry is Extract<LineageEntry, { kind: Kind }> => entry.kind === kind);
  const data = [...of('dvc').map(dvcPhrase), ...of('lakefs').map(lakefsPhrase)];
  const locks = of('lock-file').map(({ path }): Phrase => [{ code: path }]);
  const parts = [labelled('Data: ', data), labelled(data.length === 0 ? 'Packages: ' : 'packages: ', locks)].filter(
    (part) => part.length > 0,
  );
  return parts.length === 0 ? undefined : parts.flatMap((part, index) => (index === 0 ? part : ['; ', ...part]));
}

/** Whether what is on disk is what was recorded, in words; nothing where that was not looked at. */
export function matchWords(matches: boolean | undefined): string | undefined {
  if (matches === undefined) return undefined;
  return matches ? 'as recorded' : 'not what was recorded';
}

function dvcPhrase({ path, matches }: Extract<LineageEntry, { kind: 'dvc' }>): Phrase {
  const found = matchWords(matches);
  const verdict: Phrase = found === undefined ? [] : [', ', matches === false ? { strong: found } : found];
  return [{ code: path }, ' (DVC', ...verdict, ')'];
}

function lakefsPhrase({ path, source, commit }: Extract<LineageEntry, { kind: 'lakefs' }>): Phrase {
  return [{ code: path }, ' (', { code: source }, ' at ', { code: commit.slice(0, 12) }, ')'];
}

function labelled(label: string, entries: readonly Phrase[]): Phrase {
  if (entries.length === 0) return [];
  const shown = entries.slice(0, mostNamed).flatMap((entry, index) => (index === 0 ? entry : [', ', ...entry]));
  const left = entries.length - mostNamed;
  return [label, ...shown, ...(left > 0 ? [` and ${left} more`] : [])];
}
