import { PolicyError, type PolicyIdentity, UserError } from '@modelgate/core';

/** A policy with mistakes, and which one it is: its comment must be the one that a mended policy takes over. */
export class BrokenPolicy extends PolicyError {
  readonly identity: PolicyIdentity;

  constructor(cause: PolicyError, identity: PolicyIdentity) {
    super(cause.problems);
    this.name = 'BrokenPolicy';
    this.identity = identity;
  }
}

/** Rules of a workflow that the policy of the base does not allow, and which policy that is. */
export class RefusedRules extends UserError {
  readonly identity: PolicyIdentity;

  constructor(cause: UserError, identity: PolicyIdentity) {
    super(cause.reason, cause.message, { cause, ...(cause.how === undefined ? {} : { how: cause.how }) });
    this.name = 'RefusedRules';
    this.identity = identity;
  }
}
