import { examplesNotice, expiryNotice, staleNotice } from '@modelgate/baselines';
import type { BaselineIdentity, InputIdentity } from '@modelgate/core';
import type { EvaluationPlan } from './evaluation-plan.ts';
import type { Opponent, OpponentRole } from './evaluation-sources.ts';
import type { Opponents } from './meeting.ts';

/** An opponent from a file is identified by the digest that was read. */
export function identityOf(
  role: OpponentRole,
  opponent: Opponent,
  inputs: readonly InputIdentity[],
): BaselineIdentity | undefined {
  if (opponent.kind !== 'results') return undefined;
  const read = inputs.find((input) => input.role === role);
  return read === undefined ? opponent.identity : { ...opponent.identity, sha256: read.sha256 };
}

/** What has to be said about champion and anchor: why there is none, that one is old, or that it answered other examples. */
export function opponentNotices(
  { gate }: EvaluationPlan,
  opponents: Opponents,
  identities: Readonly<Record<OpponentRole, BaselineIdentity | undefined>>,
  inputs: readonly InputIdentity[],
  now: Date,
): string[] {
  const examples = inputs.find((input) => input.role === 'examples');
  return (['champion', 'anchor'] as const).flatMap((role) => {
    const opponent = opponents[role];
    if (opponent.kind === 'not-compared') return [opponent.note];
    const identity = identities[role];
    if (identity === undefined || opponent.kind !== 'results') return [];
    // an anchor is meant to be old
    const stale = role === 'champion' ? staleNotice(identity, gate.champion['stale-after'], now) : undefined;
    const others = examples && opponent.manifest === undefined ? examplesNotice(identity, examples) : undefined;
    const said = [expiryNotice(identity, now), stale, others].filter((notice) => notice !== undefined);
    return [...(opponent.notices ?? []), ...said];
  });
}
