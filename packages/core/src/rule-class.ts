/** What a change does to the rules. What cannot be shown to be no looser counts as loosened. */
export type ChangeEffect = 'loosened' | 'changed' | 'tightened';

interface Presence {
  /** Effect of a key that only the head has; default: that of any other difference. */
  readonly added?: ChangeEffect;
  readonly removed?: ChangeEffect;
}

/** Which way a key of the policy moves its gate when its value changes. */
export type RuleClass = Presence &
  (
    | {
        /** A mapping whose keys have classes of their own; `entries`: named by the user, `together`: told as one change. */
        readonly is: 'group';
        readonly entries?: true;
        readonly together?: true;
      }
    /** Decides what is measured, or what is shown: neither looser nor stricter. */
    | { readonly is: 'measured' }
    /** Who is trusted: another one is never stricter. */
    | { readonly is: 'trust' }
    | { readonly is: 'number' | 'limit' | 'duration'; readonly looser: 'more' | 'less'; readonly absent?: number }
    /** Words with a rank each, 0 the strictest; words of one rank differ without an order. */
    | { readonly is: 'ranked'; readonly ranks: Readonly<Record<string, number>>; readonly absent?: string }
    /** What is allowed: more of it is looser. Absent allows `all`, or something that is not known here. */
    | { readonly is: 'allowed'; readonly absent: 'all' | 'unknown' }
    /** What must be there or be shown: less of it is looser. Absent demands nothing. */
    | { readonly is: 'demanded' }
    /** Which groups of rows are looked at: of others it cannot be shown that they hide nothing. */
    | { readonly is: 'division' }
    /** Only its surroundings tell; policy-change.ts knows how. */
    | { readonly is: 'surroundings' }
  );

const measured: RuleClass = { is: 'measured' };
const trust: RuleClass = { is: 'trust' };
const surroundings: RuleClass = { is: 'surroundings' };
const division: RuleClass = { is: 'division' };
const kept = { added: 'tightened', removed: 'loosened' } as const;

function under(prefix: string, keys: readonly string[], one: RuleClass): Record<string, RuleClass> {
  return Object.fromEntries(keys.map((key) => [`${prefix}.${key}`, one]));
}

/** Without clusters intervals are narrower than the rows deserve. */
function examples(prefix: string): Record<string, RuleClass> {
  return {
    ...under(prefix, ['table', 'key', 'label', 'weight', 'document', 'test', 'case', 'original'], measured),
    [`${prefix}.cluster`]: { ...measured, ...kept },
  };
}

const outputs = ['prediction', 'score', 'scores', 'scores.*'];
const opponent = ['from', 'table', 'file', ...outputs, 'stale-after', 'model', 'bucket', 'prefix', 'record', 'command'];
const limit = (looser: 'more' | 'less'): RuleClass => ({ is: 'limit', looser, ...kept });
const check = 'gates.*.checks.*';

/**
 * Every key of the grammar, by its place; `*` stands for a name of the user's. A key without a class fails a test, so
 * that nobody adds a rule which a pull request could loosen unseen.
 */
