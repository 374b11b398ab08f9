import { setup } from 'xstate';

/** Input of the dialer machine: facts of the attempt and its connection, verdicts, the clock's deadline, commands. */
export type DialerEvent =
  /** The attempt has led to a connection that is open and ready. */
  | { readonly type: 'dial.opened' }
  /** The attempt has failed: no URL, no header fields, no connection that is ready, or it was called off. */
  | { readonly type: 'dial.failed' }
  /** The connection that was up has ended, and its socket is gone. */
  | { readonly type: 'connection.ended' }
  /**
   * The connection that is up has begun to end in a way that decides what becomes of the dialer: its handler has
   * returned or thrown, or the user has closed it.
   */
  | { readonly type: 'connection.decided' }
  /** The retry policy wants another attempt, after the backoff. */
  | { readonly type: 'verdict.retry' }
  /** The retry policy gives up. */
  | { readonly type: 'verdict.stop' }
  /** The handler had returned while its connection was open. */
  | { readonly type: 'verdict.finished' }
  /** The handler had thrown while its connection was open. */
  | { readonly type: 'verdict.crashed' }
  | { readonly type: 'deadline.backoff' }
  /** The connection that is up has reached its greatest age. */
  | { readonly type: 'deadline.age' }
  /** The user wants another connection at once. */
  | ({ readonly type: 'redial'; readonly reason: string } & Redial)
  /** The user wants another connection, and keeps the one that is up until then. */
  | ({ readonly type: 'overlap'; readonly reason: string } & Redial)
  /** The user's stop: a normal exit. */
  | { readonly type: 'stop'; readonly code?: number; readonly reason?: string }
  /** The parent's stop, its drain, `terminateChild`: OTP's exit `shutdown`. */
  | { readonly type: 'shutdown' };

/** How the connection before is closed, 1000 if nothing is said, and where the next one is dialed. */
interface Redial {
  readonly code?: number;
  readonly url?: string | undefined;
}

/** What the dialer machine asks of its runtime, by name. */
export type DialerEffect =
  /**
   * Make one attempt: limiter, URL, header fields, opening handshake, the handler's word that it is ready. Answered by
   * `dial.opened` or `dial.failed`. If an attempt is under way already, that is the one.
   */
  | 'startDial'
  /** Call the attempt off. Answered by `dial.failed`, or by `dial.opened` if the connection was up just before. */
  | 'callOffDial'
  /** Start the closing handshake of the connection that is up. Answered by `connection.ended`. */
  | 'closeConnection'
  /**
   * Close the connection that is up, without waiting for its end: it ends beside the next one, and its end is no event
   * of this machine.
   */
  | 'retireConnection'
  /**
   * Call off the attempt beside the connection that is up, if there is one, without waiting for its end, which is no
   * event of this machine.
   */
  | 'retireDial'
  /** Decide what follows on the last ending. Answered by one of the verdicts. */
  | 'judge'
  | 'armBackoff'
  | 'disarmBackoff'
  | 'exitNormal'
  | 'exitShutdown'
  | 'exitAbnormal';

/** An effect without an implementation does nothing, so the machine can be walked without a network. */
const effect = () => {};

/**
 * One dialer, a single child across all its wires. A redial is a step inside it and no restart; each wire is a new
 * connection with its own machine.
 *
 * The machine has no context and no guards: what follows on an ending is decided by the retry policy and comes back as
 * an event, and who stopped the dialer is a child state.
 *
 * In `overlapping` the connection is up as in `up`, and attempts are made beside it until one of them takes its place.
 */
export const dialerMachine = setup({
  types: { events: {} as DialerEvent },
  actions: {
    startDial: effect,
    callOffDial: effect,
    closeConnection: effect,
    retireConnection: effect,
    retireDial: effect,
    judge: effect,
    armBackoff: effect,
    disarmBackoff: effect,
    exitNormal: effect,
    exitShutdown: effect,
    exitAbnormal: effect,
  } satisfies Record<DialerEffect, () => void>,
}).createMachine({
  id: 'dialer',
  initial: 'dialing',
  states: {
    dialing: {
      entry: 'startDial',
      on: {
        'dial.opened': 'up',
        'dial.failed': 'waiting',
        stop: { target: 'stopping.asked', actions: 'callOffDial' },
        shutdown: { target: 'stopping.shutDown', actions: 'callOffDial' },
      },
    },
    up: {
      on: {
        'connection.ended': 'waiting',
        redial: { target: 'dialing', actions: 'retireConnection' },
        overlap: 'overlapping',
        'deadline.age': 'overlapping',
        stop: { target: 'stopping.asked', actions: 'closeConnection' },
        shutdown: { target: 'stopping.shutDown', actions: 'closeConnection' },
      },
    },
    overlapping: {
      initial: 'dialing',
      on: {
        'connection.ended': 'waiting',
        'connection.decided': { target: 'up', actions: 'retireDial' },
        redial: { target: 'dialing', actions: 'retireConnection' },
        stop: { target: 'stopping.asked', actions: ['retireDial', 'closeConnection'] },
        shutdown: { target: 'stopping.shutDown', actions: ['retireDial', 'closeConnection'] },
      },
      states: {
        dialing: {
          entry: 'startDial',
          on: {
            'dial.opened': { target: '#dialer.up', actions: 'retireConnection' },
            'dial.failed': 'verdict',
            'connection.ended': '#dialer.dialing',
          },
        },
        verdict: {
          entry: 'judge',
          on: {
            'verdict.retry': 'backoff',
            'verdict.stop': '#dialer.up',
            'verdict.crashed': { target: '#dialer.failed', actions: ['retireConnection', 'exitAbnormal'] },
          },
        },
        backoff: {
          entry: 'armBackoff',
          exit: 'disarmBackoff',
          on: { 'deadline.backoff': 'dialing', overlap: 'dialing' },
        },
      },
    },
    waiting: {
      initial: 'verdict',
      on: {
        redial: 'dialing',
        overlap: 'dialing',
        stop: { target: 'stopped', actions: 'exitNormal' },
        shutdown: { target: 'stopped', actions: 'exitShutdown' },
      },
      states: {
        verdict: {
          entry: 'judge',
          on: {
            'verdict.retry': 'backoff',
            'verdict.stop': { target: '#dialer.stopped', actions: 'exitShutdown' },
            'verdict.finished': { target: '#dialer.stopped', actions: 'exitNormal' },
            'verdict.crashed': { target: '#dialer.failed', actions: 'exitAbnormal' },
          },
        },
        backoff: {
          entry: 'armBackoff',
          exit: 'disarmBackoff',
          on: { 'deadline.backoff': '#dialer.dialing' },
        },
      },
    },
    stopping: {
      initial: 'asked',
      on: { 'dial.opened': { actions: 'closeConnection' } },
      states: {
        asked: {
          on: {
            'dial.failed': { target: '#dialer.stopped', actions: 'exitNormal' },
            'connection.ended': { target: '#dialer.stopped', actions: 'exitNormal' },
          },
        },
        shutDown: {
          on: {
            'dial.failed': { target: '#dialer.stopped', actions: 'exitShutdown' },
            'connection.ended': { target: '#dialer.stopped', actions: 'exitShutdown' },
          },
        },
      },
    },
    stopped: { type: 'final' },
    failed: { type: 'final' },
  },
});
