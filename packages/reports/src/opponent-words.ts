import type { BaselineIdentity } from '@modelgate/core';
import { counted } from './number-format.ts';
import type { Phrase } from './phrase.ts';
import { clipped } from './plain-text.ts';

/** The anchor model of `a1b2c3d`, as code; without a name where the verdict does not say whom it was compared with. */
export function anchorWords(anchor: BaselineIdentity | undefined): string {
  if (anchor === undefined) return 'the anchor';
  const version = versionOf(anchor);
  return `the anchor model of \`${opponentName(anchor)}\`${version === undefined ? '' : `, ${version}`}`;
}

/** `champion a1b2c3d (main, 6 days old)`, `anchor models:/delays@2025 (version 7)`. */
export function opponentPhrase(role: 'champion' | 'anchor', identity: BaselineIdentity): Phrase {
  const scored = identity.from === 'rescore' ? 'scored anew' : undefined;
  const facts = [versionOf(identity), identity.branch, scored, age(identity.ageDays)];
  const known = facts.filter((part) => part !== undefined);
  return [`${role} `, { code: opponentName(identity) }, known.length === 0 ? '' : ` (${known.join(', ')})`];
}

/** A model registry's own name says more to its users than the commit that trained it. */
function opponentName({ from, name, commit }: BaselineIdentity): string {
  return from === 'mlflow' || commit === undefined ? clipped(name, 80) : commit.slice(0, 7);
}

function versionOf({ modelVersion }: BaselineIdentity): string | undefined {
  return modelVersion === undefined ? undefined : `version ${modelVersion}`;
}

function age(days: number | undefined): string | undefined {
  if (days === undefined) return undefined;
  return days < 1 ? 'less than a day old' : `${counted(Math.round(days), 'day')} old`;
}
