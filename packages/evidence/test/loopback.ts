import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Loopback {
  readonly url: string;
  readonly received: readonly Received[];
}

type Answering = (request: Received) => Answer | 'hang' | Promise<Answer | 'hang'>;

/** A server on this machine for one test, which keeps what it was asked. Objects are answered as JSON. */
export async function loopback(answer: Answering, tls?: { key: string; cert: string }): Promise<Loopback> {
  const received: Received[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const asked: Received = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    received.push(asked);
    const given = await answer(asked);
    if (given === 'hang') {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{');
      return;
    }
    const plain = typeof given.body === 'string' || Buffer.isBuffer(given.body);
    response.writeHead(given.status, { 'content-type': plain ? 'text/plain' : 'application/json', ...given.headers });
    response.end(plain ? given.body : JSON.stringify(given.body));
  };
  const server = tls === undefined ? createServer(handle) : createTlsServer(tls, handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`, received };
}

/** An address where nobody listens. */
export async function nobody(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}
