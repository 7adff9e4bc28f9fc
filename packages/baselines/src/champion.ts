import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '@modelgate/core';
import {
  type Champion,
  type ChampionRequest,
  type ChampionStores,
  type ContentStore,
  folderOf,
} from './champion-request.ts';
import { fromRecorded } from './recorded-champion.ts';
import type { Registries } from './registries.ts';
import { fromMlflow, fromS3 } from './registry-champion.ts';

/**
 * Fetches the champion's results from where the policy says.
 *
 * @throws UserError baseline-missing, baseline-unreadable, baseline-mismatch; never a silent bootstrap: that is only
 *         the answer when the store could be read and holds nothing
 */
export async function fetchChampion(request: ChampionRequest, stores: ChampionStores): Promise<Champion> {
  const { source } = request;
  switch (source.from) {
    case 'recorded':
      return await fromRecorded(request, stores.recorded);
    case 'git':
      return await fromGit(request, source.table ?? source.file ?? '', stores.contents);
    case 'file':
      return fromFile(source.table ?? source.file ?? '');
    case 'mlflow':
      return await fromMlflow(request, source, reachable(stores, source.from));
    case 's3':
      return await fromS3(request, source, reachable(stores, source.from));
    case 'rescore':
      throw new RangeError('a champion is scored anew by whoever may run commands');
  }
}

function reachable({ registries }: ChampionStores, from: 'mlflow' | 's3'): Registries {
  if (registries !== undefined) return registries;
  throw new UserError(
    'baseline-unreadable',
    `a champion from ${from} is asked for over the network, which is closed here`,
    {
      how: 'use champion: { from: recorded }, git or file',
    },
  );
}

async function fromGit(request: ChampionRequest, file: string, contents: ContentStore): Promise<Champion> {
  const commit = await contents.baseCommit();
  const bytes = await contents.read(file, commit);
  if (bytes === undefined) {
    throw new UserError(
      'baseline-missing',
      `${file} is not in the tree of ${commit.slice(0, 7)}, the commit this change is measured against`,
      {
        how:
          request.role === 'anchor'
            ? "commit the anchor's results on the base branch first"
            : "commit the champion's results on the base branch first, or use champion: { from: recorded }",
      },
    );
  }
  // its own name is kept: the format is told by the ending
  const copy = path.join(folderOf(request), path.basename(file));
  await mkdir(path.dirname(copy), { recursive: true });
  await writeFile(copy, bytes);
  return { kind: 'results', path: copy, identity: { from: 'git', name: file, commit } };
}

function fromFile(file: string): Champion {
  return { kind: 'results', path: file, identity: { from: 'file', name: file } };
}
