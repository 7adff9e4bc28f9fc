import { UserError } from '@modelgate/core';
import { redacted } from './redaction.ts';
import { howToReach } from './service-address.ts';

/** What a key service is reached with. */
export interface KmsWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: typeof fetch;
  readonly now: () => Date;
  /** Resolves after so many milliseconds; default a timer. */
  readonly wait?: (milliseconds: number) => Promise<void>;
  /** One line for each repeat. */
  readonly log?: (line: string) => void;
}

export interface KmsRequest {
  /** Who is asked, for messages: `AWS KMS at kms.eu-central-1.amazonaws.com`. */
  readonly service: string;
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface KmsReply {
  readonly status: number;
  /** Parsed JSON; undefined where it is none. */
  readonly body: unknown;
}

const attemptsAtMost = 4;
const timeout = 30_000;
const longestWait = 20_000;
const bytesAtMost = 1024 * 1024;
const passing: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/**
 * Asks a key service, with bounded time, size and repeats. To sign twice does no harm. Redirects are not followed: the
 * credentials are for this host.
 *
 * @throws UserError signing-unavailable when there is no answer; statuses are the caller's
 */
export async function askKms(request: KmsRequest, world: KmsWorld): Promise<KmsReply> {
  for (let attempts = 1; ; attempts++) {
    const reply = await attempt(request, world);
    const last = attempts === attemptsAtMost;
    if (reply instanceof UserError) {
      if (last) throw reply;
      await pause(reply.message, attempts, null, world);
    } else if (last || !passing.has(reply.status)) {
      return reply;
    } else {
      await pause(`${request.service} answered ${reply.status}`, attempts, reply.retryAfter, world);
    }
  }
}

async function pause(why: string, attempts: number, retryAfter: string | null, world: KmsWorld): Promise<void> {
  const asked = Number(retryAfter ?? Number.NaN) * 1000;
  const delay = Math.min(longestWait, asked > 0 ? asked : 2 ** (attempts - 1) * 1000);
  world.log?.(`${why}. Trying again in ${(delay / 1000).toFixed(1)} s.`);
  await (world.wait ?? timer)(delay);
}

function timer(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function attempt(
  { service, method, url, headers, body }: KmsRequest,
  world: KmsWorld,
): Promise<(KmsReply & { readonly retryAfter: string | null }) | UserError> {
  const signal = AbortSignal.timeout(timeout);
  try {
    const init = { method, headers, redirect: 'manual', signal, ...(body === undefined ? {} : { body }) } as const;
    const reply = await world.fetch(url, init);
    const text = await boundedText(reply);
    return { status: reply.status, body: jsonOf(text), retryAfter: reply.headers.get('retry-after') };
  } catch (error) {
    const why = signal.aborted ? `no answer within ${timeout / 1000} s` : causeOf(error);
    return new UserError('signing-unavailable', `${service} cannot be reached: ${why}`, { how: howToReach(why) });
  }
}

/** Cut where it is too long: no answer of ours is, and what is cut is no JSON. */
async function boundedText(reply: Response): Promise<string> {
  if (reply.body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of reply.body) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > bytesAtMost) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Only what lies below fetch: its own message may hold a header, such as one that cannot be sent. */
function causeOf(error: unknown): string {
  const below = error instanceof Error ? error.cause : undefined;
  if (!(below instanceof Error)) return 'the request could not be made';
  return 'code' in below && typeof below.code === 'string' ? below.code : redacted(below.message);
}
