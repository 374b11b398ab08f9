import { setup } from 'xstate';
import type { CloseTrigger } from '../transport/close-report.js';
import type { WireLifeFact } from '../transport/wire-fact.js';

/**
 * Input of the connection machine: facts of the wire, deadlines of the clock, commands of the caller, the handler's
 * end.
 */
export type ConnectionEvent =
  | WireLifeFact
  | { readonly type: 'deadline.open' }
  | { readonly type: 'deadline.close' }
  | { readonly type: 'liveness.lost' }
  | { readonly type: 'handler.returned'; readonly code: number; readonly reason: string }
  | { readonly type: 'handler.threw'; readonly error: unknown }
  | { readonly type: 'close'; readonly code: number; readonly reason: string; readonly trigger: CloseTrigger }
  | { readonly type: 'terminate'; readonly trigger: 'terminated' | 'drained' | 'supervisor-stopped' };

/** What the connection machine asks of its runtime, by name. */
export type ConnectionEffect =
  | 'armOpenDeadline'
  | 'armCloseDeadline'
  | 'disarmDeadline'
  | 'startHandler'
  | 'interruptHandler'
  | 'interruptHandlerOnceRead'
  | 'keepHandlerError'
  | 'sendClose'
  | 'echoClose'
  | 'callOff'
  | 'endWire'
  | 'dropWire';

/** An effect without an implementation does nothing, so the machine can be walked without a socket. */
const effect = () => {};

/**
 * The socket is still there, but of no more use. Each state has this by itself, since an `on` of the root would lead
 * out of final states.
 */
const lost = { target: 'failed', actions: 'dropWire' } as const;

/**
 * The wire has failed the connection itself: the Close that it has sent (RFC 6455 section 7.1.7) must still get out. So
 * `endWire` ends the wire after that, and drops it when `closeWithinMs` has passed.
 */
const faulted = { target: 'failed', actions: 'endWire' } as const;

/** The closing handshake is complete. What ends the connection now makes no difference. */
const concluded = { target: '#connection.closed', actions: 'dropWire' } as const;

/** The same when the caller ends it: the caller does not wait for the frames before the peer's Close either. */
const abandoned = { target: '#connection.closed', actions: ['dropWire', 'interruptHandler'] } as const;

/** The closing handshake was cut short. */
const cutShort = { target: '#connection.failed', actions: 'dropWire' } as const;

/**
 * One connection, from its opening handshake to its end (RFC 6455 sections 4 and 7).
 *
 * The machine has no context, so a step is a pure function of state and event. Effects are names, which the runtime
 * implements; deadlines come in as events.
 *
 * A final state says that the outcome is decided. The socket may be gone only later: the close report is published
 * then, by the runtime, and not as an effect of this machine, which takes no more events.
 */
export const connectionMachine = setup({
  types: {
    events: {} as ConnectionEvent,
    tags: {} as 'writable',
  },
  actions: {
    armOpenDeadline: effect,
    armCloseDeadline: effect,
    disarmDeadline: effect,
    startHandler: effect,
    interruptHandler: effect,
    interruptHandlerOnceRead: effect,
    keepHandlerError: effect,
    sendClose: effect,
    echoClose: effect,
    callOff: effect,
    endWire: effect,
    dropWire: effect,
  } satisfies Record<ConnectionEffect, () => void>,
}).createMachine({
  id: 'connection',
  initial: 'connecting',
  states: {
    connecting: {
      entry: 'armOpenDeadline',
      exit: 'disarmDeadline',
      on: {
        'wire.opened': { target: 'open', actions: 'startHandler' },
        'wire.closed': 'failed',
        'wire.failed': lost,
        'deadline.open': lost,
        close: { target: 'closed', actions: 'callOff' },
        terminate: { target: 'closed', actions: 'callOff' },
      },
    },
    open: {
      tags: 'writable',
      on: {
        close: { target: 'closing.awaitingPeer', actions: ['sendClose', 'interruptHandler'] },
        'handler.returned': { target: 'closing.awaitingPeer', actions: ['sendClose', 'interruptHandler'] },
        'handler.threw': {
          target: 'closing.awaitingPeer',
          actions: ['keepHandlerError', 'sendClose', 'interruptHandler'],
        },
        'wire.closing': { target: 'closing.crossed', actions: ['echoClose', 'interruptHandlerOnceRead'] },
        'wire.closed': 'failed',
        'wire.failed': faulted,
        'liveness.lost': lost,
        terminate: lost,
      },
    },
    closing: {
      entry: 'armCloseDeadline',
      exit: 'disarmDeadline',
      initial: 'awaitingPeer',
      on: {
        'handler.threw': { actions: 'keepHandlerError' },
      },
      states: {
        awaitingPeer: {
          on: {
            'wire.closing': 'crossed',
            'wire.closed': '#connection.failed',
            'wire.failed': cutShort,
            'deadline.close': cutShort,
            'liveness.lost': cutShort,
            terminate: cutShort,
          },
        },
        crossed: {
          on: {
            'wire.closed': '#connection.closed',
            'wire.failed': concluded,
            'deadline.close': concluded,
            'liveness.lost': concluded,
            terminate: abandoned,
          },
        },
      },
    },
    closed: { type: 'final', entry: 'interruptHandlerOnceRead' },
    failed: { type: 'final', entry: 'interruptHandler' },
  },
});
