import { UserError } from '@modelgate/core';
import { plainLine } from './log-text.ts';

export type ApiErrorKind =
  | 'unauthorized'
  | 'permission'
  | 'rate-limit'
  | 'secondary-limit'
  | 'locked'
  | 'not-found'
  | 'conflict'
  | 'disabled'
  | 'invalid'
  | 'server'
  | 'timeout'
  | 'network'
  | 'bad-reply'
  | 'unexpected';

/** What was asked of GitHub, in words for a message and with the permission that it takes. */
export interface Operation {
  /** An infinitive without "to": `read pull request 7`. */
  readonly what: string;
  /** As a workflow writes it: `pull-requests: write`. */
  readonly permission: string;
}

interface Details {
  readonly kind: ApiErrorKind;
  readonly message: string;
  readonly how: string;
  readonly status?: number;
  readonly permission?: string;
  /** Seconds. */
  readonly retryAfter?: number;
}

/** GitHub did not do what it was asked. Every failure of a call arrives as one of these, with what to do about it. */
export class ApiError extends UserError {
  readonly kind: ApiErrorKind;
  readonly operation: string;
  readonly status: number | undefined;
  readonly permission: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(operation: Operation, details: Details, cause?: unknown) {
    super('api-unavailable', details.message, { how: details.how, cause });
    this.name = 'ApiError';
    this.kind = details.kind;
    this.operation = operation.what;
    this.status = details.status;
    this.permission = details.permission;
    this.retryAfter = details.retryAfter;
  }
}