export const ruleClasses: Readonly<Record<string, RuleClass>> = {
  version: measured,
  name: surroundings,
  subject: { is: 'group', together: true },
  'subject.model': measured,
  confidence: surroundings,
  examples: { is: 'group', entries: true },
  'examples.*': { is: 'group', together: true },
  ...examples('examples.*'),
  gates: { is: 'group', entries: true },
  'gates.*': { is: 'group', ...kept },
  // a gate of another kind is another gate
  'gates.*.kind': trust,
  ...under('gates.*', ['task', 'positive', 'pairing'], measured),
  ...under('gates.*', ['table', 'sample-by', 'index'], measured),
  // its keys have classes of their own, in data-contracts
  'gates.*.contract': surroundings,
  'gates.*.profile': { is: 'measured', ...kept },
  'gates.*.environment': trust,
  'gates.*.engine': trust,
  ...under('gates.*.engine', ['trino'], trust),
  ...under('gates.*.engine.trino', ['url', 'user', 'catalog', 'schema', 'timeout-minutes'], trust),
  'gates.*.examples': surroundings,
  ...examples('gates.*.examples'),
  'gates.*.candidate': { is: 'group', together: true },
  ...under('gates.*.candidate', ['table', 'key', 'label', ...outputs, 'document', 'rank', 'repeats'], measured),
  // without rows nothing can be proven any more
  'gates.*.candidate.file': { is: 'measured', added: 'loosened', removed: 'tightened' },
  'gates.*.champion': { is: 'group', together: true },
  ...under('gates.*.champion', opponent, measured),
  'gates.*.anchor': { is: 'group', together: true, ...kept },
  ...under('gates.*.anchor', opponent, measured),
  'gates.*.min-rows': surroundings,
  'gates.*.on-inconclusive': surroundings,
  'gates.*.on-new-examples': { is: 'ranked', ranks: { error: 0, intersect: 1, rescore: 1 } },
  'gates.*.rescore': { is: 'group', together: true },
  ...under('gates.*.rescore', ['command', 'table'], measured),
  // it lets each check that is judged not-disproven be broken a little further
  'gates.*.correction': { is: 'ranked', ranks: { none: 0, holm: 1 } },
  'gates.*.looks': { is: 'group', ...kept },
  'gates.*.looks.at-most': { is: 'number', looser: 'more' },
  'gates.*.looks.on-exhausted': { is: 'ranked', ranks: { fail: 0, warn: 1 } },
  'gates.*.looks.adaptivity': { is: 'ranked', ranks: { full: 0, none: 1 } },
  // of groups of rows
  'gates.*.of': measured,
  'gates.*.by': { is: 'group', entries: true },
  'gates.*.by.*': { is: 'group', ...kept },
  ...under('gates.*.by.*', ['column', 'columns', 'where', 'bins', 'bins.*'], division),
  'gates.*.by.*.values': { is: 'demanded' },
  'gates.*.by.*.missing': surroundings,
  'gates.*.at-most': surroundings,
  'gates.*.suppress-below': measured,
  // it proposes and never decides
  'gates.*.discover': { is: 'group', together: true, added: 'changed', removed: 'changed' },
  ...under('gates.*.discover', ['columns', 'literals', 'top', 'least-rows'], measured),
  'gates.*.checks': { is: 'group', entries: true },
  [check]: { is: 'group', ...kept },
  ...under(check, ['metric', 'column', 'statistic', 'per', 'behavior', 'test', 'direction', 'better'], measured),
  ...under(check, ['unit', 'why'], measured),
  [`${check}.tolerance`]: { is: 'number', looser: 'more', absent: 0.1 },
  [`${check}.range`]: { is: 'measured', ...kept },
  [`${check}.at-least`]: limit('less'),
  [`${check}.at-most`]: limit('more'),
  [`${check}.max-regression`]: limit('more'),
  [`${check}.max-regression-from-anchor`]: surroundings,
  [`${check}.min-improvement`]: limit('less'),
  [`${check}.max-improvement`]: limit('more'),
  [`${check}.slices`]: surroundings,
  [`${check}.each`]: { is: 'group', ...kept },
  [`${check}.each.max-regression`]: limit('more'),
  [`${check}.each.at-least`]: limit('less'),
  [`${check}.each.at-most`]: limit('more'),
  [`${check}.require`]: { is: 'demanded' },
  [`${check}.improved-share`]: { is: 'number', looser: 'less', ...kept },
  [`${check}.across`]: { ...division, ...kept },
  [`${check}.max-difference`]: limit('more'),
  [`${check}.min-ratio`]: { is: 'number', looser: 'less', ...kept },
  [`${check}.ratchet`]: limit('more'),
  [`${check}.control`]: division,
  [`${check}.aggregate`]: { is: 'ranked', ranks: { 'worst-case': 0, mean: 1 }, absent: 'worst-case' },
  [`${check}.judged`]: surroundings,
  [`${check}.level`]: { is: 'ranked', ranks: { fail: 0, warn: 1, info: 2 } },
  [`${check}.on-inconclusive`]: surroundings,
  stages: surroundings,
  'stages.*': surroundings,
  'stages.*.gates': surroundings,
  'stages.*.on-inconclusive': surroundings,
  'stages.*.sample': surroundings,
  'stages.*.sample.*': surroundings,
  waivers: measured,
  evidence: { is: 'group' },
  'evidence.signed-by': trust,
  'evidence.signed-by.key': trust,
  'evidence.trusted-root': trust,
  'evidence.level': { is: 'ranked', ranks: { witnessed: 0, attested: 1 } },
  'evidence.workflow': trust,
  'evidence.commits': { is: 'allowed', absent: 'all' },
  'evidence.refs': { is: 'allowed', absent: 'unknown' },
  'evidence.events': { is: 'allowed', absent: 'unknown' },
  'evidence.max-age': { is: 'duration', looser: 'more' },
  'evidence.unsigned': { is: 'ranked', ranks: { refuse: 0, accept: 1 } },
};
