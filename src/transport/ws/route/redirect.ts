import type { DialRequest } from '../../transport.js';

/** Where a redirect leads, or why it is not followed. */
export type Redirect =
  | { readonly request: DialRequest }
  | { readonly code: 'ERR_INVALID_REDIRECT' | 'ERR_UNSAFE_REDIRECT'; readonly problem: string };

const SCHEMES: Readonly<Record<string, string>> = { 'http:': 'ws:', 'https:': 'wss:', 'ws:': 'ws:', 'wss:': 'wss:' };

/** Whether a status asks the client to go elsewhere (RFC 9110 section 15.4). */
export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/**
 * The request that follows a redirect. To another origin go neither header fields nor user and password, nor what is
 * this side's in TLS: its certificate, its key, and the name of the server before.
 *
 * @param location the field `Location` (RFC 9110 section 10.2.2), relative or absolute.
 */
export function redirected(request: DialRequest, location: string | undefined): Redirect {
  const from = new URL(request.url);
  if (!isNetwork(from))
    return { code: 'ERR_UNSAFE_REDIRECT', problem: 'a socket of this machine cannot lead elsewhere' };
  if (location === undefined || !URL.canParse(location, from.href))
    return { code: 'ERR_INVALID_REDIRECT', problem: 'it has no Location that is a URL' };
  const to = new URL(location, from.href);
  const scheme = SCHEMES[to.protocol];
  if (scheme === undefined) return { code: 'ERR_UNSAFE_REDIRECT', problem: `it leads to ${to.protocol}` };
  if (from.protocol === 'wss:' && scheme === 'ws:')
    return { code: 'ERR_UNSAFE_REDIRECT', problem: 'it leads from wss: to ws:' };
  to.protocol = scheme;
  to.hash = '';
  const isSameOrigin = from.protocol === to.protocol && from.host === to.host;
  if (isSameOrigin && to.username === '' && to.password === '') {
    to.username = from.username;
    to.password = from.password;
  }
  return { request: { ...(isSameOrigin ? request : withoutCredentials(request)), url: to.href } };
}

function isNetwork({ protocol }: URL): boolean {
  return protocol === 'ws:' || protocol === 'wss:';
}

function withoutCredentials({ tls, ...request }: DialRequest): DialRequest {
  const { pfx: _pfx, cert: _cert, key: _key, passphrase: _passphrase, servername: _servername, ...trust } = tls;
  return { ...request, headers: {}, tls: trust };
}
