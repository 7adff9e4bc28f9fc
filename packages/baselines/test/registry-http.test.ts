import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type RegistryRequest, sendToRegistry } from '../src/registry-http.ts';
import { page, scripted } from './scripted-fetch.ts';
import { refusal } from './stored.ts';

const get: RegistryRequest = {
  service: 'the registry',
  method: 'GET',
  url: 'https://registry.example/a',
  headers: { authorization: 'Bearer secret', accept: 'x' },
  repeatable: true,
  redirects: 'follow',
};

function patient() {
  const waits: number[] = [];
  const lines: string[] = [];
  const wait = async (milliseconds: number) => {
    waits.push(milliseconds);
  };
  return { waits, lines, wait, random: () => 0, log: (line: string) => lines.push(line) };
}

describe('what passes is tried again', () => {
  it('after 1, 2 and 4 seconds, four times in all', async () => {
    const [script, patience] = [scripted(page('', 503)), patient()];
    const reply = await sendToRegistry(get, { fetch: script.fetch, ...patience });
    expect([reply.status, reply.attempts, script.asked.length]).toEqual([503, 4, 4]);
    expect(patience.waits).toEqual([1000, 2000, 4000]);
    expect(patience.lines[0]).toBe('the registry answered 503. Trying again in 1.0 s.');
  });

  it('as late as the server says, within half a minute', async () => {
    const script = scripted(
      page('', 429, { 'retry-after': '7' }),
      page('', 429, { 'retry-after': '900' }),
      page('', 429, { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }),
      page('ok', 200),
    );
    const patience = patient();
    const reply = await sendToRegistry(get, { fetch: script.fetch, ...patience });
    expect([reply.status, new TextDecoder().decode(reply.bytes)]).toEqual([200, 'ok']);
    expect(patience.waits).toEqual([7000, 30_000, 4000]);
  });

  it('when the connection breaks', async () => {
    const broken = () => {
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) });
    };
    const script = scripted(broken, page('ok', 200));
    const patience = patient();
    expect((await sendToRegistry(get, { fetch: script.fetch, ...patience })).attempts).toBe(2);
    expect(patience.lines).toEqual(['the registry cannot be reached: ECONNRESET Trying again in 1.0 s.']);
  });

  it('but not what creates something, unless the server did nothing', async () => {
    const create = { ...get, method: 'POST', repeatable: false } as const;
    const outage = scripted(page('', 503), page('', 200));
    expect((await sendToRegistry(create, { fetch: outage.fetch, ...patient() })).status).toBe(503);
    const limited = scripted(page('', 429), page('', 200));
    expect((await sendToRegistry(create, { fetch: limited.fetch, ...patient() })).status).toBe(200);
  });

  it('and not what is refused', async () => {
    for (const status of [400, 401, 403, 404, 409, 412, 501]) {
      const script = scripted(page('', status));
      expect((await sendToRegistry(get, { fetch: script.fetch, ...patient() })).attempts).toBe(1);
    }
  });
});

describe('what does not come', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is given up after the time that is allowed', async () => {
    const never: typeof fetch = (_input, init) =>
      new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)));
    const once = { ...get, repeatable: false };
    expect(await refusal(sendToRegistry(once, { fetch: never, timeout: 20 }))).toEqual([
      'baseline-unreadable',
      'the registry cannot be reached: no answer within 0.02 s',
      'check the address, and that this machine may connect to it',
    ]);
  });

  it('or stops on the way, while one that goes on slowly is read', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const parts = ['a', 'b', 'c', 'd'];
    const slowly: typeof fetch = async (_input, init) =>
      new Response(
        new ReadableStream({
          start(controller) {
            init?.signal?.addEventListener('abort', () => controller.error(init.signal?.reason));
          },
          async pull(controller) {
            await new Promise((resolve) => setTimeout(resolve, 40_000));
            if (init?.signal?.aborted) return;
            const part = parts.shift();
            if (part === undefined) controller.close();
            else controller.enqueue(new TextEncoder().encode(part));
          },
        }),
      );
    const slow = sendToRegistry({ ...get, repeatable: false }, { fetch: slowly, timeout: 60_000 });
    slow.catch(() => undefined); // looked at below
    for (let step = 0; step < 5; step++) await vi.advanceTimersByTimeAsync(40_000);
    expect(new TextDecoder().decode((await slow).bytes)).toBe('abcd');
    vi.useRealTimers();
    const listening: typeof fetch = async (_input, init) => {
      const stalled = new ReadableStream({
        start(controller) {
          init?.signal?.addEventListener('abort', () => controller.error(init.signal?.reason));
        },
      });
      return new Response(stalled);
    };
    const once = { ...get, repeatable: false };
    expect((await refusal(sendToRegistry(once, { fetch: listening, timeout: 20 })))[1]).toBe(
      'the registry cannot be reached: no answer within 0.02 s',
    );
  });

  it('or is too large is not read to its end', async () => {
    let sent = 0;
    const endless = () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            sent++;
            controller.enqueue(new Uint8Array(1024 * 1024));
          },
        }),
      );
    const script = scripted(endless);
    const bounded = { ...get, maxBytes: 3 * 1024 * 1024 };
    expect((await refusal(sendToRegistry(bounded, { fetch: script.fetch })))[1]).toBe(
      'the registry answered with more than 3 MiB',
    );
    expect(sent).toBeLessThan(8);
  });
});

describe('redirects', () => {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `http://127.0.0.1:${address.port}`;
  }

  it('to another origin go without the token, also when that one sends back', async () => {
    const seen: (string | undefined)[] = [];
    let home = '';
    const other = await serve((request, reply) => {
      seen.push(request.headers.authorization);
      reply.writeHead(302, { location: `${home}/end` }).end();
    });
    home = await serve((request, reply) => {
      seen.push(request.headers.authorization);
      if (request.url === '/a') reply.writeHead(307, { location: '/b' }).end();
      else if (request.url === '/b') reply.writeHead(302, { location: `${other}/x?signature=1` }).end();
      else reply.end('done');
    });
    const reply = await sendToRegistry({ ...get, url: `${home}/a` }, {});
    expect(new TextDecoder().decode(reply.bytes)).toBe('done');
    expect(seen).toEqual(['Bearer secret', 'Bearer secret', undefined, undefined]);
  });

  it.each([
    ['http://registry.example/a', 'http://registry.example, which is not encrypted'],
    ['file:///etc/passwd', 'null, which is no address that can be asked'],
    ['https://registry.example/a', 'https://registry.example, which is redirect number 6'],
  ])('to %s are refused', async (location, why) => {
    const script = scripted(page('', 302, { location }));
    expect((await refusal(sendToRegistry(get, { fetch: script.fetch })))[1]).toBe(`the registry sends on to ${why}`);
  });

  it('of writes are refused: followed, they would write nothing', async () => {
    const script = scripted(page('', 302, { location: 'https://login.example/?token=1' }));
    const write = { ...get, method: 'PUT', body: 'x' } as const;
    expect((await refusal(sendToRegistry(write, { fetch: script.fetch })))[1]).toBe(
      'the registry sends on to https://login.example, which came for a PUT, which cannot be repeated elsewhere',
    );
    expect(script.asked.length).toBe(1);
  });
});
