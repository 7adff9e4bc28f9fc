import type { Verdict } from '@modelgate/core';
import { count, counted, honestDecimals, number } from './number-format.ts';
import { pText } from './slice-gaps.ts';
import { sliceName } from './slice-rule.ts';

type Discovery = NonNullable<NonNullable<Verdict['slices']>['discovery']>;

/** A group that nobody declared, as reports show it. */
export interface FoundRow {
  readonly confirmed: boolean;
  readonly name: string;
  readonly where: string;
  readonly rows: string;
  readonly loss: string;
  readonly effect: string;
  readonly p: string;
}

/** What the search for groups came to; nothing where it was not asked for or found nothing. */
export interface DiscoveryWords {
  /** `Groups that nobody declared: 2 confirmed of 5 found`. */
  readonly summary: string;
  /** That it decides nothing, and on which rows it was found. */
  readonly lead: string;
  readonly rows: readonly FoundRow[];
  /** Lines for the policy; cleaned of what is not text. */
  readonly patch: string | undefined;
}

export function discoveryWords({ slices }: Verdict): DiscoveryWords | undefined {
  const discovery = slices?.discovery;
  if (discovery === undefined) return undefined;
  const found = discovery.found.toSorted((one, other) => Number(other.confirmed) - Number(one.confirmed));
  const confirmed = found.filter((one) => one.confirmed).length;
  const number = found.length === 0 ? 'none found' : `${count(confirmed)} confirmed of ${count(found.length)} found`;
  return {
    summary: `Groups that nobody declared: ${number}`,
    lead: leadOf(discovery),
    rows: found.map(foundRow),
    patch: patchLines(discovery.patch),
  };
}

export const patchLead = 'To judge the confirmed ones from now on, add to the policy:';

/** `✅ confirmed`: shown again in the half of the rows where it was not looked for. */
export function foundMark(confirmed: boolean): { readonly sign: string; readonly mark: string; readonly word: string } {
  return confirmed ? { sign: '❗', mark: '!', word: 'confirmed' } : { sign: '➖', mark: '-', word: 'not confirmed' };
}

function leadOf({ rows, exact, note, found }: Discovery): string {
  const halves = `Found in one half of ${counted(rows, 'row')}, tested in the other`;
  const parts = [
    'Advisory: this decides nothing',
    // the note of a search says how it was made
    found.length === 0 || note !== undefined ? undefined : halves,
    exact ? undefined : 'The search was cut off; there may be weaker groups than these',
    note?.replace(/[.\s]+$/, ''),
  ];
  return `${parts.filter((part) => part !== undefined).join('. ')}.`;
}

function foundRow({
  words,
  where,
  rows,
  meanLoss,
  effect,
  adjustedP,
  confirmed,
}: Discovery['found'][number]): FoundRow {
  return {
    confirmed,
    name: sliceName(words),
    where,
    rows: count(rows),
    loss: number(meanLoss, honestDecimals(undefined, meanLoss), true),
    effect: effect === undefined ? '–' : number(effect, 2),
    p: adjustedP === undefined ? '–' : pText(adjustedP),
  };
}

const mostLines = 60;
const longestLine = 400;

/** Every line of it as it is to be written, without what a reader could not see. */
function patchLines(patch: string | undefined): string | undefined {
  if (patch === undefined || patch.trim() === '') return undefined;
  const lines = patch.trimEnd().split(/\r\n|\r|\n|\u2028|\u2029|\u0085/);
  const shown = lines.slice(0, mostLines).map((line) => {
    return line.slice(0, longestLine).toWellFormed().replace(unseen, '�');
  });
  const left = lines.length - shown.length;
  return [...shown, ...(left > 0 ? [`# and ${counted(left, 'more line')}`] : [])].join('\n');
}

const unseen =
  /[\p{Cc}\p{Bidi_Control}\u00ad\u115f\u1160\u180e\u200b\u2060-\u2064\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** A block of code in Markdown that nothing in it can end. */
export function fenced(text: string, language: string): string {
  const runs = [...text.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = '`'.repeat(Math.max(3, ...runs.map((length) => length + 1)));
  return `${fence}${language}\n${text}\n${fence}`;
}
