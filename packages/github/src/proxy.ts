import type http from 'node:http';
import { UserError } from '@modelgate/core';
import type { Environment } from './run.ts';

/** What came of the proxy variables; a notice is for the person who reads the log. */
export type ProxyUse =
  | { readonly kind: 'direct' }
  | { readonly kind: 'proxy' }
  | { readonly kind: 'not-possible'; readonly notice: string };

export interface Node {
  readonly version: string;
  readonly setGlobalProxyFromEnv?: typeof http.setGlobalProxyFromEnv | undefined;
}

// Asked for when it is needed: importing node:http loads all of node's fetch with it, a sixth of a gate's start.
const thisNode: Node = {
  version: process.versions.node,
  get setGlobalProxyFromEnv() {
    return process.getBuiltinModule('node:http').setGlobalProxyFromEnv;
  },
};

/**
 * Sends all of this process's `fetch` and `http`/`https` requests through the proxy of `https_proxy` and `http_proxy`,
 * past it for the hosts of `no_proxy`; in lower or upper case, lower case first. To be called once, before the first
 * request. Self-hosted runners hand these variables to every action, but node's own clients heed them only when asked
 * to; the artifact client does so by itself.
 *
 * An address without a scheme is taken for `http://`, as the runner and `@actions/http-client` take it.
 *
 * @param node  what runs this; `setGlobalProxyFromEnv` came with 24.14, and older runners bring an older node 24
 * @throws UserError for an address that is none, without printing it: it may hold a password
 * Source: "Built-in proxy support" in node's documentation of `http`; "Using a proxy server with a runner" in GitHub's.
 */
export function useProxyFromEnvironment(env: Environment, node: Node = thisNode): ProxyUse {
  const https = proxyAddress(env, 'https_proxy');
  const plain = proxyAddress(env, 'http_proxy');
  if (https === undefined && plain === undefined) return { kind: 'direct' };
  // Node has read the variables at its start.
  if (env['NODE_USE_ENV_PROXY'] === '1') return { kind: 'proxy' };
  if (node.setGlobalProxyFromEnv === undefined) {
    return {
      kind: 'not-possible',
      notice: `node ${node.version} of this runner cannot be told to use the proxy of the environment: requests go out directly. Update the runner (node 24.14 or later), or set \`NODE_USE_ENV_PROXY: 1\` in the step's \`env:\`.`,
    };
  }
  const passed = env['no_proxy'] || env['NO_PROXY'];
  node.setGlobalProxyFromEnv({
    ...(https === undefined ? {} : { https_proxy: https }),
    ...(plain === undefined ? {} : { http_proxy: plain }),
    ...(passed ? { no_proxy: passed } : {}),
  });
  return { kind: 'proxy' };
}

function proxyAddress(env: Environment, name: 'https_proxy' | 'http_proxy'): string | undefined {
  const upper = name.toUpperCase();
  const variable = env[name] ? name : upper;
  const value = env[variable]?.trim();
  if (!value) return undefined;
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return address;
  throw new UserError(
    'api-unavailable',
    url === undefined
      ? `${variable} is no address of a proxy.`
      : `${variable} names a proxy that speaks ${url.protocol.slice(0, -1)}.`,
    { how: 'Give it as http://host:port or https://host:port, or unset it when GitHub is reached without a proxy.' },
  );
}
