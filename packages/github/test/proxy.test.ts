import { once } from 'node:events';
import { createServer, type Server, setGlobalProxyFromEnv } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { useProxyFromEnvironment } from '../src/index.ts';

const ending: (() => void)[] = [];
afterEach(() => {
  for (const end of ending.splice(0)) end();
});

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ending.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return `127.0.0.1:${address.port}`;
}

/** A proxy that opens tunnels and notes to where. */
async function startProxy() {
  const asked: string[] = [];
  const server = createServer((_request, reply) => reply.writeHead(405).end());
  const sockets = new Set<Socket>();
  ending.push(() => {
    for (const socket of sockets) socket.destroy();
  });
  server.on('connect', (request, near: Socket) => {
    asked.push(request.url ?? '');
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const far = connect(Number(port), host, () => {
      near.write('HTTP/1.1 200 Connection established\r\n\r\n');
      far.pipe(near).pipe(far);
    });
    for (const socket of [near, far]) sockets.add(socket.on('error', () => socket.destroy()));
  });
  return { address: await listening(server), asked };
}

/** Applies the variables until the end of the test. */
function use(env: Record<string, string>) {
  return useProxyFromEnvironment(env, {
    version: process.versions.node,
    setGlobalProxyFromEnv: (given) => {
      const restore = setGlobalProxyFromEnv(given);
      ending.push(restore);
      return restore;
    },
  });
}

test('requests go through the proxy, and past it to the hosts of no_proxy', async () => {
  const host = await listening(createServer((_request, reply) => reply.end('here')));
  const proxy = await startProxy();

  expect(use({ http_proxy: proxy.address })).toEqual({ kind: 'proxy' });
  expect(await (await fetch(`http://${host}/`)).text()).toBe('here');
  expect(proxy.asked).toEqual([host]);

  expect(use({ HTTP_PROXY: `http://${proxy.address}`, NO_PROXY: 'elsewhere.example,127.0.0.1' })).toEqual({
    kind: 'proxy',
  });
  expect(await (await fetch(`http://${host}/`)).text()).toBe('here');
  expect(proxy.asked).toEqual([host]);
});

test('what is asked over TLS asks the proxy of https_proxy', async () => {
  const proxy = await startProxy();
  use({ https_proxy: `http://${proxy.address}` });
  // Nobody speaks TLS at the other end; where the tunnel was to lead is seen all the same.
  const host = await listening(createServer());
  await expect(fetch(`https://${host}/`)).rejects.toThrow('fetch failed');
  expect(proxy.asked).toEqual([host]);
});

test('without the variables nothing is set; lower case wins over upper case', () => {
  const given: unknown[] = [];
  const node = {
    version: '24.14.0',
    setGlobalProxyFromEnv: (env?: object) => {
      given.push(env);
      return () => {};
    },
  };
  expect(useProxyFromEnvironment({ NO_PROXY: '*', https_proxy: '' }, node)).toEqual({ kind: 'direct' });
  useProxyFromEnvironment({ https_proxy: 'one:1', HTTPS_PROXY: 'two:2', no_proxy: 'a', NO_PROXY: 'b' }, node);
  expect(given).toEqual([{ https_proxy: 'http://one:1', no_proxy: 'a' }]);
});

test('node that cannot be told to, and node that was told to at its start', () => {
  const proxied = { https_proxy: 'http://proxy.example:3128' };
  const old = { version: '24.11.1' };
  expect(useProxyFromEnvironment({ ...proxied, NODE_USE_ENV_PROXY: '1' }, old)).toEqual({ kind: 'proxy' });
  expect(useProxyFromEnvironment(proxied, old)).toEqual({
    kind: 'not-possible',
    notice:
      "node 24.11.1 of this runner cannot be told to use the proxy of the environment: requests go out directly. Update the runner (node 24.14 or later), or set `NODE_USE_ENV_PROXY: 1` in the step's `env:`.",
  });
});

test('an address that is none is refused without its password', () => {
  expect(() => use({ HTTPS_PROXY: 'http://user:secret@[proxy' })).toThrow(/^HTTPS_PROXY is no address of a proxy\.$/);
  expect(() => use({ https_proxy: 'socks5://user:secret@proxy.example:1080' })).toThrow(
    /^https_proxy names a proxy that speaks socks5\.$/,
  );
});
