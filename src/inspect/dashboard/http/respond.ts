import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HandshakeRequest } from '../../../transport/transport.js';
import type { Access } from '../protocol.js';
import type { Gate } from './access.js';
import type { PageFile } from './page-files.js';
import { isCrossSite } from './request-origin.js';

/** What answers are made from. */
export interface Responder {
  /** Where the dashboard is, without a final slash. */
  readonly path: string;
  readonly gate: Gate;
  readonly page: ReadonlyMap<string, PageFile>;
  /** JSON of a subject, by the rest of its path; `undefined` if there is none. */
  readonly download: (rest: string) => Download | undefined;
}

/** A file that is made when it is asked for. */
export interface Download {
  readonly name: string;
  readonly body: string;
}

/**
 * Sent with every answer. The page needs nothing but its own files and its own feed; it cannot be framed, and what it
 * shows cannot be taken for a script or sent elsewhere.
 */
const SAFETY: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-robots-tag': 'noindex',
};

const JSON_TYPE = 'application/json; charset=utf-8';

/** Answers one request for a path of the dashboard; `rest` is what follows `path`. Never rejects. */
export async function respond(
  responder: Responder,
  request: IncomingMessage,
  response: ServerResponse,
  rest: string,
): Promise<void> {
  // A body that nobody reads would keep the socket busy.
  request.resume();
  response.on('error', () => {});
  const { path, gate, page, download } = responder;
  const asked = requestOf(request);
  const answer: Answer = (status, body, headers) => send(request, response, status, body, headers);
  const access = await gate.check(asked);
  if (rest === '/access') return answerAccess(responder, access, request, answer);
  if (access.access === 'refused') return answer(403, `${access.why}\n`);
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return answer(405, 'This method is not allowed.\n', { allow: 'GET, HEAD' });
  // The page's links are relative: without the slash they would lead elsewhere.
  if (rest === '') return answer(308, '', { location: `${path}/` });
  if (rest === '/feed')
    return answer(426, 'This path speaks WebSocket only.\n', { connection: 'upgrade', upgrade: 'websocket' });
  const file = page.get(rest === '/' ? 'index.html' : rest.slice(1));
  if (file !== undefined) return answerFile(file, request, answer);
  if (access.access !== 'granted') return answer(401, 'A token is needed.\n', { 'www-authenticate': 'Bearer' });
  if (isCrossSite(asked)) return answer(403, 'Other sites may not ask for this.\n');
  const found = download(rest);
  if (found === undefined) return answer(404, 'There is nothing at this path.\n');
  return answer(200, found.body, {
    'content-type': JSON_TYPE,
    'content-disposition': `attachment; filename="${found.name.replaceAll(/[^\w.-]/g, '_')}.json"`,
  });
}

/** The parts of a request that decide, as listeners see them. */
function requestOf(request: IncomingMessage): HandshakeRequest {
  const { method = 'GET', url = '/', headers, socket } = request;
  return {
    method,
    url,
    headers,
    remoteAddress: socket.remoteAddress,
    // Where TLS ends at a proxy, the proxy says so.
    isSecure: ('encrypted' in socket && socket.encrypted === true) || headers['x-forwarded-proto'] === 'https',
  };
}

type Answer = (status: number, body: string | Buffer, headers?: Readonly<Record<string, string>>) => void;

/** GET says whether one may look; POST with the token gives a cookie, since a browser's WebSocket carries no header. */
function answerAccess({ path, gate }: Responder, access: Access, request: IncomingMessage, answer: Answer): void {
  const asked = requestOf(request);
  const { method } = request;
  if (isCrossSite(asked)) answer(403, 'Other sites may not ask for this.\n');
  else if (method === 'GET' || method === 'HEAD') answer(200, JSON.stringify(access), { 'content-type': JSON_TYPE });
  else if (method !== 'POST') answer(405, 'This method is not allowed.\n', { allow: 'GET, HEAD, POST' });
  else if (gate.hasToken(asked)) answer(204, '', { 'set-cookie': gate.cookie(`${path}/`, asked.isSecure) });
  else answer(401, 'The token is wrong.\n', { 'www-authenticate': 'Bearer' });
}

function answerFile({ body, type, etag, isHashed }: PageFile, request: IncomingMessage, answer: Answer): void {
  const headers = { etag, 'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache' };
  if (request.headers['if-none-match'] === etag) answer(304, '', headers);
  else answer(200, body, { ...headers, 'content-type': type });
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  const hasBody = status !== 204 && status !== 304;
  response.writeHead(status, {
    ...SAFETY,
    'cache-control': 'no-store',
    ...(hasBody ? { 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(body) } : {}),
    ...headers,
  });
  response.end(hasBody && request.method !== 'HEAD' ? body : undefined);
}
