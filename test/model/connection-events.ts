import type { ConnectionEvent } from '../../src/machines/index.js';
import type { WireEndKind, WireFault } from '../../src/transport/wire-fact.js';

const NOTHING_LOST = { frames: 0, bytes: 0 };

/** What a handler throws in these walks. */
const HANDLER_BUG = new Error('a bug of the handler');

const opened: ConnectionEvent = { type: 'wire.opened', protocol: '', remoteAddress: undefined };

const closes: readonly ConnectionEvent[] = [
  { type: 'close', code: 1000, reason: '', trigger: 'close-called' },
  { type: 'close', code: 1011, reason: 'internal', trigger: 'close-called' },
  { type: 'close', code: 3000, reason: '', trigger: 'close-called' },
  { type: 'close', code: 4001, reason: 'r'.repeat(123), trigger: 'close-called' },
  { type: 'close', code: 4999, reason: 'drei Männer', trigger: 'close-called' },
];

const handlerEnds: readonly ConnectionEvent[] = [
  { type: 'handler.returned', code: 1000, reason: '' },
  { type: 'handler.returned', code: 4000, reason: 'done' },
  { type: 'handler.threw', error: HANDLER_BUG },
];

const peerCloses: readonly ConnectionEvent[] = [
  { type: 'wire.closing', received: { code: 1000, reason: '' } },
  { type: 'wire.closing', received: { code: 1005, reason: '' } },
  { type: 'wire.closing', received: { code: 1012, reason: 'restart' } },
  { type: 'wire.closing', received: { code: 4999, reason: 'drei Frauen' } },
];

const CODES: Readonly<Record<WireFault, number | undefined>> = {
  'protocol-error': 1002,
  'too-big': 1009,
  limit: 1008,
  'socket-ended': undefined,
};

/** A fault of the wire; the Close that it sends about it only if none was sent before. */
function failed(fault: WireFault, hasSent: boolean): ConnectionEvent {
  const code = CODES[fault];
  return {
    type: 'wire.failed',
    fault,
    cause: new Error(fault),
    ...(code === undefined || hasSent ? {} : { sent: { code, reason: '' } }),
  };
}

const faults = (hasSent: boolean): readonly ConnectionEvent[] =>
  (['protocol-error', 'too-big', 'limit', 'socket-ended'] as const).map((fault) => failed(fault, hasSent));

function gone(kind: WireEndKind): ConnectionEvent {
  return {
    type: 'wire.closed',
    end: { kind, unconfirmed: NOTHING_LOST, ...(kind === 'refused' ? { httpStatus: 403 } : {}) },
  };
}

const lost: readonly ConnectionEvent[] = [{ type: 'terminate', trigger: 'terminated' }, { type: 'liveness.lost' }];

/**
 * What can happen in each state, every variant of a payload listed one by one: `createTestModel` walks the events it is
 * given and skips the rest silently.
 */
export const eventsIn: Readonly<Record<string, readonly ConnectionEvent[]>> = {
  connecting: [
    opened,
    gone('refused'),
    gone('dial-failed'),
    failed('protocol-error', false),
    { type: 'deadline.open' },
    ...closes.slice(0, 1),
    { type: 'terminate', trigger: 'terminated' },
  ],
  open: [...closes, ...handlerEnds, ...peerCloses, ...faults(false), gone('socket-error'), ...lost],
  'closing.awaitingPeer': [
    ...peerCloses,
    ...handlerEnds.slice(-1),
    ...faults(true),
    gone('socket-error'),
    { type: 'deadline.close' },
    ...lost,
  ],
  'closing.crossed': [
    ...handlerEnds.slice(-1),
    failed('protocol-error', true),
    gone('closed'),
    { type: 'deadline.close' },
    ...lost,
  ],
};

/** What the state has no transition for, and may yet be tried: nothing must come of it. */
export const ignoredIn: Readonly<Record<string, readonly ConnectionEvent[]>> = {
  'closing.awaitingPeer': [...closes.slice(3), ...handlerEnds.slice(0, 2)],
  'closing.crossed': [...closes.slice(3), ...handlerEnds.slice(0, 2)],
};
