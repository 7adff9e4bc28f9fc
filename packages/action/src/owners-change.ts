import type { WorkflowChange } from './workflow-change.ts';

/** Where GitHub looks for it, first found. Source: GitHub's page "About code owners". */
const places = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];

/** The one CODEOWNERS of a tree that counts. */
export function ownersFile(
  files: ReadonlyMap<string, unknown>,
  known: (path: string) => boolean = () => true,
): string | undefined {
  return places.find((place) => files.has(place) && known(place));
}

/**
 * Who must look at a change to the policy, where that is somebody else after this change.
 *
 * @param texts before and after; undefined where there is no such file
 * @param paths of the policy, its waivers and workflows
 */
export function changedOwners(
  file: string,
  [before, after]: readonly [string | undefined, string | undefined],
  paths: readonly string[],
): WorkflowChange[] {
  return paths.flatMap((path): WorkflowChange[] => {
    const [from, to] = [ownersOf(before ?? '', path), ownersOf(after ?? '', path)];
    if (from.toSorted().join(' ') === to.toSorted().join(' ')) return [];
    // any one owner's approval is enough, so that a further one makes it easier, too
    const looser = from.length > 0 && (to.length === 0 || to.some((owner) => !from.includes(owner)));
    const words = `changes the owners of \`${path}\`: ${named(from)} → ${named(to)}`;
    return [{ file, effect: looser ? 'loosened' : 'tightened', words }];
  });
}

function named(owners: readonly string[]): string {
  return owners.length === 0 ? 'nobody' : owners.join(' ');
}

/** The last pattern that matches decides; one without owners takes them away. */
function ownersOf(text: string, path: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/(^|\s)#.*$/, '').trim());
  const rules = lines.filter((line) => line !== '').map((line) => line.split(/\s+/));
  const [, ...owners] = rules.findLast(([pattern = '']) => matches(pattern, path)) ?? [];
  return owners;
}

/** As .gitignore reads patterns, without `!` and `[]`, which CODEOWNERS does not know. */
function matches(pattern: string, path: string): boolean {
  // the change wrote it: enough stars make a regular expression slow, and nobody needs them
  if (pattern.split(/[*?]+/).length > 8) return false;
  const anchored = pattern.replace(/\/$/, '').includes('/');
  const folder = pattern.endsWith('/');
  const parts = pattern
    .replace(/^\/|\/$/g, '')
    .split(/(\*\*\/|\/\*\*|\*+|\?)/)
    .map((part) => {
      if (part === '**/') return '(?:[^/]+/)*';
      if (part === '/**') return '/.+';
      if (/^\*+$/.test(part)) return '[^/]*';
      return part === '?' ? '[^/]' : part.replace(/[.+^${}()|[\]\\]/g, '\\$&');
    });
  const start = anchored ? '^' : '^(?:.*/)?';
  // `docs/*` means the files right inside; a name without a star may be a folder with all below it
  const end = folder ? '/.*$' : pattern.endsWith('/*') ? '/?$' : '(?:/.*)?$';
  return new RegExp(`${start}${parts.join('')}${end}`).test(path);
}
