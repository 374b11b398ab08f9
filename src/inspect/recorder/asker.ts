import type { ConnectionEvent } from '../../machines/connection-machine.js';
import type { DialerEvent } from '../../machines/dialer-machine.js';
import type { SupervisorMachineEvent } from '../../machines/supervisor-machine.js';
import type { CloseTrigger } from '../../transport/close-report.js';
import type { Asker, Timeline, TimelineEvent } from '../../transport/timeline.js';

/** Returns who asked for a step of a machine; the supervisor starts it. */
export function askerOf(machine: Timeline['machine'], event: TimelineEvent | undefined): Asker {
  if (event === undefined) return 'supervisor';
  switch (machine) {
    case 'connection':
      return askerOfConnection(event);
    case 'dialer':
      return OF_DIALER[event.type as DialerEvent['type']] ?? 'supervisor';
    case 'supervisor':
      return OF_SUPERVISOR[event.type as SupervisorMachineEvent['type']] ?? 'supervisor';
  }
}

/** Askers that the type of the event decides; `close`, `terminate`, and `wire.closed` say more. */
const OF_CONNECTION: Readonly<Record<ConnectionEvent['type'], Asker>> = {
  'wire.opened': 'peer',
  'wire.closing': 'peer',
  'wire.failed': 'peer',
  'wire.closed': 'network',
  'deadline.open': 'clock',
  'deadline.close': 'clock',
  'liveness.lost': 'clock',
  'handler.returned': 'handler',
  'handler.threw': 'handler',
  close: 'supervisor',
  terminate: 'supervisor',
};

/** Triggers of `close` and `terminate` that do not come from the supervisor. */
const BY_TRIGGER: Partial<Record<CloseTrigger, Asker>> = {
  'close-called': 'user',
  terminated: 'user',
  idle: 'clock',
  quiet: 'clock',
  expired: 'clock',
  'slow-handler': 'clock',
  'frame-deadline': 'clock',
};

const OF_DIALER: Readonly<Record<DialerEvent['type'], Asker>> = {
  'dial.opened': 'network',
  'dial.failed': 'network',
  'connection.ended': 'network',
  'connection.decided': 'handler',
  'verdict.retry': 'supervisor',
  'verdict.stop': 'supervisor',
  'verdict.finished': 'handler',
  'verdict.crashed': 'handler',
  'deadline.backoff': 'clock',
  'deadline.age': 'clock',
  redial: 'user',
  overlap: 'user',
  stop: 'user',
  shutdown: 'supervisor',
};

const OF_SUPERVISOR: Readonly<Record<SupervisorMachineEvent['type'], Asker>> = {
  drain: 'user',
  drained: 'supervisor',
  resume: 'user',
  stop: 'user',
  terminate: 'user',
  shutdown: 'supervisor',
  'child.escalated': 'supervisor',
  'children.gone': 'supervisor',
};

function askerOfConnection(event: TimelineEvent): Asker {
  const { type, trigger, end } = event as { readonly type: ConnectionEvent['type'] } & Record<string, unknown>;
  if (type === 'close' || type === 'terminate') return BY_TRIGGER[trigger as CloseTrigger] ?? 'supervisor';
  if (type === 'wire.closed' && (end as { readonly kind?: unknown } | undefined)?.kind === 'refused') return 'peer';
  return OF_CONNECTION[type] ?? 'network';
}
