import { posix } from 'node:path';
import type { PolicyIdentity } from '@modelgate/core';
import { filesAt, mergeBaseOf, textAt } from './commit-files.ts';
import type { Place } from './place.ts';
import { workspaceText } from './workspace-text.ts';

/** Contracts and profiles: rules that stand in files of their own, and are read from where the policy is. */
export interface RuleFiles {
  /** undefined where there is none. @throws UserError */
  read(path: string): Promise<string | undefined>;
  /** Where a change is judged: the same file before it, and after it. */
  change?(path: string): Promise<{ readonly before: string | undefined; readonly after: string | undefined }>;
}

/** At the commit of the policy, through the API; where the policy itself is unverified, from the checkout. */
export function ruleFiles(place: Place, { verified, commit }: PolicyIdentity): RuleFiles {
  const { client, event, workspace } = place;
  if (client === undefined || !verified || commit === undefined)
    return { read: (file) => workspaceText(workspace, file) };
  const at = async (sha: string, file: string) =>
    await textAt(client, await filesAt(client, sha), posix.normalize(file));
  const read = (file: string) => at(commit, file);
  if (event.kind !== 'pull-request' && event.kind !== 'merge-group') return { read };
  const { baseSha, headSha } = event;
  return {
    read,
    change: async (file) => {
      // what the base did since is not the change's doing
      const origin = event.kind === 'merge-group' ? baseSha : await mergeBaseOf(client, baseSha, headSha);
      return { before: await at(origin, file), after: await at(headSha, file) };
    },
  };
}
