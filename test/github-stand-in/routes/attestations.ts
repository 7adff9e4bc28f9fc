import type { JsonObject, Reply } from '../reply.ts';
import { Answer, replies } from '../reply.ts';
import { site } from '../repository-shape.ts';
import type { Call, Route } from '../router.ts';
import { field } from '../router.ts';
import type { AttestationRecord, State } from '../state.ts';
import { loginOf } from './identity.ts';

const base = '/repos/{owner}/{repo}/attestations';

export const attestationRoutes: readonly Route[] = [
  { method: 'POST', template: base, needs: ['attestations:write'], handle: create },
  { method: 'GET', template: `${base}/{subject_digest}`, needs: ['attestations:read'], handle: list },
];

function create(call: Call): Reply {
  const { state } = call;
  refuseWithoutPlan(state);
  const bundle = field(call.body, 'bundle') as JsonObject;
  const { digests, predicateType } = statementOf(bundle);
  const source = sourceRepository(bundle);
  const here = `${site}/${state.repository.fullName}`;
  if (source !== undefined && source !== here) {
    return replies.problem(422, `Invalid Argument - values do not match: ${source} != ${here}`);
  }
  const record = { id: state.nextId(), bundle, digests, predicateType, initiator: loginOf(call) };
  state.attestations.push(record);
  return replies.json(201, { id: record.id });
}

/**
 * The words are GitHub's (github.com/DamianEdwards/copilotd/pull/54, Jebel-Quant/rhiza/issues/428 for a person's repository);
 * no public report has their status, 403 is the one that its description leaves for them.
 */
function refuseWithoutPlan({ repository }: State): void {
  if (repository.attestations) return;
  const owner = repository.fullName.split('/')[0];
  const words = repository.ownedByUser
    ? 'Feature not available for user-owned private repositories. To enable this feature, please make this repository public.'
    : `Feature not available for the ${owner} organization. To enable this feature, please upgrade the billing plan, or make this repository public.`;
  throw new Answer(replies.problem(403, words));
}

function statementOf(bundle: JsonObject): { readonly digests: readonly string[]; readonly predicateType: string } {
  const payload = field(field(bundle, 'dsseEnvelope'), 'payload');
  try {
    const statement: unknown = JSON.parse(Buffer.from(String(payload), 'base64').toString());
    const subjects = field(statement, 'subject') as readonly { readonly digest: { readonly sha256: string } }[];
    const digests = subjects.map(({ digest }) => `sha256:${digest.sha256}`);
    return { digests, predicateType: String(field(statement, 'predicateType')) };
  } catch {
    const message = 'bundle is not an in-toto attestation';
    throw new Answer(replies.unprocessable('Attestation', 'bundle', 'invalid', message));
  }
}

/** Fulcio's extension 1.3.6.1.4.1.57264.1.12 in DER, up to the length of its text (fulcio's docs/oid-info.md). */
const sourceExtension = Buffer.from('060a2b0601040183bf30010c', 'hex');

/** What the certificate says, which node does not tell apart: found by its identifier, a UTF8String within an OCTET STRING. */
function sourceRepository(bundle: JsonObject): string | undefined {
  const material = field(bundle, 'verificationMaterial');
  const chain = field(field(material, 'x509CertificateChain'), 'certificates') as readonly unknown[] | undefined;
  const raw = field(field(material, 'certificate') ?? chain?.[0], 'rawBytes');
  if (typeof raw !== 'string') return undefined;
  const der = Buffer.from(raw, 'base64');
  const at = der.indexOf(sourceExtension);
  const text = at + sourceExtension.length + 4;
  return at < 0 ? undefined : der.subarray(text, text + (der[text - 1] ?? 0)).toString();
}

/** GitHub has short names for the predicates it knows; any other is asked for by its URI. */
const predicates: { readonly [name: string]: RegExp } = {
  provenance: /^https:\/\/slsa\.dev\/provenance\//,
  sbom: /^https:\/\/(spdx\.dev\/Document|cyclonedx\.org\/bom)/,
  release: /^https:\/\/in-toto\.io\/attestation\/release\//,
};

function list(call: Call): Reply {
  const { state, query } = call;
  const wanted = query.get('predicate_type');
  const fits = (type: string) => wanted === null || type === wanted || predicates[wanted]?.test(type) === true;
  const found = state.attestations.filter(
    (record) => record.digests.includes(call.params['subject_digest'] ?? '') && fits(record.predicateType),
  );
  if (found.length === 0) return replies.notFound();
  const { page, headers } = byCursor(call, found.toReversed());
  // Announced in the description: later versions of the API only tell where the bundle is.
  const inline = String(call.headers['x-github-api-version'] ?? '') < '2026-03-10';
  const attestations = page.map((record) => ({
    ...(inline ? { bundle: record.bundle } : {}),
    repository_id: state.repository.id,
    bundle_url: bundleUrl(state, record),
    initiator: record.initiator,
  }));
  return replies.json(200, { attestations }, headers);
}

/** Newest first, 30 a page, at most 100; the cursor is what the Link header says and nothing a client may make itself. */
function byCursor(call: Call, records: readonly AttestationRecord[]) {
  const size = Math.min(Math.max(Number(call.query.get('per_page') ?? 30) || 30, 1), 100);
  const after = call.query.get('after');
  const from = after === null ? 0 : records.findIndex(({ id }) => cursor(id) === after) + 1;
  const page = records.slice(from, from + size);
  const last = page.at(-1);
  if (last === undefined || from + size >= records.length) return { page, headers: {} };
  const query = new URLSearchParams(call.query);
  query.set('after', cursor(last.id));
  return { page, headers: { link: `<${call.state.url}${call.path}?${query}>; rel="next"` } };
}

function cursor(id: number): string {
  return Buffer.from(`attestation:${id}`).toString('base64url');
}

/** A signed address at another origin; there the bundle is compressed, as on GitHub. */
function bundleUrl(state: State, record: AttestationRecord): string {
  const { key, blob } = state.newBlob('application/x-snappy');
  blob.data = snappy(Buffer.from(JSON.stringify(record.bundle)));
  return state.signedUrl(key);
}

/** Snappy's format (its format_description.txt, section 2.1) with literals only: valid, and as long as what went in. */
function snappy(data: Buffer): Buffer {
  const length: number[] = [];
  for (let rest = data.length; ; rest = Math.floor(rest / 128)) {
    length.push(rest < 128 ? rest : (rest % 128) + 128);
    if (rest < 128) break;
  }
  const parts: Buffer[] = [Buffer.from(length)];
  for (let at = 0; at < data.length; at += 2 ** 16) {
    const piece = data.subarray(at, at + 2 ** 16);
    const tag = Buffer.alloc(3, 61 * 4); // a literal whose length less one follows in two bytes
    tag.writeUInt16LE(piece.length - 1, 1);
    parts.push(tag, piece);
  }
  return Buffer.concat(parts);
}
