import type { ConnectionEvent } from '../../machines/connection-machine.js';
import type { DialerEvent } from '../../machines/dialer-machine.js';
import { advisedDelay } from '../../machines/ending.js';
import type { Note } from '../../supervisor/api/observer.js';
import { assertNever } from '../../transport/assert-never.js';
import type { CloseFrame } from '../../transport/close-report.js';
import type { Revealable, TimelineEvent } from '../../transport/timeline.js';
import type { WireEnd } from '../../transport/wire-fact.js';
import { isFixedReason } from '../redaction/fixed-texts.js';
import { MASK } from '../redaction/masked.js';
import { cut, ErrorRecorder } from './recorded-error.js';

/** Turns events and notes into plain data with what a replay needs of them, redacted unless more is to be shown. */
export class EventRecorder {
  readonly errors: ErrorRecorder;
  readonly #shown: ReadonlySet<Revealable>;

  constructor(shown: ReadonlySet<Revealable>) {
    this.#shown = shown;
    this.errors = new ErrorRecorder(shown.has('messages'));
  }

  /** Returns `undefined` for an event that is no more than its type. */
  connectionEvent(event: ConnectionEvent): TimelineEvent | undefined {
    const { type } = event;
    switch (type) {
      case 'wire.opened':
        return event.protocol === '' ? undefined : { type, protocol: this.#protocol(event.protocol) };
      case 'wire.closing':
        return { type, received: this.frame(event.received) };
      case 'wire.failed':
        return {
          type,
          fault: event.fault,
          ...(event.sent === undefined ? {} : { sent: this.frame(event.sent) }),
          cause: this.errors.error(event.cause),
        };
      case 'wire.closed':
        return { type, end: this.#end(event.end) };
      case 'handler.returned':
        return { type, code: event.code, reason: this.reason(event.reason) };
      case 'handler.threw':
        return { type, ...this.errors.thrown(event.error) };
      case 'close':
        return { type, code: event.code, reason: this.reason(event.reason), trigger: event.trigger };
      case 'terminate':
        return { type, trigger: event.trigger };
      case 'deadline.open':
      case 'deadline.close':
      case 'liveness.lost':
        return undefined;
      default:
        return assertNever(event);
    }
  }

  /** Returns `undefined` for an event that is no more than its type. The URL of a redial may hold anything. */
  dialerEvent(event: DialerEvent): TimelineEvent | undefined {
    const { type } = event;
    switch (type) {
      case 'redial':
      case 'overlap':
      case 'stop': {
        const { code = 1000, reason = '' } = event;
        if (type === 'stop' && code === 1000 && reason === '') return undefined;
        return { type, reason: this.reason(reason), ...(code === 1000 ? {} : { code }) };
      }
      default:
        return undefined;
    }
  }

  note(note: Note): TimelineEvent {
    switch (note.type) {
      case 'dialer.judged': {
        const { report, ...verdict } = note;
        const { connectionId, trigger, code } = report;
        return { ...verdict, connectionId, trigger, code };
      }
      case 'subscriber.threw':
        return { type: note.type, ...this.errors.thrown(note.error) };
      default:
        return note;
    }
  }

  frame({ code, reason }: CloseFrame): CloseFrame {
    return { code, reason: this.reason(reason) };
  }

  reason(reason: string): string {
    return this.#shown.has('reasons') || isFixedReason(reason) ? reason : MASK;
  }

  #protocol(protocol: string): string {
    return this.#shown.has('protocols') ? cut(protocol) : MASK;
  }

  /** The delay that the peer advises may stand in a reason that is not shown. */
  #end(end: WireEnd): Readonly<Record<string, unknown>> {
    // A transport of the user's may have left the response enumerable; it is in no timeline.
    const { httpResponse: _response, ...facts } = end;
    const { sent, received, cause } = end;
    const retryAfterMs = advisedDelay(end);
    return {
      ...facts,
      ...(sent === undefined ? {} : { sent: this.frame(sent) }),
      ...(received === undefined ? {} : { received: this.frame(received) }),
      ...(cause === undefined ? {} : { cause: this.errors.error(cause) }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  }
}
