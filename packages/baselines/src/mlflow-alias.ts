import * as z from 'zod';
import type { MlflowClient } from './mlflow-client.ts';
import type { MlflowModelVersion } from './mlflow-reply.ts';

export interface AliasRequest {
  readonly name: string;
  readonly alias: string;
  readonly version: string;
  /** The version that the alias must point to before; `none` where it must not exist. Absent: whatever it is. */
  readonly expected?: string | 'none';
  /** Who moves it, for whoever finds it moved: a run's address. Kept on the version as a tag. */
  readonly by: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

export type AliasMove =
  | { readonly kind: 'moved'; readonly from: string | undefined; readonly to: string }
  | { readonly kind: 'already-there'; readonly to: string }
  /** Somebody else was there: before us (nothing was written) or while we wrote (theirs stands). */
  | {
      readonly kind: 'overtaken';
      readonly when: 'before' | 'meanwhile';
      readonly now: string | undefined;
      readonly message: string;
    };

/**
 * Points a model's alias to a version and reads it back. MLflow moves aliases silently and cannot compare and swap, so
 * two writers at the same moment may both believe they won: where that matters, keep the pointer in an object store
 * (`S3BaselineStore`), which can.
 *
 * @throws UserError baseline-missing when the version does not exist; baseline-unreadable
 */
export async function moveMlflowAlias(client: MlflowClient, request: AliasRequest): Promise<AliasMove> {
  const { name, alias, version, expected } = request;
  const before = await client.findVersionByAlias(name, alias);
  if (expected !== undefined && (before?.version ?? 'none') !== expected) return overtaken(request, 'before', before);
  if (before?.version === version) return { kind: 'already-there', to: version };
  const mark = JSON.stringify({
    by: request.by,
    at: new Date(request.at).toISOString(),
    from: before?.version ?? null,
  });
  await client.version(name, version); // a version that does not exist is said before anything is written
  await client.tagVersion(name, version, markTag(alias), mark);
  await client.writeAlias(name, alias, version);
  const after = await client.findVersionByAlias(name, alias);
  if (after?.version !== version) return overtaken(request, 'meanwhile', after);
  if (after.tags.get(markTag(alias)) !== mark) return overtaken(request, 'meanwhile', after);
  return { kind: 'moved', from: before?.version, to: version };
}

function overtaken(
  request: AliasRequest,
  when: 'before' | 'meanwhile',
  now: MlflowModelVersion | undefined,
): AliasMove {
  const points = now === undefined ? 'does not exist' : `points to version ${now.version}`;
  const expectation =
    when === 'before' ? `instead of ${request.expected}` : `although ${request.version} was just written`;
  return {
    kind: 'overtaken',
    when,
    now: now?.version,
    message: `the alias ${request.alias} of ${request.name} ${points} ${expectation}${now === undefined ? '' : `; ${moverOf(now, request.alias)}`}`,
  };
}

const markSchema = z.object({ by: z.string(), at: z.string() });

function moverOf(version: MlflowModelVersion, alias: string): string {
  try {
    const mark = markSchema.parse(JSON.parse(version.tags.get(markTag(alias)) ?? ''));
    return `last moved there by ${mark.by.replaceAll(/\p{C}+/gu, ' ').slice(0, 200)} at ${mark.at.slice(0, 24)}`;
  } catch {
    return 'MLflow does not record who moved it';
  }
}

function markTag(alias: string): string {
  return `modelgate.alias.${alias}`;
}
