import type { HandshakeRequest, HttpAnswer } from '../../transport/transport.js';
import { isToken } from '../options/handshake-options.js';
import { hostOf } from './host.js';
import { fieldOf } from './request.js';
import { requestTarget } from './request-target.js';

/**
 * The answer to a request that HTTP does not allow, or not with an opening handshake (RFC 9112 sections 3.2 and 6, RFC
 * 6455 section 4.2.1); `undefined` if nothing is wrong with it.
 */
export function requestFault(request: HandshakeRequest): HttpAnswer | undefined {
  const { httpVersion = '1.1', headers } = request;
  // Within HTTP/2 the path is a field of its own (RFC 9113 section 8.3.1).
  if (
    requestTarget(request.url) === undefined ||
    (request.connectProtocol !== undefined && !request.url.startsWith('/'))
  )
    return { status: 400, body: 'The request target must be a path, or an absolute URL without a fragment.' };
  if (Number.parseFloat(httpVersion) < 1.1)
    return { status: 400, body: 'A WebSocket is opened by a request of HTTP/1.1.' };
  if (hostOf(request) === undefined) return { status: 400, body: 'There must be one Host header that names a host.' };
  // The bytes after the header are read as frames: a body would be taken for frames.
  const length = fieldOf(headers, 'content-length');
  if (fieldOf(headers, 'transfer-encoding') !== undefined || (length !== undefined && !/^0+$/.test(length.trim()))) {
    return { status: 400, body: 'An opening handshake has no body.' };
  }
  return undefined;
}

/**
 * The answer to a request that is not an opening handshake, or is malformed (RFC 6455 sections 4.2.1 and 4.4);
 * `undefined` if nothing is wrong with it.
 */
export function handshakeFault(request: HandshakeRequest): HttpAnswer | undefined {
  return request.connectProtocol === undefined
    ? (upgradeFault(request) ?? protocolsFault(request))
    : (connectFault(request) ?? protocolsFault(request));
}

/** Of an upgrade of HTTP/1.1. */
function upgradeFault({ method, headers }: HandshakeRequest): HttpAnswer | undefined {
  if (method !== 'GET')
    return { status: 405, headers: { allow: 'GET' }, body: 'A WebSocket is opened by a GET request.' };
  if (!hasMember(fieldOf(headers, 'upgrade'), 'websocket')) {
    return {
      status: 426,
      headers: UPGRADE,
      body: 'This address speaks WebSocket only: the Upgrade header must say websocket.',
    };
  }
  if (!hasMember(fieldOf(headers, 'connection'), 'upgrade')) {
    return {
      status: 426,
      headers: UPGRADE,
      body: 'This address speaks WebSocket only: the Connection header must say Upgrade.',
    };
  }
  if (!isOfVersion(headers))
    return { status: 426, headers: { ...UPGRADE, 'sec-websocket-version': VERSION }, body: WRONG_VERSION };
  if (!KEY.test(fieldOf(headers, 'sec-websocket-key')?.trim() ?? '')) {
    return { status: 400, body: 'The Sec-WebSocket-Key header must be 16 bytes in base64.' };
  }
  return undefined;
}

/**
 * Of an extended CONNECT, which has no key (RFC 8441 section 5). It cannot be answered with 426, which needs the field
 * Upgrade, and that HTTP/2 forbids (RFC 9110 section 15.5.22, RFC 9113 section 8.2.2).
 */
function connectFault({ headers }: HandshakeRequest): HttpAnswer | undefined {
  return isOfVersion(headers)
    ? undefined
    : { status: 400, headers: { 'sec-websocket-version': VERSION }, body: WRONG_VERSION };
}

function isOfVersion(headers: HandshakeRequest['headers']): boolean {
  return fieldOf(headers, 'sec-websocket-version')?.trim() === VERSION;
}

function protocolsFault(request: HandshakeRequest): HttpAnswer | undefined {
  const offered = offeredProtocols(request);
  if (offered.length > 0 && (!offered.every(isToken) || new Set(offered).size < offered.length)) {
    return { status: 400, body: 'The Sec-WebSocket-Protocol header must list different tokens.' };
  }
  return undefined;
}

/** The subprotocols a client offers, in its order of preference (RFC 6455 section 11.3.4). */
export function offeredProtocols({ headers }: HandshakeRequest): readonly string[] {
  return listOf(fieldOf(headers, 'sec-websocket-protocol'));
}

/** 16 bytes in base64 (RFC 6455 section 4.1). */
const KEY = /^[A-Za-z\d+/]{22}==$/;

/** The one version there is (RFC 6455 section 4.1). */
const VERSION = '13';
const WRONG_VERSION = `The Sec-WebSocket-Version header must say ${VERSION}.`;

/** What a client that did not ask for WebSocket must do (RFC 9110 section 15.5.22). */
const UPGRADE = { connection: 'Upgrade', upgrade: 'websocket' } as const;

/** The members of a header field that is a comma-separated list. */
function listOf(field: string | undefined): string[] {
  return field?.split(',').map((member) => member.trim()) ?? [];
}

function hasMember(field: string | undefined, member: string): boolean {
  // As a rule it is the only one.
  return field?.toLowerCase() === member || listOf(field).some((other) => other.toLowerCase() === member);
}
