import { createHash } from 'node:crypto';
import {
  type Gate,
  type PolicyIdentity,
  type Problem,
  type RuleChange,
  UserError,
  type Verdict,
  verdictSchemaId,
} from '@modelgate/core';
import { BrokenPolicy, RefusedRules } from './broken-policy.ts';
import type { Place } from './place.ts';
import { runIdentity } from './run-identity.ts';
import { version } from './version.ts';

/** A verdict for a gate that never came to measuring: an error that the pull request shows like any other. */
export function refusal(
  failure: unknown,
  at: {
    place: Place;
    kind: Gate['kind'];
    gate: string;
    file: string;
    name?: string | undefined;
    policy?: PolicyIdentity;
    change?: RuleChange | undefined;
  },
): Verdict {
  const problem = problemOf(failure);
  return {
    schema: verdictSchemaId,
    gate: { id: at.gate === '' ? at.kind : at.gate, kind: at.kind },
    status: 'error',
    reason: problem.reason,
    onInconclusive: 'fail',
    stops: true,
    checks: [],
    problem,
    notices: [],
    inputs: [],
    policy: at.policy ?? identityIn(failure) ?? unread(at.file, at.name),
    ...(at.change === undefined ? {} : { change: at.change }),
    run: runIdentity(at.place, ''),
    tool: { name: 'modelgate', version },
    at: at.place.now().toISOString(),
  };
}

/** The stack of a defect goes to the log, never into a comment. */
function problemOf(failure: unknown): Problem {
  if (!(failure instanceof UserError)) {
    return {
      reason: 'crash',
      message: 'Modelgate failed on its own account; the log of this step has the details',
      how: 'please report it, with the log',
    };
  }
  return {
    reason: failure.reason,
    message: failure.message,
    ...(failure.how === undefined ? {} : { how: failure.how }),
    ...(failure.where === undefined ? {} : { where: failure.where }),
  };
}

function identityIn(failure: unknown): PolicyIdentity | undefined {
  return failure instanceof BrokenPolicy || failure instanceof RefusedRules ? failure.identity : undefined;
}

/** A policy that could not be read may have no name; its file stands for it. */
function unread(file: string, known: string | undefined): PolicyIdentity {
  const name =
    known ??
    (file
      .replace(/\.ya?ml$/, '')
      .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '') ||
      'policy');
  return {
    name,
    file,
    sha256: createHash('sha256').update('').digest('hex'),
    source: 'checkout',
    verified: false,
    advisory: false,
  };
}
