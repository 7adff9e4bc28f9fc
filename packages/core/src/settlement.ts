import { type OnInconclusive, softened, stopsStep } from './status.ts';
import type { CheckResult } from './verdict.ts';
import { isLive, type Waiver } from './waiver.ts';

/** A judged check, and whether it alone would stop the step. */
export interface Judgement {
  readonly check: CheckResult;
  readonly stops: boolean;
}

/** What a check's outcome weighs. */
export interface Weighing {
  /** Of this check, or of its gate or stage where it says nothing. */
  readonly onInconclusive: OnInconclusive;
  /** Of the gate. */
  readonly waivers: readonly Waiver[];
  readonly now: Date;
}

/** Level and waiver soften what was found; an error stays one. */
export function settled(result: CheckResult, { onInconclusive, waivers, now }: Weighing): Judgement {
  const status = softened(result.outcome, result.level);
  const stops = stopsStep(status, onInconclusive);
  // a waiver that was renewed by a second entry counts, whichever of the two stands first
  const own = waivers.filter((one) => one.check === result.id);
  const waiver = own.find((one) => isLive(one, now)) ?? own[0];
  if (waiver === undefined || !stops || status === 'error') return { check: { ...result, status }, stops };
  const { owner, reason, expires, where } = waiver;
  const shown = { waiver: { owner, reason, expires, where } };
  if (isLive(waiver, now)) return { check: { ...result, status: 'waived', ...shown }, stops: false };
  return { check: { ...result, status, reason: 'waiver-expired', ...shown }, stops };
}
