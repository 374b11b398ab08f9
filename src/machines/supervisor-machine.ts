import { setup } from 'xstate';

/** Input of the supervisor machine: commands, and facts of its children. */
export type SupervisorMachineEvent =
  | { readonly type: 'drain' }
  /** Every connection of the drain has ended. */
  | { readonly type: 'drained' }
  /** The drain was called off: run on. */
  | { readonly type: 'resume' }
  /** The user's stop: a normal exit. While it is stopping already it changes nothing. */
  | { readonly type: 'stop' }
  /** The user's stop without closing handshakes; or the end of the time that a stop or a drain had for them. */
  | { readonly type: 'terminate' }
  /** The parent's stop: OTP's exit `shutdown`. */
  | { readonly type: 'shutdown' }
  /** More restarts than the intensity allows. */
  | { readonly type: 'child.escalated' }
  /** Every child has exited, and every connection has ended. */
  | { readonly type: 'children.gone' };

/** What the supervisor machine asks of its runtime, by name. */
export type SupervisorEffect =
  /** Take no new connections, and end the existing ones at the pace asked for. Answered by `drained`. */
  | 'startDrain'
  /** Drop what the drain has scheduled; it is over, was called off, or a stop supersedes it. */
  | 'endDrain'
  /** Stop the children, in reverse start order. Answered by `children.gone`. */
  | 'stopChildren'
  /** Terminate every child that still runs. */
  | 'terminateChildren'
  | 'exitNormal'
  | 'exitShutdown';

/** An effect without an implementation does nothing, so the machine can be walked without children. */
const effect = () => {};

/** Children are terminated before the stop reaches them: none of them begins a closing handshake. */
const terminated = { target: 'stopping.asked', actions: 'terminateChildren' } as const;

/**
 * One supervisor, from its start to the end of its last child. As in OTP, a supervisor whose restart intensity was
 * exceeded exits with `shutdown`, so that its parent does not start it again if it is transient.
 *
 * The machine has no context and no guards: why the supervisor stops is a child state.
 */
export const supervisorMachine = setup({
  types: { events: {} as SupervisorMachineEvent },
  actions: {
    startDrain: effect,
    endDrain: effect,
    stopChildren: effect,
    terminateChildren: effect,
    exitNormal: effect,
    exitShutdown: effect,
  } satisfies Record<SupervisorEffect, () => void>,
}).createMachine({
  id: 'supervisor',
  initial: 'running',
  states: {
    running: {
      on: {
        drain: 'draining',
        stop: 'stopping.asked',
        terminate: terminated,
        shutdown: 'stopping.shutDown',
        'child.escalated': 'stopping.escalated',
      },
    },
    draining: {
      entry: 'startDrain',
      exit: 'endDrain',
      on: {
        drained: 'stopping.asked',
        resume: 'running',
        stop: 'stopping.asked',
        terminate: terminated,
        shutdown: 'stopping.shutDown',
        'child.escalated': 'stopping.escalated',
      },
    },
    stopping: {
      entry: 'stopChildren',
      initial: 'asked',
      on: { terminate: { actions: 'terminateChildren' } },
      states: {
        asked: { on: { 'children.gone': { target: '#supervisor.stopped', actions: 'exitNormal' } } },
        shutDown: { on: { 'children.gone': { target: '#supervisor.stopped', actions: 'exitShutdown' } } },
        escalated: { on: { 'children.gone': { target: '#supervisor.failed', actions: 'exitShutdown' } } },
      },
    },
    stopped: { type: 'final' },
    failed: { type: 'final' },
  },
});
