import * as z from 'zod';
import { shown } from './quantity.ts';

const pattern = /^([1-9]\d{0,3})([hdw])$/;
const hours: Readonly<Record<string, number>> = { h: 1, d: 24, w: 168 };

/** A duration as the policy writes it: `12h`, `90d`, `8w`. */
export const duration = z.string().regex(pattern, {
  error: ({ input }) => `${shown(input)} is no duration: write 90d (days), 12h (hours) or 8w (weeks)`,
});

/** Hours of a duration. @throws RangeError for anything else */
export function hoursOf(text: string): number {
  const [, count, unit = ''] = pattern.exec(text) ?? [];
  const one = hours[unit];
  if (one === undefined) throw new RangeError(`${text} is no duration`);
  return Number(count) * one;
}
