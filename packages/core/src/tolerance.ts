import * as z from 'zod';
import { alsoWritten } from './also-written.ts';
import { closed } from './closed-object.ts';
import { shown } from './quantity.ts';

/** How many rows: counted, or as a share of those that a rule looks at. */
export interface Amount {
  readonly value: number;
  /** `share` is in [0, 1]. */
  readonly unit: 'rows' | 'share';
}

/** How many rows may break a rule; more than `warnOver` is a warning, more than `atMost` a failure. */
export interface Tolerance {
  readonly atMost: Amount;
  readonly warnOver?: Amount;
}

const percent = /^(\d+\.?\d*|\.\d+)\s*%$/;

const notAnAmount = ({ input }: { readonly input?: unknown }) =>
  `${shown(input)} is no number of rows: write 100 (rows) or 0.5% (of the rows that the rule looks at)`;

/** `100` rows or `0.5%` of them. */
export const amount = z
  .union([z.int().min(0), z.string().regex(percent, { error: notAnAmount })], { error: notAnAmount })
  .transform((written, context): Amount => {
    if (typeof written === 'number') return { value: written, unit: 'rows' };
    const value = Number(percent.exec(written)?.[1]) / 100;
    if (value <= 1) return { value, unit: 'share' };
    context.addIssue({ code: 'custom', message: `${shown(written)} is more than all rows` });
    return z.NEVER;
  });

const limits = closed({
  'at-most': amount.describe('How many rows may break the rule; default none.').optional(),
  'at-least': amount.describe('The same the other way round: how many must keep it, as a share.').optional(),
  'warn-over': amount.describe('More than this is a warning.').optional(),
});

/** `0.5%`, `100`, or `{ at-most: 3%, warn-over: 2.5% }`, or `{ at-least: 99% }`. */
export const tolerance = z
  .preprocess((written) => (isMapping(written) ? written : { 'at-most': written }), limits)
  .transform((written, context): Tolerance => {
    const complain = (message: string, key: string) => context.addIssue({ code: 'custom', message, path: [key] });
    const { 'at-most': most, 'at-least': least, 'warn-over': warn } = written;
    if (most !== undefined && least !== undefined)
      complain('and `at-most` say the same twice; write one of them', 'at-least');
    if (least?.unit === 'rows') complain('is a share: write 99%', 'at-least');
    const atMost = most ?? complementOf(least);
    if (warn === undefined) return { atMost };
    if (warn.unit === atMost.unit && warn.value >= atMost.value)
      complain('is not below what fails, so it would never warn', 'warn-over');
    return { atMost, warnOver: warn };
  })
  .meta({
    description: 'How many rows may break the rule: 0.5%, 100, or { at-most: 3%, warn-over: 2.5% }.',
    ...alsoWritten(z.int().min(0), z.string().regex(percent)),
  });

export const none: Tolerance = { atMost: { value: 0, unit: 'rows' } };

/** 99 % leaves 1 %, without the dust of binary fractions; nothing said leaves no row. */
function complementOf(least: Amount | undefined): Amount {
  return least === undefined
    ? { value: 0, unit: 'rows' }
    : { value: Number((1 - least.value).toPrecision(12)), unit: 'share' };
}

function isMapping(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
