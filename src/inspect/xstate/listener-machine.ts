import { setup } from 'xstate';

/** What happens to a listener, as events of a machine. */
type ListenerEvent =
  | { readonly type: 'suspend' }
  | { readonly type: 'resume' }
  | { readonly type: 'stop' }
  /** A connection that it had accepted has ended. */
  | { readonly type: 'connection.ended' };

/**
 * A listener as a machine, so that it can be shown like the others. Nothing runs it: a listener has one of these states
 * by its own account, and each change is shown as the event that leads there.
 */
export const listenerMachine = setup({ types: { events: {} as ListenerEvent } }).createMachine({
  id: 'listener',
  initial: 'listening',
  states: {
    listening: { on: { suspend: 'suspended', stop: 'stopped', 'connection.ended': {} } },
    suspended: { on: { resume: 'listening', stop: 'stopped', 'connection.ended': {} } },
    stopped: { type: 'final' },
  },
});

/** The event that leads a listener to a state. */
export const LISTENER_EVENT = {
  listening: 'resume',
  suspended: 'suspend',
  stopped: 'stop',
} as const satisfies Record<string, ListenerEvent['type']>;
