import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { usesFiles, writeOutSelfUses } from '../../../scripts/self-uses.ts';

export interface HouseClone {
  readonly folder: string;
  /** What to give to `runAct` as `actions`, for workflows that use this repository at any of these refs. */
  readonly actions: Readonly<Record<string, string>>;
  remove(): void;
}

/**
 * The last commit of a repository of actions as a runner gets it, so a `dist` that nobody committed is missed here too.
 * act does not know `uses: $/`; the clone has it written out.
 *
 * @param source  folder of the repository
 * @param slug    `owner/name` under which workflows name it
 * @param refs    what stands behind the @ in those workflows; the first one serves for `$/`
 */
export function cloneHouse(source: string, slug: string, refs: readonly [string, ...string[]]): HouseClone {
  const folder = mkdtempSync(path.join(tmpdir(), 'modelgate-house-'));
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', '--depth=1', `file://${source}`, folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  for (const file of usesFiles(folder)) {
    const absolute = path.join(folder, file);
    writeFileSync(absolute, writeOutSelfUses(readFileSync(absolute, 'utf8'), slug, refs[0]));
  }
  return {
    folder,
    actions: Object.fromEntries(refs.map((ref) => [`${slug}@${ref}`, folder])),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
