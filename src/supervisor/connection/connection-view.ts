import type { CloseCause } from '../../machines/ending.js';
import type { CloseReport } from '../../transport/close-report.js';
import type { HandshakeResponse } from '../../transport/http-response.js';
import type { Wire } from '../../transport/transport.js';
import type { Clock } from '../api/clock.js';
import type { ConnectionRequest } from '../api/connection-request.js';
import type { ConnectionParent } from './connection-parent.js';
import type { LazyParts } from './lazy-parts.js';

/**
 * What is read of a connection and kept elsewhere: in its wire, its parent, or its rare parts. It has no fields, since
 * there may be 100,000 connections.
 */
export abstract class ConnectionView {
  abstract readonly parent: ConnectionParent;
  abstract readonly request: ConnectionRequest | undefined;
  abstract readonly wire: Wire | undefined;
  abstract readonly lazyIfMade: LazyParts | undefined;
  abstract readonly lazy: LazyParts;

  get epoch(): number | undefined {
    return this.lazyIfMade?.epoch;
  }
  get identity(): string | undefined {
    return this.lazyIfMade?.identity;
  }
  get childId(): string {
    return this.parent.childId;
  }
  get clock(): Clock {
    return this.parent.services.clock;
  }
  get url(): string | undefined {
    return this.wire?.url;
  }
  get protocol(): string {
    return this.wire?.protocol ?? '';
  }
  get extensions(): string {
    return this.wire?.extensions ?? '';
  }
  get remoteAddress(): string | undefined {
    return this.request === undefined ? this.wire?.remoteAddress : this.request.remoteAddress;
  }
  get response(): HandshakeResponse | undefined {
    return this.wire?.response;
  }
  get bufferedBytes(): number {
    return this.wire?.bufferedBytes ?? 0;
  }
  get bufferedPayloadBytes(): number {
    return this.wire?.bufferedPayloadBytes ?? 0;
  }
  get latencyMs(): number | undefined {
    return this.lazyIfMade?.heartbeat?.latencyMs ?? this.wire?.latencyMs;
  }
  get report(): CloseReport | undefined {
    return this.lazyIfMade?.report;
  }
  get closed(): Promise<CloseReport> {
    return this.lazy.closed;
  }
  get isPaused(): boolean {
    return this.lazyIfMade?.isPaused === true;
  }
  /** What began its close; `undefined` before that. */
  get closeCause(): CloseCause | undefined {
    return this.lazyIfMade?.closeCause;
  }
  /** When its close began, monotonic ms; `undefined` before that. */
  get endingSince(): number | undefined {
    return this.lazyIfMade?.endingSince;
  }
}
