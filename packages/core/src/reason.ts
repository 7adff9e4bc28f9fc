/**
 * Machine-readable reasons, one vocabulary for every gate: reports, other tools and the "what to do" texts key on them.
 * Additive: a published code never changes its meaning.
 */
export const reasons = {
  // pass
  proven: 'the bound clears the limit',
  'not-disproven': 'nothing proves that the limit is broken (judged: not-disproven)',
  'estimate-within-limit': 'the point estimate keeps the limit; nothing is proven (judged: estimate)',
  'within-limit': 'counted, and within what is allowed',
  // fail
  'rule-broken': 'more rows break a rule of the contract than it allows',
  'columns-differ': 'the columns of the table are not those of the contract',
  drifted: 'moved away from the profile by more than is allowed, and by more than chance',
  'margin-exceeded': 'proven worse than the champion by more than the margin',
  'not-improved': 'proven not to improve by what is asked',
  'improved-too-much': 'proven better by more than is plausible: look for a leak',
  'below-limit': 'shown to be below the lower limit',
  'above-limit': 'shown to be above the upper limit',
  // inconclusive
  'interval-spans-limit': 'these rows cannot tell on which side of the limit the truth lies',
  'too-few-rows': 'fewer rows than a comparison needs',
  'rare-drop-not-excluded': 'no drop was seen, yet a rare drop larger than the margin is not excluded',
  'careful-bound-spans-limit': 'the interval clears the limit, but one that is more careful with so few rows does not',
  'degenerate-variance': 'the data do not vary, so no interval can be computed',
  'unprovable-margin': 'so few rows seldom prove so small a margin, even when nothing changed',
  'sample-cannot-tell': 'a sample of the rows cannot show this',
  'drift-undecided': 'so few rows cannot tell drift from noise',
  // warn
  'warning-limit': 'within what is allowed, and over what the contract warns of',
  bootstrap: 'there is no recorded champion yet: nothing was compared',
  // warn, or fail where the policy says so
  'golden-set-expired': 'the examples have judged more candidates than the policy allows',
  // skipped
  'not-in-stage': 'not meant for this stage or event',
  // error: inputs
  'file-missing': 'a file or glob matched nothing',
  'file-empty': 'a file holds no rows',
  'file-unreadable': 'a file is damaged or not of the expected format',
  'column-missing': 'a column is not there',
  'column-type': 'a column has a type that cannot be used here',
  'not-finite': 'a value is NaN or infinite',
  'value-missing': 'a value is null',
  'probability-out-of-range': 'a probability is outside [0, 1]',
  'value-out-of-range': 'a value is outside of what is allowed here, such as a negative weight',
  'values-differ': 'rows that must hold the same value hold different ones',
  'duplicate-keys': 'a key occurs more than once',
  'keys-differ': 'two tables do not hold the same keys',
  'labels-differ': 'two tables disagree about labels',
  'examples-changed': "fewer or other examples than the champion's",
  'metric-missing': 'the results do not hold this metric',
  'metric-undefined': 'the metric is undefined on these rows',
  'champion-near-zero': 'a relative limit has no meaning when the champion is at or near zero',
  'contract-invalid': 'the data contract has errors',
  'profile-unusable': 'the profile cannot be read, or does not fit this table',
  'server-unreachable': 'the server that holds the table does not answer',
  'query-failed': 'the server gave up on a query',
  // error: champion
  'baseline-missing': "the champion's results are not there",
  'baseline-unreadable': "the champion's results cannot be read",
  'command-failed': 'a command of the policy ended with an error',
  'baseline-mismatch': "the champion's results are not what was recorded",
  // error: policy and machine
  'policy-invalid': 'the policy has errors',
  'policy-override': 'a policy other than the one of the base was asked for',
  'policy-unreadable': 'the policy cannot be read at the base',
  // error: evidence; each is a mismatch of its own, so that nobody has to guess what to mend
  'evidence-missing': 'there is no evidence for this gate and subject',
  'evidence-unreadable': 'the evidence is damaged, too large, or no statement of ours',
  'evidence-newer': 'the evidence has a schema newer than this version reads',
  'evidence-unsigned': 'the evidence carries no signature',
  'evidence-signature': 'the signature does not fit the evidence, or the key does not fit the signature',
  'evidence-untrusted': 'the signer is not vouched for by the trust root, which may be out of date',
  'evidence-issuer': 'the identity of the signer was issued by somebody else',
  'evidence-signer': 'another workflow signed than the one that is trusted',
  'evidence-signer-commit': 'the workflow that signed was at a commit that is not trusted',
  'evidence-repository': 'the evidence comes from another repository',
  'evidence-ref': 'the evidence comes from a ref that does not count',
  'evidence-event': 'the evidence comes from an event that does not count',
  'evidence-commit': 'the evidence is about another commit',
  'evidence-policy': 'the evidence was made under another policy',
  'evidence-subject': 'the evidence is about another model',
  'evidence-level': 'the evidence is of a lower level than is asked',
  'evidence-expired': 'the evidence is too old',
  'evidence-future': 'the evidence was signed in the future: a clock is wrong',
  'evidence-contradicts': 'the evidence contradicts itself, or the run that made it',
  'evidence-failed': 'the evidence says that the gate does not pass',
  // error: signing
  'key-unusable': 'the signing key cannot be read or used',
  'signing-unavailable': 'the signing service cannot be used from here',
  'waiver-expired': 'a waiver for this check has expired',
  'not-available': 'known, but not built yet',
  'engine-unavailable': 'the embedded engine could not be fetched or verified',
  'api-unavailable': 'GitHub could not be asked',
  'event-unreadable': 'what started the run cannot be read',
  crash: 'a defect in Modelgate',
} as const;

export type Reason = keyof typeof reasons;
export const reasonCodes = Object.keys(reasons) as [Reason, ...Reason[]];
