import { at, isMapping } from './plain-value.ts';
import { type Policy, type PolicyDocument, policySchema } from './policy.ts';
import { type PolicyChange, policyChanges } from './policy-change.ts';
import { PolicyError } from './policy-error.ts';
import { checked } from './schema-problems.ts';
import { UserError } from './user-error.ts';
import { type KeyPath, parseYaml, type YamlDocument } from './yaml-document.ts';

const file = 'rules input';
const mend = 'take these rules out of the workflow, and change the policy itself; it takes effect once it is merged';

/**
 * A policy with one gate made stricter by the keys of a `rules` input: new checks, and keys of known checks, stand
 * beside what the policy has; nothing of it goes away.
 *
 * @throws UserError policy-override listing every rule that is not stricter than the policy's; PolicyError for mistakes
 */
export function tightenedPolicy(base: PolicyDocument, gate: string, rules: string): PolicyDocument {
  const given = parseYaml(rules, file);
  if (!isMapping(given.value)) {
    throw PolicyError.of(file, 'is not a mapping: write the keys of one gate, e.g. "checks:"');
  }
  const gates = at(base.document.value, 'gates');
  const value = {
    ...mapping(base.document.value),
    gates: { ...mapping(gates), [gate]: over(mapping(at(gates, gate)), given.value) },
  };
  const own = (path: KeyPath) => (path[0] === 'gates' && path[1] === gate ? given.find(path.slice(2)) : undefined);
  const document: YamlDocument = {
    value,
    locate: (path) => own(path) ?? base.document.locate(path),
    find: (path) => own(path) ?? base.document.find(path),
  };
  const tightened = { policy: together(document, base), document };
  const others = policyChanges({ document: base, waivers: [] }, { document: tightened, waivers: [] }).filter(
    ({ effect }) => effect !== 'tightened',
  );
  if (others.length > 0) throw notStricter(base, others);
  return tightened;
}

/** Rules of their own can be sound and still not fit the policy, such as a file where it has a table. */
function together(document: YamlDocument, { policy }: PolicyDocument): Policy {
  try {
    return checked(policySchema, document);
  } catch (error) {
    if (!(error instanceof PolicyError) || error.problems.every(({ where }) => where.file === file)) throw error;
    const list = error.problems.map(({ message }) => message).join('; ');
    throw new UserError('policy-override', `\`rules\` do not fit the policy ${policy.name}: ${list}`, { how: mend });
  }
}

/** Checks are laid over those of the same name, key by key; any other key of the gate takes the place of the policy's. */
function over(gate: Readonly<Record<string, unknown>>, rules: Readonly<Record<string, unknown>>) {
  const { checks: given } = rules;
  if (!isMapping(given)) return { ...gate, ...rules };
  const checks = mapping(gate['checks']);
  const laid = Object.entries(given).map(([id, one]) => [
    id,
    isMapping(one) ? { ...mapping(checks[id]), ...one } : one,
  ]);
  return { ...gate, ...rules, checks: { ...checks, ...Object.fromEntries(laid) } };
}

function mapping(value: unknown): Readonly<Record<string, unknown>> {
  return isMapping(value) ? value : {};
}

function notStricter({ policy }: PolicyDocument, changes: readonly PolicyChange[]): UserError {
  const most = 10;
  const listed = changes
    .slice(0, most)
    .map(({ words, effect }) => `${words}${effect === 'loosened' ? '' : ' (not stricter)'}`);
  const left = changes.length - listed.length;
  const list = [...listed, ...(left > 0 ? [`and ${left} more`] : [])].join('; ');
  return new UserError(
    'policy-override',
    `\`rules\` may only make the policy ${policy.name} stricter, and they do not: ${list}`,
    { how: mend },
  );
}
