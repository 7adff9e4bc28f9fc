import type { IncomingHttpHeaders } from 'node:http';
import type { Reply } from '../reply.ts';
import type { Blob, State } from '../state.ts';

export const blobPrefix = '/blob/';

/** Azure's block blobs as the toolkit uses them: whole or block-wise PUT, GET and HEAD with ranges. */
export function blobs(
  state: State,
  method: string,
  path: string,
  query: URLSearchParams,
  headers: IncomingHttpHeaders,
  data: Buffer,
): Reply {
  const blob = state.blobs.get(path.split('/').at(-1) ?? '');
  // A signed address together with an Authorization header is refused: a client must drop its token on the redirect.
  if (headers.authorization !== undefined) {
    return failure(400, 'InvalidAuthenticationInfo', 'Authentication information is not given in the correct format.');
  }
  if (blob === undefined || query.get('sig') !== blob.signature) {
    return failure(403, 'AuthenticationFailed', 'Signature did not match.');
  }
  if (method === 'PUT') return put(blob, query, headers, data);
  if (method === 'GET' || method === 'HEAD') return get(blob, query, headers, method === 'HEAD');
  return failure(405, 'UnsupportedHttpVerb', 'The resource does not support the specified HTTP verb.');
}

function put(blob: Blob, query: URLSearchParams, headers: IncomingHttpHeaders, data: Buffer): Reply {
  const part = query.get('comp');
  if (part === 'block') {
    blob.blocks.set(query.get('blockid') ?? '', data);
  } else if (part === 'blocklist') {
    const ids = [...data.toString('utf8').matchAll(/<Latest>([^<]+)</g)].map((found) => found[1] ?? '');
    const blocks = ids.map((id) => blob.blocks.get(id));
    if (blocks.includes(undefined)) return failure(400, 'InvalidBlockList', 'The specified block list is invalid.');
    blob.data = Buffer.concat(blocks.filter((block) => block !== undefined));
  } else {
    blob.data = data;
  }
  const type = headers['x-ms-blob-content-type'];
  if (typeof type === 'string') blob.mimeType = type;
  return {
    status: 201,
    headers: { etag: '"0x1"', 'x-ms-request-id': '1', 'last-modified': new Date(0).toUTCString() },
  };
}

function get(blob: Blob, query: URLSearchParams, headers: IncomingHttpHeaders, headOnly: boolean): Reply {
  if (blob.data === undefined) return failure(404, 'BlobNotFound', 'The specified blob does not exist.');
  const name = query.get('rscd');
  const common = {
    'content-type': blob.mimeType,
    etag: '"0x1"',
    'accept-ranges': 'bytes',
    'last-modified': new Date(0).toUTCString(),
    ...(name === null ? {} : { 'content-disposition': `attachment; filename="${name}"` }),
  };
  const asked = headers['x-ms-range'] ?? headers.range;
  const range = /^bytes=(\d+)-(\d*)$/.exec(typeof asked === 'string' ? asked : '');
  if (range === null) {
    const length = { 'content-length': String(blob.data.length) };
    return { status: 200, headers: { ...common, ...length }, ...(headOnly ? {} : { body: blob.data }) };
  }
  const from = Number(range[1]);
  if (from >= blob.data.length) return failure(416, 'InvalidRange', 'The range specified is invalid.');
  const piece = blob.data.subarray(from, range[2] === '' ? undefined : Number(range[2]) + 1);
  const span = `bytes ${from}-${from + piece.length - 1}/${blob.data.length}`;
  return {
    status: 206,
    headers: { ...common, 'content-range': span, 'content-length': String(piece.length) },
    ...(headOnly ? {} : { body: piece }),
  };
}

function failure(status: number, code: string, message: string): Reply {
  const xml = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, headers: { 'content-type': 'application/xml', 'x-ms-error-code': code }, body: Buffer.from(xml) };
}
