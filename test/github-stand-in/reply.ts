/** What a route answers, and the answers that GitHub gives when something is wrong. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };
export type JsonObject = { readonly [key: string]: Json | undefined };

export interface Reply {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string };
  /** JSON value, or raw bytes/text with their own content-type header. */
  readonly body?: Json | Buffer;
}

const documentation = 'https://docs.github.com/rest';

function problem(status: number, message: string, more: JsonObject = {}, headers: Reply['headers'] = {}): Reply {
  return { status, headers, body: { message, ...more, documentation_url: documentation, status: String(status) } };
}

/** Secondary limits carry `retry-after` and no exhausted primary counters. */
function secondaryRateLimit(options: { readonly status?: 403 | 429; readonly retryAfter?: number } = {}): Reply {
  const message =
    'You have exceeded a secondary rate limit. Please wait a few minutes before you try again. For more on scraping GitHub and how it may affect your rights, please review our Terms of Service (https://docs.github.com/en/site-policy/github-terms/github-terms-of-service)';
  return problem(options.status ?? 403, message, {}, { 'retry-after': String(options.retryAfter ?? 1) });
}

function unprocessable(resource: string, field: string, code: string, message: string): Reply {
  return problem(422, 'Validation Failed', { errors: [{ resource, code, field, message }] });
}

/** Canned replies for `standIn.fault({ reply })`; the routes use the same ones. */
export const replies = {
  json: (status: number, body: Json, headers: Reply['headers'] = {}): Reply => ({ status, body, headers }),
  problem,
  unauthorized: (): Reply => problem(401, 'Bad credentials'),
  requiresAuthentication: (): Reply => problem(401, 'Requires authentication'),
  notFound: (): Reply => problem(404, 'Not Found'),
  /** `accepted` in the syntax of `x-accepted-github-permissions`: `;` is or, `,` is and. */
  notAccessible: (accepted: string): Reply =>
    problem(403, 'Resource not accessible by integration', {}, { 'x-accepted-github-permissions': accepted }),
  unprocessable,
  gone: (message: string): Reply => problem(410, message),
  secondaryRateLimit,
  primaryRateLimit: (resetInSeconds = 3600): Reply =>
    problem(
      403,
      'API rate limit exceeded for installation ID 4242.',
      {},
      {
        'x-ratelimit-limit': '1000',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-used': '1000',
        'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + resetInSeconds),
        'x-ratelimit-resource': 'core',
      },
    ),
  serverError: (): Reply => problem(500, 'Server Error'),
  /** GitHub's edge answers 502 with a page, not with JSON. */
  badGateway: (): Reply => ({
    status: 502,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: Buffer.from(
      '<!DOCTYPE html>\n<html><head><title>Unicorn! &middot; GitHub</title></head><body><p><strong>We had issues producing the response to your request.</strong></p></body></html>\n',
    ),
  }),
};

/** Thrown by a route to answer at once. */
export class Answer extends Error {
  readonly reply: Reply;
  constructor(reply: Reply) {
    super(`answer ${reply.status}`);
    this.reply = reply;
  }
}
