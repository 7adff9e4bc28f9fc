import { createHash } from 'node:crypto';
import { PolicyError, type PolicyIdentity, tightenedPolicy, UserError } from '@modelgate/core';
import { BrokenPolicy, RefusedRules } from './broken-policy.ts';
import { refusedSources } from './harmless-policy.ts';
import type { HeadPolicy } from './own-change.ts';
import type { LoadedPolicy, PolicyRequest } from './policy-source.ts';

/**
 * A policy with one gate made stricter by the workflow's rules. On a pull request these come with the change, so they may
 * neither loosen anything nor send credentials anywhere.
 *
 * @param ofChange whether the change that is judged may have written the rules
 * @throws BrokenPolicy, RefusedRules; UserError policy-invalid where no gate is named
 */
export function withRules(base: LoadedPolicy, { rules, gate, kind }: PolicyRequest, ofChange: boolean): LoadedPolicy {
  const { policy } = base.document;
  const known = Object.keys(policy.gates).filter((id) => policy.gates[id]?.kind === kind);
  const wanted = gate === '' && known.length === 1 ? known[0] : gate;
  const tightenedBy = createHash('sha256').update(rules).digest('hex');
  const identity: PolicyIdentity = { ...base.identity, source: 'rules', tightenedBy };
  if (wanted === undefined || !known.includes(wanted)) {
    const which = gate === '' ? 'none is named' : `${gate} is none`;
    const problem = new UserError(
      'policy-invalid',
      `input rules: they belong to one gate of kind ${kind}, and ${which}`,
      {
        how: `name it with \`gate:\`; the policy ${policy.name} has ${known.join(', ') || 'no such gate'}`,
      },
    );
    throw new RefusedRules(problem, identity);
  }
  const document = tightened(base, wanted, rules, identity);
  const brought = refusedSources(document).filter(({ path: [, id, key] }) => {
    const gate = policy.gates[String(id)];
    return ofChange && key === 'anchor' && gate?.kind === 'evaluation' && gate.anchor === undefined;
  });
  if (brought.length > 0) throw new BrokenPolicy(new PolicyError(brought.map(({ problem }) => problem)), identity);
  const own = base.own && { ...base.own, head: headWithRules(base.own.head, wanted, rules) };
  return { ...base, document, identity, own };
}

function tightened({ document }: LoadedPolicy, gate: string, rules: string, identity: PolicyIdentity) {
  try {
    return tightenedPolicy(document, gate, rules);
  } catch (error) {
    if (error instanceof PolicyError) throw new BrokenPolicy(error, identity);
    throw error instanceof UserError ? new RefusedRules(error, identity) : error;
  }
}

/** Once it is merged, the same rules will be held against it. */
function headWithRules(head: HeadPolicy, gate: string, rules: string): HeadPolicy {
  if (head.kind !== 'other' || head.document.policy.gates[gate] === undefined) return head;
  try {
    return { ...head, document: tightenedPolicy(head.document, gate, rules) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { reason, message } = error;
    return { kind: 'broken', problem: { reason, message } };
  }
}
