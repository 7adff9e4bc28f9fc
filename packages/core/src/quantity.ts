import * as z from 'zod';
import type { Limit } from './verdict.ts';

const written = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(pt|%)?$/i;

/**
 * A limit as people write it: `0.5pt` percentage points (metrics in [0, 1]), `5%` relative to the champion, a bare
 * number in the metric's own unit.
 */
export const quantity = z
  .union([z.number(), z.string().regex(written, { error: notAQuantity })], { error: notAQuantity })
  .transform((value): Limit => {
    if (typeof value === 'number') return { value, unit: 'own' };
    const [, digits = '', unit] = written.exec(value.trim()) ?? [];
    return { value: Number(digits), unit: unit === undefined ? 'own' : unit === '%' ? 'percent' : 'points' };
  })
  .describe('0.5pt: percentage points, for metrics in [0, 1]; 5%: relative to the champion; 0.01: own unit');

function notAQuantity(issue: { readonly input?: unknown }): string {
  return `${shown(issue.input)} is not a quantity: write 0.5pt (percentage points), 5% (relative to the champion) or a number`;
}

/** How a value from a file is shown in a message: short, on one line. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
