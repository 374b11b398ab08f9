import type { IncomingMessage, ServerResponse } from 'node:http';

/** An answer to a plain HTTP request. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The host of a request. An absolute URL as request target takes precedence over the Host header (RFC 9112 section
 * 3.2.2).
 */
const ABSOLUTE = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)/i;

/** The path that a request asks for, without the query. */
export function pathOf({ url = '/' }: Pick<IncomingMessage, 'url'>): string {
  const target = url.replace(ABSOLUTE, '');
  return (target.startsWith('/') ? target : `/${target}`).split('?', 1)[0] ?? target;
}

/** The host that a request is meant for, with its port if it has one. */
export function authorityOf({ url = '/', headers }: Pick<IncomingMessage, 'url' | 'headers'>): string | undefined {
  return ABSOLUTE.exec(url)?.[1] ?? headers.host;
}

const NOT_READ: Answer = { status: 405, body: { error: 'method not allowed' }, headers: { allow: 'GET, HEAD' } };

/** Why a request of something that can only be read is refused; `undefined` if it is not. */
export function methodFault({ method }: Pick<IncomingMessage, 'method'>): Answer | undefined {
  return method === 'GET' || method === 'HEAD' ? undefined : NOT_READ;
}

export function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(text);
}