/** A reply of 400 or more, as far as its meaning depends on it. */
export interface Refusal {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/**
 * The one place where a status of GitHub gets its meaning.
 *
 * @param now epoch milliseconds, to turn the reset time of a rate limit into a wait
 * Source: GitHub's pages "Rate limits for the REST API" and "Troubleshooting the REST API".
 */
export function refused(operation: Operation, refusal: Refusal, now: number): ApiError {
  return new ApiError(operation, detailsOf(operation, refusal, now));
}

function detailsOf(operation: Operation, refusal: Refusal, now: number): Details {
  const { status } = refusal;
  const said = saidBy(refusal.body);
  const asked = `when asked to ${operation.what}`;
  const quoted = said === '' ? '' : ` It said: "${said}".`;
  switch (status) {
    case 401:
      return {
        kind: 'unauthorized',
        status,
        message: `GitHub refused the token (401) ${asked}.`,
        how: 'Leave `github-token` at its default, or pass a token that has not expired.',
      };
    case 403:
    case 429:
      return forbidden(operation, refusal, said, now);
    case 404:
      return {
        kind: 'not-found',
        status,
        permission: operation.permission,
        message: `GitHub found nothing (404) ${asked}.`,
        how: `It answers 404 also when the token may not see it: check that the job has \`${operation.permission}\`.`,
      };
    case 409:
      return {
        kind: 'conflict',
        status,
        message: `GitHub reported a conflict (409) ${asked}.${quoted}`,
        how: 'Something else changed it at the same time. Run the job again.',
      };
    case 410:
      return {
        kind: 'disabled',
        status,
        message: `GitHub says that this is switched off or gone (410) ${asked}.${quoted}`,
        how: 'Issues may be disabled in the settings of the repository, or an artifact may have expired.',
      };
    case 422:
      return {
        kind: 'invalid',
        status,
        message: `GitHub did not accept the request (422) ${asked}.${quoted}`,
        how: 'This is most likely a defect of Modelgate: please report it with this message.',
      };
    default:
      return status >= 500
        ? {
            kind: 'server',
            status,
            message: `GitHub failed (${status}) ${asked}.`,
            how: 'Run the job again; githubstatus.com says whether GitHub has an outage.',
            ...retryAfter(refusal.headers),
          }
        : {
            kind: 'unexpected',
            status,
            message: `GitHub answered ${status} ${asked}.${quoted}`,
            how: 'This is most likely a defect of Modelgate: please report it with this message.',
          };
  }
}

function forbidden(operation: Operation, { status, headers, body }: Refusal, said: string, now: number): Details {
  const asked = `when asked to ${operation.what}`;
  if (headers.get('x-ratelimit-remaining') === '0') {
    const reset = Number(headers.get('x-ratelimit-reset') ?? Number.NaN) * 1000;
    const known = Number.isFinite(reset) && Math.abs(reset) <= 8.64e15;
    return {
      kind: 'rate-limit',
      status,
      message: `The token's requests for this hour are used up (${status}) ${asked}.`,
      how: known
        ? `Run the job again after ${new Date(reset).toISOString()}.`
        : 'Run the job again in an hour, or pass a token with a limit of its own.',
      ...(known ? { retryAfter: Math.max(0, Math.ceil((reset - now) / 1000)) } : {}),
    };
  }
  const waiting = retryAfter(headers);
  if (status === 429 || waiting.retryAfter !== undefined || /secondary rate limit|abuse detection/i.test(body)) {
    return {
      kind: 'secondary-limit',
      status,
      message: `GitHub asks to slow down (${status}, secondary rate limit) ${asked}.`,
      how: 'Run the job again in a few minutes; fewer jobs at the same time help.',
      ...waiting,
    };
  }
  if (/\blocked\b/i.test(said)) {
    return {
      kind: 'locked',
      status,
      message: `The conversation is locked (403) ${asked}.`,
      how: 'Unlock the conversation of the pull request.',
    };
  }
  if (/\b(?:not available|not enabled|upgrade)\b/i.test(said)) {
    return {
      kind: 'disabled',
      status,
      message: `GitHub says that this is not available here (${status}) ${asked}. It said: "${said}".`,
      how: 'Not every plan has it for every kind of repository.',
    };
  }
  const permission = neededPermission(operation, headers);
  return {
    kind: 'permission',
    status,
    permission,
    message: `The token lacks \`${permission}\` (403) ${asked}.`,
    how: `Add \`${permission}\` to the job's \`permissions:\`. Runs of forks and of Dependabot have a read-only token whatever the workflow says.`,
  };
}

/**
 * `x-accepted-github-permissions: issues=write; pull_requests=write` lists alternatives, each of them perhaps several
 * permissions that are needed together. The operation's own is named when it is among them, else the first.
 */
function neededPermission(operation: Operation, headers: Headers): string {
  const alternatives = (headers.get('x-accepted-github-permissions') ?? '')
    .split(';')
    .map((one) => one.trim().replaceAll('_', '-').replaceAll('=', ': ').replaceAll(/,\s*/g, '`, `'))
    .filter((one) => /^[a-z:` ,-]+$/.test(one));
  return alternatives.find((one) => one === operation.permission) ?? alternatives[0] ?? operation.permission;
}

function retryAfter(headers: Headers): { readonly retryAfter?: number } {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? { retryAfter: seconds } : {};
}

/** GitHub's own words: `message` and the first of `errors`. A page of HTML says nothing to a reader of a log. */
function saidBy(body: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return '';
  }
  if (typeof parsed !== 'object' || parsed === null) return '';
  const message = 'message' in parsed && typeof parsed.message === 'string' ? parsed.message : '';
  const first: unknown = 'errors' in parsed && Array.isArray(parsed.errors) ? parsed.errors[0] : undefined;
  const detail =
    typeof first === 'string'
      ? first
      : typeof first === 'object' && first !== null && 'message' in first && typeof first.message === 'string'
        ? first.message
        : '';
  return plainLine([message, detail].filter((part) => part !== '').join(': '));
}

export function timedOut(operation: Operation, milliseconds: number): ApiError {
  return new ApiError(operation, {
    kind: 'timeout',
    message: `GitHub did not answer within ${milliseconds / 1000} s when asked to ${operation.what}.`,
    how: 'Run the job again; githubstatus.com says whether GitHub has an outage.',
  });
}

/** @param cause what `fetch` threw: its own message is "fetch failed", the reason is the cause's */
export function notReached(operation: Operation, host: string, cause: unknown): ApiError {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const code = inner instanceof Error && 'code' in inner && typeof inner.code === 'string' ? inner.code : undefined;
  const why = code ?? (inner instanceof Error ? plainLine(inner.message) : 'unknown reason');
  return new ApiError(
    operation,
    {
      kind: 'network',
      message: `${host} could not be reached (${why}) when asked to ${operation.what}.`,
      how: 'Check that the runner may reach the API: proxy, firewall, and `GITHUB_API_URL` on GitHub Enterprise Server.',
    },
    cause,
  );
}

export function badReply(operation: Operation, why: string, cause?: unknown): ApiError {
  return new ApiError(
    operation,
    {
      kind: 'bad-reply',
      message: `GitHub's reply makes no sense (${plainLine(why)}) when asked to ${operation.what}.`,
      how: 'A proxy may have answered in its place. If it happens again, please report it with this message.',
    },
    cause,
  );
}
