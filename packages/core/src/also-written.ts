import * as z from 'zod';

const key = 'alsoWritten';

/**
 * For the JSON Schema of a value that is made of something shorter before it is checked: as which other values people may
 * write it. Of such a step zod's own schema knows nothing.
 */
export function alsoWritten(...schemas: readonly z.ZodType[]): Readonly<Record<string, unknown>> {
  return { [key]: schemas.map((schema) => bare(z.toJSONSchema(schema, { io: 'input' }))) };
}

/** `override` of `z.toJSONSchema`: puts these values beside what zod knows. */
export function withAlsoWritten({ jsonSchema }: { readonly jsonSchema: Record<string, unknown> }): void {
  const { [key]: others, description, default: initial, ...rest } = jsonSchema;
  if (!Array.isArray(others)) return;
  for (const name of Object.keys(jsonSchema)) delete jsonSchema[name];
  Object.assign(jsonSchema, {
    ...(description === undefined ? {} : { description }),
    ...(initial === undefined ? {} : { default: initial }),
    anyOf: [...others, rest],
  });
}

function bare({ $schema: _, ...schema }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return schema;
}
