import { type S3Settings, s3Settings } from '@modelgate/baselines';
import { type DataContract, type DataGate, UserError } from '@modelgate/core';
import type { RemoteStore } from '@modelgate/tables';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The object store that a gate's tables are in, undefined where none is. Only the folders that gate and contract name
 * can be read.
 *
 * @param environment with `AWS_ACCESS_KEY_ID` and the like, as the AWS tools know them; `MODELGATE_HTTPFS` names a
 *                    pre-placed extension of the engine
 * @throws UserError file-unreadable without credentials
 */
export function remoteOf(
  { table }: DataGate,
  { tables }: DataContract,
  environment: Environment,
): RemoteStore | undefined {
  const [first, ...more] = [table, ...Object.values(tables)].filter((place) => /^s3:\/\//i.test(place));
  if (first === undefined) return undefined;
  const { region, endpoint, accessKeyId, secretAccessKey, sessionToken } = settingsOf(first, environment);
  const extension = environment['MODELGATE_HTTPFS'];
  return {
    region,
    accessKeyId,
    secretAccessKey,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(sessionToken === undefined ? {} : { sessionToken }),
    ...(extension ? { extension } : {}),
    prefixes: [...new Set([first, ...more].map(folderOf))],
  };
}

function settingsOf(place: string, environment: Environment): S3Settings {
  try {
    return s3Settings(/^s3:\/\/([^/]*)/i.exec(place)?.[1] ?? '', environment);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { message, how } = error;
    throw new UserError('file-unreadable', `${place}: ${message}`, how === undefined ? {} : { how });
  }
}

/** Up to the last slash before anything that stands for several files. */
function folderOf(place: string): string {
  const literal = place.replace(/[*?[{].*$/s, '');
  return literal.slice(0, literal.lastIndexOf('/') + 1);
}
