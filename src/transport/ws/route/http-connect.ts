import { type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { bodyText, fieldsOf } from '../../http-response.js';
import { ProxyRefusal, proxyName, unanswered } from './proxy-refusal.js';
import { credentialsOf, type ProxySettings, placeOf, type Target } from './proxy-settings.js';
import { readBeginning } from './read-beginning.js';

/**
 * Asks an HTTP proxy for a connection to a server (CONNECT, RFC 9110 section 9.3.6).
 *
 * @returns a socket whose other end is the server.
 * @throws {ProxyRefusal} for an answer other than 2xx; an error that names the proxy, with the system's as its cause,
 *   when it cannot be reached. Both by rejection.
 */
export function throughHttp(
  proxy: URL,
  { host, port }: Target,
  settings: ProxySettings,
  signal: AbortSignal,
): Promise<Socket> {
  const authority = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  const isSecure = proxy.protocol === 'https:';
  const name = proxyName(proxy);
  return new Promise((resolve, reject) => {
    const request = (isSecure ? requestSecure : requestPlain)({
      ...settings,
      ...placeOf(proxy, isSecure ? 443 : 80),
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, connection: 'keep-alive', ...authorization(proxy) },
      agent: false,
    });
    // Not the request's own `signal`: that ends the socket with an error, also when it was handed on.
    const abort = () => request.destroy(new Error('aborted'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    request.on('connect', (response, socket: Socket, head) => {
      signal.removeEventListener('abort', abort);
      if (isSuccess(response)) {
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
      } else {
        signal.addEventListener('abort', () => socket.destroy());
        void refusal(name, response, socket, head).then(reject);
      }
    });
    request.on('error', (cause) => reject(unanswered(proxy, cause, signal)));
    request.end();
  });
}

function isSuccess({ statusCode = 0 }: IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300;
}

function authorization(proxy: URL): { readonly 'proxy-authorization'?: string } {
  const credentials = credentialsOf(proxy);
  if (credentials === undefined) return {};
  const { user, password } = credentials;
  return { 'proxy-authorization': `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

/** Reads why a proxy has refused. Behind the answer to CONNECT there is no body for Node, only bytes. */
async function refusal(
  name: string,
  { statusCode = 0, statusMessage = '', headers }: IncomingMessage,
  socket: Socket,
  head: Buffer,
): Promise<ProxyRefusal> {
  const { 'content-length': length, 'transfer-encoding': coding } = headers;
  const bytes = coding === undefined ? Number(length ?? Number.POSITIVE_INFINITY) : 0;
  const body = await readBeginning(socket, head, bytes);
  socket.destroy();
  const message = `the proxy ${name} answered CONNECT with ${statusCode} ${statusMessage}`.trimEnd();
  const response = { headers: fieldsOf(headers), body: bodyText(body) };
  return new ProxyRefusal(message, { status: statusCode, response });
}
