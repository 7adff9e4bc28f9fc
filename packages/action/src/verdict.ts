import {
  type GateOutcome,
  type PolicyIdentity,
  type RuleChange,
  type RunIdentity,
  type Verdict,
  verdictSchemaId,
  type YamlDocument,
} from '@modelgate/core';
import type { Subject } from './subject.ts';
import { version } from './version.ts';

export interface VerdictFrame {
  readonly gate: Verdict['gate'];
  readonly policy: PolicyIdentity;
  /** What is judged; undefined where the policy names none. */
  readonly subject: Subject | undefined;
  /** Said beside what the gate itself says. */
  readonly notices: readonly string[];
  /** The policy whose lines a reader sees; undefined where there is none to point at. */
  readonly checkout: YamlDocument | undefined;
  /** What the change does to the rules; undefined where that is nothing, or not known. */
  readonly change?: RuleChange | undefined;
  readonly run: RunIdentity;
  readonly at: Date;
}

/** What a gate came to, with everything that makes it a verdict: policy, run, tool, time. */
export function verdictOf(judged: GateOutcome, frame: VerdictFrame): Verdict {
  const {
    recorded: _,
    look: __,
    proposedProfile: ___,
    sliceTable: ____,
    dataChange: _____,
    subject,
    ...outcome
  } = judged;
  const about = subject ?? frame.subject;
  return {
    schema: verdictSchemaId,
    gate: frame.gate,
    ...outcome,
    checks: outcome.checks.map((check) => withReadersLine(check, frame)),
    notices: [...frame.notices, ...outcome.notices],
    ...(about === undefined ? {} : { subject: about }),
    policy: frame.policy,
    ...(frame.change === undefined ? {} : { change: frame.change }),
    run: frame.run,
    tool: { name: 'modelgate', version },
    at: frame.at.toISOString(),
  };
}

/** Readers see the head's file: its line, or none where the rule is no longer there. */
function withReadersLine(
  check: Verdict['checks'][number],
  { gate, checkout }: VerdictFrame,
): Verdict['checks'][number] {
  // a rule of a contract knows its line: the contract need not be in the policy
  if (gate.kind === 'data') return check;
  const { where: _, ...rest } = check;
  const where = checkout?.find(['gates', gate.id, 'checks', check.id]);
  return where === undefined ? rest : { ...rest, where };
}
