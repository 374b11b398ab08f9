import type { Attributes } from '@opentelemetry/api';
import type { Connection } from '../../supervisor/api/connection.js';
import type { AcceptedHandshake, DialedHandshake } from '../../supervisor/api/handshake-follower.js';
import type { CloseReport } from '../../transport/close-report.js';
import { maskedUrl } from '../redaction/masked.js';

/*
 * What spans say, in the names of OpenTelemetry's semantic conventions for HTTP and networks where there is one, and in
 * names of our own below `wirekeeper.`. Nothing here is read from a header field, a query, a reason, or a message.
 */

export function acceptedAttributes({ childId, request }: AcceptedHandshake): Attributes {
  const { method, path, isSecure, remoteAddress } = request;
  return {
    'http.request.method': method === 'GET' ? method : '_OTHER',
    'url.scheme': isSecure ? 'wss' : 'ws',
    'url.path': maskedUrl(path),
    ...(remoteAddress === undefined ? {} : { 'client.address': remoteAddress }),
    'wirekeeper.child.id': childId,
  };
}

export function dialedAttributes({ childId, attempt, connection }: DialedHandshake): Attributes {
  return {
    'http.request.method': 'GET',
    ...(attempt > 1 ? { 'http.request.resend_count': attempt - 1 } : {}),
    'wirekeeper.child.id': childId,
    'wirekeeper.connection.id': connection.id,
  };
}

/** The URL of a dial, which was checked, without user name, password, and query. */
export function urlAttributes(url: string): Attributes {
  const { protocol, hostname, host, port, pathname } = new URL(url);
  const scheme = protocol.slice(0, -1);
  const path = maskedUrl(pathname);
  return {
    'url.full': `${scheme}://${host}${path}`,
    'url.scheme': scheme,
    'url.path': path,
    'server.address': hostname,
    'server.port': port === '' ? DEFAULT_PORTS[scheme] : Number(port),
  };
}

export function openedAttributes({ id, remoteAddress }: Connection<unknown>): Attributes {
  return {
    'http.response.status_code': 101,
    ...(remoteAddress === undefined ? {} : { 'network.peer.address': remoteAddress }),
    'wirekeeper.connection.id': id,
  };
}

/** @param why one of the library's own words. */
export function refusalAttributes({ status, why }: { readonly status: number; readonly why: string }): Attributes {
  return { ...(status === 0 ? {} : { 'http.response.status_code': status }), 'wirekeeper.refusal.why': why };
}

export function closeAttributes(report: CloseReport): Attributes {
  const { childId, connectionId, role, code, outcome, trigger, startedBy, endedBy, wasClean } = report;
  const { openedAt, endedAt, framesIn, framesOut, bytesIn, bytesOut, unconfirmed, localStallMs } = report;
  return {
    ...(childId === undefined ? {} : { 'wirekeeper.child.id': childId }),
    'wirekeeper.connection.id': connectionId,
    'wirekeeper.connection.role': role,
    ...(openedAt === undefined ? {} : { 'wirekeeper.connection.duration': (endedAt - openedAt) / 1000 }),
    'wirekeeper.close.code': code,
    'wirekeeper.close.outcome': outcome,
    'wirekeeper.close.trigger': trigger,
    'wirekeeper.close.started_by': startedBy,
    ...(endedBy === undefined ? {} : { 'wirekeeper.close.ended_by': endedBy }),
    'wirekeeper.close.clean': wasClean,
    'wirekeeper.frames.in': framesIn,
    'wirekeeper.frames.out': framesOut,
    'wirekeeper.bytes.in': bytesIn,
    'wirekeeper.bytes.out': bytesOut,
    'wirekeeper.frames.unconfirmed': unconfirmed.frames,
    'wirekeeper.event_loop.stall': localStallMs / 1000,
  };
}

/** Why a close is an error; `undefined` if it is none. */
export function failureOf({ outcome, trigger, endedBy }: CloseReport): string | undefined {
  return outcome === 'failed' || trigger === 'handler-threw' ? (endedBy ?? trigger) : undefined;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { ws: 80, wss: 443 };
