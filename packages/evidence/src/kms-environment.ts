import { UserError } from '@modelgate/core';
import type { KmsWorld } from './kms-http.ts';

type Environment = KmsWorld['env'];

/** The first of these variables that is set. @throws UserError signing-unavailable when none is, or it cannot be sent */
export function required(env: Environment, names: readonly string[], how: string): string {
  const value = names.map((name) => optional(env, name)).find((one) => one !== undefined);
  if (value !== undefined) return value;
  throw new UserError('signing-unavailable', `${names.join(' or ')} is not set`, { how });
}

/**
 * A variable without blanks around it: secrets are often stored with a line end. Values go into headers, and what fetch
 * says about one that cannot be sent holds it.
 *
 * @throws UserError signing-unavailable when it cannot be sent
 */
export function optional(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^[\x21-\x7e]+$/.test(value)) return value;
  throw new UserError('signing-unavailable', `${name} holds blanks or other characters that it cannot have`, {
    how: 'set it once more, on one line and without blanks',
  });
}
