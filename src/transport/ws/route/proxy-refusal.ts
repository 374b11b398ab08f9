import type { HttpResponse } from '../../http-response.js';
import { readOf, textOf } from '../../thrown.js';

/** A proxy was reached, and did not connect to the server. */
export class ProxyRefusal extends Error {
  // Private, since reports print their causes, and a page may hold anything.
  readonly #refusal: { readonly status: number; readonly response: HttpResponse } | undefined;

  constructor(message: string, refusal?: ProxyRefusal['refusal']) {
    super(message);
    this.#refusal = refusal;
  }

  /** The HTTP status with which it refused, and the rest of that response; SOCKS has none. */
  get refusal(): { readonly status: number; readonly response: HttpResponse } | undefined {
    return this.#refusal;
  }
}

/** How a message names a proxy: without its credentials. */
export function proxyName({ protocol, host }: URL): string {
  return `${protocol}//${host}`;
}

/** The error for a proxy that could not be asked, or was not waited for any longer. */
export function unanswered(proxy: URL, cause: Error, { aborted }: AbortSignal): Error {
  const name = proxyName(proxy);
  if (aborted) return new Error(`the proxy ${name} had not answered by then`, { cause });
  return new Error(`the proxy ${name} could not be asked: ${cause.message}`, { cause });
}

/** The errors of `socks`, which `socks-proxy-agent` passes on, have no name or code of their own. */
const SOCKS_ERROR = 'SocksClientError';
const SOCKS_REFUSAL = /rejected connection|authentication failed|no accepted authentication/i;

/** The error of Node's own agent, which has `proxyEnv` since Node.js 24. */
const NODE_REFUSAL = 'ERR_PROXY_TUNNEL';

/**
 * Whether an error is the word of a user's agent that its proxy has refused.
 *
 * The errors of `socks` hold its options, with the credentials of the proxy: these are removed.
 */
export function isRefusalOfAgent(error: Error): boolean {
  const { name } = (readOf(error, 'constructor') ?? {}) as { readonly name?: unknown };
  if (name !== SOCKS_ERROR) return readOf(error, 'code') === NODE_REFUSAL;
  Reflect.deleteProperty(error, 'options');
  return SOCKS_REFUSAL.test(textOf(error, 'message'));
}
