import { globSync } from 'node:fs';

/**
 * `uses: $/path` means "this repository at the running commit" (runner >= 2.336.0). GitHub Enterprise Server, act and
 * actionlint do not know it yet (rhysd/actionlint#711), so for them it is written out as `owner/repo/path@ref`.
 */
export function writeOutSelfUses(yaml: string, repository: string, ref: string): string {
  return yaml.replaceAll(selfUse, (_, before: string, target: string) => `${before}${repository}/${target}@${ref}`);
}

/** The paths that `uses: $/…` lines name: `actions/report`. */
export function selfUses(yaml: string): readonly string[] {
  return [...yaml.matchAll(selfUse)].map(([, , target]) => target ?? '');
}

/** Files, relative to `root`, in which a `uses:` means something to GitHub. */
export function usesFiles(root: string): readonly string[] {
  return globSync(['action.yml', 'actions/*/action.yml', '.github/workflows/*.yml'], { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .toSorted();
}

const selfUse = /^(\s*(?:-\s+)?uses:\s*["']?)\$\/([\w./-]+)/gm;
