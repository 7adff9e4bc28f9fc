import { createServer, request } from 'node:http';

export interface BearerProxy {
  readonly url: string;
  /** `METHOD /path status` of every request, without its query. */
  readonly log: readonly string[];
  close(): Promise<void>;
}

/** What companies put before MLflow: checks a bearer token and passes on as a user of the server behind it. */
export async function startBearerProxy(
  behind: string,
  token: string,
  user: { readonly user: string; readonly password: string },
): Promise<BearerProxy> {
  const log: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '/';
    const note = (status: number) => log.push(`${incoming.method} ${path.split('?')[0]} ${status}`);
    if (incoming.headers.authorization !== `Bearer ${token}`) {
      note(401);
      incoming.resume();
      outgoing.writeHead(401, { 'www-authenticate': 'Bearer', 'content-type': 'text/plain' }).end('who are you?');
      return;
    }
    const headers = { ...incoming.headers, host: new URL(behind).host };
    headers.authorization = `Basic ${btoa(`${user.user}:${user.password}`)}`;
    const onward = request(behind + path, { method: incoming.method ?? 'GET', headers }, (answer) => {
      note(answer.statusCode ?? 502);
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => {
      note(502);
      outgoing.writeHead(502).end();
    });
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy listens on no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    log,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
