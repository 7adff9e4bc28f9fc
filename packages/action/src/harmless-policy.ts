import {
  isNetworkSource,
  type KeyPath,
  type PolicyDocument,
  PolicyError,
  type PolicyIdentity,
  type PolicyProblem,
} from '@modelgate/core';
import { BrokenPolicy } from './broken-policy.ts';

/**
 * A policy that comes with the change it judges may neither send this job's credentials over the network nor run a command.
 *
 * @throws BrokenPolicy
 */
export function requireHarmless(document: PolicyDocument, identity: PolicyIdentity): void {
  const problems = refusedSources(document).map(({ problem }) => problem);
  if (problems.length > 0) throw new BrokenPolicy(new PolicyError(problems), identity);
}

/** What of a policy is not done at the word of the change that is judged. */
export function refusedSources({ policy, document }: PolicyDocument): { path: KeyPath; problem: PolicyProblem }[] {
  const found: { path: KeyPath; problem: PolicyProblem }[] = [];
  const refuse = (path: KeyPath, what: string) =>
    found.push({
      path,
      problem: {
        message: `\`${path.join('.')}\`: ${what}, which a policy that comes with the change it judges may not`,
        where: document.locate(path),
        how: 'put the policy on the base branch first: from there it may',
      },
    });
  for (const [id, gate] of Object.entries(policy.gates)) {
    if (gate.kind === 'data') {
      if (gate.engine !== undefined) refuse(['gates', id, 'engine'], `a server is asked with this job's credentials`);
      if (/^s3:/i.test(gate.table))
        refuse(['gates', id, 'table'], `an object store is asked with this job's credentials`);
      continue;
    }
    // its tables and champion are those of the gate that it divides; its SQL the engine reads first, as that of a contract
    if (gate.kind === 'slices') continue;
    for (const key of ['champion', 'anchor'] as const) {
      const source = gate[key];
      if (source === undefined) continue;
      const { from } = source;
      if (isNetworkSource(source)) refuse(['gates', id, key, 'from'], `${from} is asked with this job's credentials`);
      if (from === 'rescore') refuse(['gates', id, key, 'from'], 'rescore runs a command');
    }
    if (gate.rescore !== undefined) refuse(['gates', id, 'rescore'], 'rescore runs a command');
  }
  return found;
}
