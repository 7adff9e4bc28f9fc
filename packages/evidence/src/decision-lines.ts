import type { EvidenceDecision, EvidenceIdentity, EvidenceProblem, GateEvidence } from './decision.ts';
import { counted, listed, plain, span } from './decision-words.ts';

/** A decision in plain text, for a terminal or a log: the answer in the first line, then why and what to do. */
export function evidenceLines(decision: EvidenceDecision): readonly string[] {
  const { accepted, gates, refused, passedOver } = decision;
  const told = gates.map((gate) => (gate.accepted ? lineOf(gate, decision) : `${plain(gate.gate)}: refused`));
  const ofGates = gates.flatMap(({ problems }) => problems);
  const others = refused.filter((one) => !ofGates.some((other) => isSame(one, other)));
  const hows = new Set<string>();
  const lines = [
    answer(decision),
    ...(accepted && gates.length === 1
      ? []
      : gates.flatMap(({ problems }, index) => [told[index] ?? '', ...problems.flatMap((one) => linesOf(one, hows))])),
    ...(others.length === 0 ? [] : ['not counted:', ...others.flatMap((one) => linesOf(one, hows))]),
    ...(passedOver === 0 ? [] : [`${counted(passedOver, 'statement')} of other types passed over`]),
  ];
  return lines;
}

function answer(decision: EvidenceDecision): string {
  const { accepted, gates, refused } = decision;
  const [only, another] = gates;
  if (accepted && only !== undefined) {
    return another === undefined ? lineOf(only, decision) : `accepted: ${listed(gates.map(({ gate }) => plain(gate)))}`;
  }
  const first = gates.flatMap(({ problems }) => problems)[0] ?? refused[0];
  const gate = first?.gate === undefined ? '' : `${plain(first.gate)}: `;
  return first === undefined ? 'refused' : `refused: ${gate}${first.message}`;
}

/** quality: pass, attested, signed 2 days ago by owner/name/.github/workflows/gates.yml at 0123456, octo/flights main@abc1234 */
function lineOf({ gate, verdict, level, signedAt, identity }: GateEvidence, { checkedAt }: EvidenceDecision): string {
  if (verdict === undefined || identity === undefined || signedAt === undefined) return `${plain(gate)}: accepted`;
  const age = span(Math.max(0, Date.parse(checkedAt) - Date.parse(signedAt)));
  const made = level === 'unsigned' ? `made ${age} ago` : `signed ${age} ago${signerOf(identity)}`;
  const runner = identity.runnerEnvironment === 'self-hosted' ? ', on a self-hosted runner' : '';
  return `${plain(gate)}: ${verdict.status}, ${level}, ${made}, ${originOf(identity)}${runner}`;
}

function signerOf({ vouchedBy, signer, signerCommit }: EvidenceIdentity): string {
  const workflow = signer === undefined ? '' : ` by ${plain(signer.split('@')[0] ?? signer)}`;
  const commit = signer === undefined || signerCommit === undefined ? '' : ` at ${plain(signerCommit).slice(0, 7)}`;
  return `${vouchedBy === 'key' ? ' with the trusted key' : ''}${workflow}${commit}`;
}

function originOf({ repository, ref, commit }: EvidenceIdentity): string {
  const branch = ref === undefined ? '' : ` ${plain(ref).replace(/^refs\/(heads|tags)\//, '')}`;
  return `${plain(repository ?? 'unknown repository')}${branch}@${plain(commit ?? 'unknown').slice(0, 7)}`;
}

/** What to do is said once, however often it applies. */
function linesOf({ evidence, message, how }: EvidenceProblem, hows: Set<string>): readonly string[] {
  const line = evidence === undefined ? `  ${message}` : `  ${evidence}: ${message}`;
  if (how === undefined || hows.has(how)) return [line];
  hows.add(how);
  return [line, `    ${how}`];
}

function isSame(one: EvidenceProblem, other: EvidenceProblem): boolean {
  return one.reason === other.reason && one.message === other.message && one.evidence === other.evidence;
}
