import { UserError } from '@modelgate/core';

/** Which model or run holds the champion. */
export type MlflowReference =
  | { readonly kind: 'alias'; readonly name: string; readonly alias: string }
  | { readonly kind: 'version'; readonly name: string; readonly version: string }
  | { readonly kind: 'run'; readonly runId: string };

/**
 * Reads `models:/name@alias`, `models:/name/3` or `runs:/id`.
 *
 * @throws UserError policy-invalid, also for stages and `latest`: the newest version is whatever was registered last, so
 *         a candidate would be compared with itself
 */
export function parseMlflowReference(text: string): MlflowReference {
  const run = /^runs:\/([0-9a-f]{32})$/.exec(text)?.[1];
  if (run !== undefined) return { kind: 'run', runId: run };
  const { name, alias, version } =
    /^models:\/(?<name>[^/:@]+)(?:@(?<alias>[\w-]+)|\/(?<version>[1-9]\d*))$/.exec(text)?.groups ?? {};
  if (name !== undefined && alias !== undefined && alias.toLowerCase() !== 'latest')
    return { kind: 'alias', name, alias };
  if (name !== undefined && version !== undefined) return { kind: 'version', name, version };
  throw new UserError('policy-invalid', `"${text.slice(0, 80)}" names no champion in MLflow`, {
    how: 'write models:/name@alias, models:/name/3 or runs:/id; stages and "latest" are not allowed, as they say nothing about approval',
  });
}
