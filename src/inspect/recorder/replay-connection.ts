import type { ConnectionEvent } from '../../machines/connection-machine.js';
import {
  type CloseCause,
  type ConnectionStateName,
  causeAfter,
  closeCauseOf,
  keptError,
  reportOf,
} from '../../machines/ending.js';
import type { Step } from '../../machines/machine-state.js';
import type { CloseReport } from '../../transport/close-report.js';
import type { ConnectionTimeline, TimelineError, TimelineEvent } from '../../transport/timeline.js';
import type { WireEnd } from '../../transport/wire-fact.js';
import { readError } from './read-error.js';
import { readThrown } from './recorded-report.js';

/** Keeps of a connection's steps what its runtime keeps, and makes the report of it in the end. */
export class ReplayedEnding {
  #cause: CloseCause | undefined;
  #handlerError: { readonly error: unknown } | undefined;
  #end: WireEnd | undefined;
  #state: ConnectionStateName = 'connecting';

  constructor({ begun }: ConnectionTimeline) {
    if (begun === undefined) return;
    const { cause, handlerError, ...rest } = begun;
    this.#cause = { ...rest, cause: cause === undefined ? undefined : readError(cause) };
    if (handlerError !== undefined) this.#handlerError = { error: readThrown(handlerError) };
  }

  stepped(from: ConnectionStateName, recorded: TimelineEvent, { next, effects }: Step<ConnectionStateName>): void {
    const event = connectionEventOf(recorded);
    this.#state = next.name;
    if (next.name !== from) this.#cause = causeAfter(this.#cause, from, next.name, event);
    if (effects.includes('keepHandlerError')) this.#handlerError = keptError(this.#handlerError, event);
    if (event.type === 'wire.closed') this.#end = event.end;
  }

  noted(note: TimelineEvent): void {
    if (note.type === 'subscriber.threw') this.#handlerError ??= { error: thrownOf(note) };
  }

  /** The report; `undefined` if no step has ended the connection. */
  report({ id, childId, epoch, role, remoteAddress, end }: ConnectionTimeline): CloseReport | undefined {
    const wireEnd = this.#end;
    if (wireEnd === undefined || end === undefined) return undefined;
    const { endedAt, openedAt, lastHeardAt = 0, localStallMs, ...counts } = end.facts;
    const cause = this.#cause ?? closeCauseOf('connecting', { type: 'wire.closed', end: wireEnd });
    // The facts are in Unix ms already: here the clock shows those.
    return reportOf(cause, wireEnd, {
      outcome: this.#state === 'closed' ? 'closed' : 'failed',
      connectionId: id,
      childId,
      epoch,
      role,
      remoteAddress,
      wire: { ...counts, heardAt: lastHeardAt },
      openedNow: openedAt,
      endedAt,
      now: endedAt,
      localStallMs,
      handlerError: this.#handlerError,
    });
  }
}

/** Makes the event that the machine was given, errors included, of what was recorded of it. */
function connectionEventOf(recorded: TimelineEvent): ConnectionEvent {
  switch (recorded.type) {
    case 'handler.threw':
      return { type: recorded.type, error: thrownOf(recorded) };
    case 'wire.failed':
      return withCause(recorded) as unknown as ConnectionEvent;
    case 'wire.closed':
      return { ...recorded, end: withCause(recorded['end'] as object) } as unknown as ConnectionEvent;
    default:
      return recorded as unknown as ConnectionEvent;
  }
}

function withCause(recorded: object): object {
  const { cause } = recorded as { readonly cause?: TimelineError };
  return cause === undefined ? recorded : { ...recorded, cause: readError(cause) };
}

function thrownOf({ error, thrown }: TimelineEvent): unknown {
  return error === undefined ? thrown : readError(error as TimelineError);
}
