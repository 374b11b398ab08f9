import { type Channel, channel } from 'node:diagnostics_channel';
import type { SupervisorEvent } from '../api/events.js';

/**
 * Publishes events on the channels of `node:diagnostics_channel`, through which a program sees those of all its
 * supervisors without having them. The name of a channel is that of its event: `wirekeeper:connection:opened`.
 */
export function publishOnChannel(supervisor: object | undefined, event: SupervisorEvent): void {
  const { [event.type]: own } = CHANNELS;
  if (own.hasSubscribers) own.publish({ supervisor, event });
}

/** Whether anybody is subscribed to the channel of an event. */
export function hasChannelSubscribers(type: SupervisorEvent['type']): boolean {
  return CHANNELS[type].hasSubscribers;
}

/** `createSupervisor` has made a supervisor; also `connect`, for a connection of its own. */
export function publishCreated(supervisor: object): void {
  if (CREATED.hasSubscribers) CREATED.publish({ supervisor });
}

const CREATED = channel('wirekeeper:supervisor:created');

/** Each event has a channel: a new kind of event does not compile without one. */
const TYPES = {
  'listener.started': true,
  'listener.suspended': true,
  'listener.resumed': true,
  'listener.stopped': true,
  'listener.error': true,
  'handshake.refused': true,
  'handshake.taken': true,
  'connection.opened': true,
  'connection.ended': true,
  'connection.throttled': true,
  'handler.left-subscribers': true,
  'handler.lingering': true,
  'handler.finished': true,
  'dialer.status': true,
  'dialer.judged': true,
  'child.stuck': true,
  'child.started': true,
  'child.start-failed': true,
  'child.exited': true,
  'child.restarting': true,
  'child.kept': true,
  'child.forgotten': true,
  'supervisor.escalated': true,
  'drain.started': true,
  'drain.suspended': true,
  'drain.progress': true,
  'drain.ended': true,
  'observer.threw': true,
  'supervisor.stopping': true,
  'supervisor.stopped': true,
} as const satisfies Readonly<Record<SupervisorEvent['type'], true>>;

const CHANNELS = Object.fromEntries(
  Object.keys(TYPES).map((type) => [type, channel(`wirekeeper:${type.replace('.', ':')}`)]),
) as Readonly<Record<SupervisorEvent['type'], Channel>>;
