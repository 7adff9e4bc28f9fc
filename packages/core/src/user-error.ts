import type { Reason } from './reason.ts';

/** A place in a file, 1-based. */
export interface Location {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/**
 * Something that the reader of the log can mend: what is wrong, where, and how to mend it. Never a defect of ours
 * (those stay plain errors and are reported as such), never a failing gate (that is a verdict).
 */
export class UserError extends Error {
  readonly reason: Reason;
  readonly how: string | undefined;
  readonly where: Location | undefined;

  constructor(reason: Reason, message: string, options: { how?: string; where?: Location; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'UserError';
    this.reason = reason;
    this.how = options.how;
    this.where = options.where;
  }
}
