import type { Connection } from '../../supervisor/api/connection.js';
import { warn } from '../../supervisor/reporting/process-warning.js';
import type { CloseFrame, CloseReport } from '../../transport/close-report.js';
import { EndedError } from '../../transport/errors.js';
import { explain } from '../../transport/explain.js';
import type { Frame } from '../../transport/frame.js';
import { describeThrown } from '../../transport/thrown.js';
import { lengthOf, type Payload } from './conversions.js';
import { CloseEvent, ErrorEvent, RedialEvent } from './events.js';
import type { Link, LinkEvents } from './link.js';
import { Outgoing } from './outgoing.js';

/** The values of `readyState`. */
export const READY_STATE = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 } as const;

export type ReadyState = (typeof READY_STATE)[keyof typeof READY_STATE];

const { CONNECTING, OPEN, CLOSING, CLOSED } = READY_STATE;

/** How binary messages are given to listeners. */
export type BinaryType = 'blob' | 'arraybuffer';

/** The states of a socket, its connection, and the events that it fires, in the order of the specification. */
export class SocketLife implements LinkEvents {
  readonly #fire: (event: Event) => void;
  #outgoing: Outgoing | undefined;
  #link: Link | undefined;
  /** Payload sent before there was ever a connection, and after its end. */
  #droppedBytes = 0;
  #isCalledOff = false;
  #isClosedHere = false;

  readyState: ReadyState = CONNECTING;
  binaryType: BinaryType = 'blob';
  /** The connection that is open, or was the last one. */
  connection: Connection<unknown> | undefined;
  report: CloseReport | undefined;
  /** The `origin` of messages. */
  origin = '';

  constructor(fire: (event: Event) => void) {
    this.#fire = fire;
  }

  get bufferedAmount(): number {
    return (this.#outgoing?.bytes ?? 0) + this.#droppedBytes;
  }

  /** The socket is about this connection from now on, whatever its state. */
  adopt(connection: Connection<unknown>): void {
    this.connection = connection;
    this.#outgoing = new Outgoing(connection);
    this.readyState = connection.state === 'open' ? OPEN : CLOSING;
  }

  standOn(link: Link): void {
    this.#link = link;
  }

  /** Somebody listens to messages. */
  read(): void {
    this.#link?.read();
  }

  send(payload: Payload): void {
    if (this.readyState === OPEN) this.#outgoing?.send(payload);
    else this.#droppedBytes += lengthOf(payload);
  }

  close(frame: CloseFrame): void {
    const { readyState } = this;
    if (readyState !== CONNECTING && readyState !== OPEN) return;
    this.readyState = CLOSING;
    this.#isClosedHere = true;
    this.#isCalledOff = readyState === CONNECTING;
    if (this.#isCalledOff) this.#link?.callOff();
    else this.#outgoing?.close(() => this.#link?.close(frame));
  }

  /** A listener has thrown: that ends its connection, as the error of a handler does, and nothing else. */
  threw(error: unknown): void {
    if (this.connection !== undefined) this.connection.fail(error);
    else warn('WIREKEEPER_LISTENER_THREW', 'a listener of a WebSocket without a connection has thrown', error);
  }

  opened(connection: Connection<unknown>): void {
    this.adopt(connection);
    // While the dial was called off, it succeeded.
    if (this.#isCalledOff) this.readyState = CLOSING;
    else this.#fire(new Event('open'));
  }

  received(frame: Frame): void {
    if (this.#isClosedHere) return;
    const data = frame.isBinary ? this.#binary(frame.data) : frame.text();
    this.#fire(new MessageEvent('message', { data, origin: this.origin }));
  }

  closing(): void {
    if (this.readyState === OPEN) this.readyState = CLOSING;
  }

  lost(facts: Parameters<LinkEvents['lost']>[0]): void {
    this.report = facts.report;
    if (this.#isClosedHere) return;
    this.readyState = CONNECTING;
    this.#outgoing = undefined;
    this.#fire(new RedialEvent('redial', facts));
  }

  ended(report: CloseReport | undefined, thrown?: unknown): void {
    this.report = report;
    this.readyState = CLOSED;
    this.#outgoing?.ended(report?.unwritten?.bytes ?? 0);
    // The report may be that of a connection before the dial that was called off.
    const own = this.#isCalledOff ? undefined : report;
    const wasClean = own?.wasClean ?? false;
    if (!wasClean || isFailure(own)) this.#fire(this.#failure(report, thrown));
    const { code, reason } = own?.received ?? { code: 1006, reason: '' };
    this.#fire(new CloseEvent('close', { code, reason, wasClean }));
  }

  /** Makes the event `error`, which always has an Error, and where there was a connection its report. */
  #failure(report: CloseReport | undefined, thrown: unknown): ErrorEvent {
    const message = report === undefined ? `The dial failed: ${describeThrown(thrown)}` : explain(report);
    const cause = report === undefined ? thrown : report.cause;
    const error = report?.handlerError ?? new EndedError(`WebSocket: ${message}`, { cause, report });
    return new ErrorEvent('error', { message, error });
  }

  /** A copy: what was received may be a view of memory that is shared. */
  #binary(data: Buffer): Blob | ArrayBuffer {
    const copy = new Uint8Array(data);
    return this.binaryType === 'blob' ? new Blob([copy]) : copy.buffer;
  }
}

/** Whether this side had to end a connection that was closed in good order nevertheless. */
function isFailure(report: CloseReport | undefined): boolean {
  return report?.trigger === 'handler-threw' || report?.trigger === 'slow-peer';
}
