import * as z from 'zod';
import type { ContractDraft, Source } from './import-draft.ts';
import { isExact } from './import-source.ts';

/** Takes an expectation over from its arguments; what it returns is why it is left out after all. */
export type Asked = (
  draft: ContractDraft,
  given: Readonly<Record<string, unknown>>,
  source: Source,
) => string | undefined;

/** A number, or a date as text. */
export const edge = z.union([z.number(), z.string()]);

/** An expectation with the arguments it knows; others, unless they say `false`, make it one that nobody here knows. */
export function asked<Shape extends z.ZodRawShape>(
  shape: Shape,
  take: (draft: ContractDraft, given: z.infer<z.ZodObject<Shape>>, source: Source) => string | undefined,
): Asked {
  const schema = z.object(shape);
  return (draft, given, source) => {
    const foreign = Object.entries(given).find(([key, value]) => !Object.hasOwn(shape, key) && value !== false);
    if (foreign !== undefined) return `its \`${foreign[0]}: ${JSON.stringify(foreign[1])}\` has no counterpart`;
    const read = schema.safeParse(given);
    if (read.success) return take(draft, read.data, source) ?? undefined;
    const [issue] = read.error.issues;
    return `its \`${issue?.path.join('.') ?? ''}\` cannot be read: ${issue?.message ?? ''}`;
  };
}

/** Limits of a number as a check has them; undefined when they are no numbers. */
export function limitsOf(given: {
  readonly min_value?: number | string | undefined;
  readonly max_value?: number | string | undefined;
}): Readonly<Record<string, unknown>> | undefined {
  const { min_value: low, max_value: high } = given;
  if (typeof low === 'string' || typeof high === 'string' || !isExact(low) || !isExact(high)) return undefined;
  if (low !== undefined && high !== undefined) return { between: [low, high] };
  return { ...(low === undefined ? {} : { 'at-least': low }), ...(high === undefined ? {} : { 'at-most': high }) };
}
