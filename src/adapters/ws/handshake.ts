import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { refuse } from '../../index.js';

/** Section 1.3 of RFC 6455. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const KEY = /^[+/\dA-Za-z]{22}==$/;
const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/;

/** What ws reports by 'wsClientError' about a request; `undefined` if it is an opening handshake. */
export function requestFault({ method, headers }: IncomingMessage): string | undefined {
  const { 'sec-websocket-key': key, 'sec-websocket-version': version, upgrade } = headers;
  if (method !== 'GET') return 'Invalid HTTP method';
  if (upgrade?.toLowerCase() !== 'websocket') return 'Invalid Upgrade header';
  if (key === undefined || !KEY.test(key)) return 'Missing or invalid Sec-WebSocket-Key header';
  if (version !== '13') return 'Missing or invalid Sec-WebSocket-Version header';
  if (headers['sec-websocket-protocol'] !== undefined && offeredProtocols(headers) === undefined)
    return 'Invalid Sec-WebSocket-Protocol header';
  return undefined;
}

/** The subprotocols that a client offers, in its order; `undefined` if it offers none, or its field is malformed. */
export function offeredProtocols(headers: IncomingMessage['headers']): Set<string> | undefined {
  const offered = headers['sec-websocket-protocol']?.split(',').map((each) => each.trim());
  if (offered === undefined || !offered.every((each) => TOKEN.test(each))) return undefined;
  const protocols = new Set(offered);
  return protocols.size === offered.length ? protocols : undefined;
}

/** The lines of the 101, as listeners of 'headers' get them to add to. */
export function responseLines({ headers }: IncomingMessage, protocol: string | undefined): string[] {
  const accept = createHash('sha1').update(`${headers['sec-websocket-key']}${GUID}`).digest('base64');
  return [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
    ...(protocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]),
  ];
}

/** The header fields of lines. Those of one name are together. @throws {TypeError} for a line without a colon. */
export function fieldsOf(lines: readonly string[]): Record<string, string[]> {
  const fields: Record<string, string[]> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon === -1) throw new TypeError(`A line that a listener of "headers" has added has no colon: ${line}`);
    const name = line.slice(0, colon);
    fields[name] = [...(fields[name] ?? []), line.slice(colon + 1).trim()];
  }
  return fields;
}

/** How a client is refused, as a callback of `verifyClient` says it. */
export interface Refused {
  readonly code?: number | undefined;
  readonly message?: string | undefined;
  readonly headers?: Readonly<Record<string, string | number | readonly string[] | undefined>> | undefined;
}

/** @throws {OptionError} for a status that is no HTTP error, and for header fields that HTTP does not allow. */
export function refusal({ code = 401, message, headers = {} }: Refused): ReturnType<typeof refuse> {
  const fields = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return refuse(code, { headers: Object.fromEntries(fields), ...(message === undefined ? {} : { body: message }) });
}
