import type { SupervisorStats } from '../../supervisor/api/stats.js';
import type { Buffered } from './buffered.js';

/** One value, with its labels. */
export type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** A metric that is read when it is asked for. */
export interface Reading {
  readonly type: 'gauge' | 'counter';
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly read: (stats: SupervisorStats) => readonly Sample[];
}

/** What `stats` of a supervisor says: counts that are kept as things happen. */
export const READINGS: readonly Reading[] = [
  gauge('supervisor_ready', 'Whether the supervisor takes new connections (1) or drains or stops (0).', ({ state }) =>
    Number(state === 'running'),
  ),
  gauge('connections', 'Connections that have not ended.', ['role', 'state'], ({ connectionsByRole }) =>
    (['accepted', 'dialed'] as const).flatMap((role) =>
      Object.entries(connectionsByRole[role]).map(([state, count]): Sample => [{ role, state }, count]),
    ),
  ),
  counter(
    'closing_handshakes_cut_short_total',
    'Connections whose closing handshake was not completed, by what cut it short.',
    ['ended_by'],
    ({ cutShort }) => Object.entries(cutShort).map(([by, count]): Sample => [{ ended_by: by }, count]),
  ),
  counter(
    'handshakes_refused_total',
    'Opening handshakes that a listener refused, by the reason that handshake.refused names.',
    ['why'],
    ({ refusedBy }) => Object.entries(refusedBy).map(([why, count]): Sample => [{ why }, count]),
  ),
  counter(
    'reads_throttled_total',
    'How often nothing was read from a connection for the rest of a second, because its peer was too fast.',
    ({ throttled }) => throttled,
  ),
  gauge(
    'held_bytes',
    'Bytes that connections hold, as maxTotalBufferedBytes bounds them: outgoing, incoming, and parts of messages.',
    ({ heldBytes }) => heldBytes,
  ),
  gauge(
    'event_loop_lag_seconds',
    'How late the event loop is, as maxLagMs bounds it: the median of the last five looks.',
    ({ load }) => load.lagMs / 1000,
  ),
  gauge(
    'memory_used_ratio',
    'The share of its memory that the process uses, as maxMemoryShare bounds it.',
    ({ load }) => load.memoryShare,
  ),
  gauge(
    'handshakes_in_progress',
    'Opening handshakes that await authenticate.',
    ({ handshakesInFlight }) => handshakesInFlight,
  ),
  gauge(
    'dials',
    'Dial attempts that are under way, and dialers that wait for the dial limit.',
    ['state'],
    ({ dials }) => [
      [{ state: 'in_flight' }, dials.inFlight],
      [{ state: 'queued' }, dials.queued],
    ],
  ),
  counter('frames_total', 'Data messages received, and taken for sending.', ['direction'], (stats) => [
    [{ direction: 'in' }, stats.framesIn],
    [{ direction: 'out' }, stats.framesOut],
  ]),
  counter(
    'payload_bytes_total',
    'Payload of data messages received, and taken for sending.',
    ['direction'],
    (stats) => [
      [{ direction: 'in' }, stats.bytesIn],
      [{ direction: 'out' }, stats.bytesOut],
    ],
  ),
  counter(
    'outgoing_frames_total',
    'Data messages given to send, by what became of them: written to the kernel, dropped by the slow-peer policy, ' +
      'discarded at a close, or unknown after a failure. Counted at the end of their connection, except for dropped.',
    ['fate'],
    ({ fates: { written, dropped, discarded, unknown } }) =>
      Object.entries({ written, dropped, discarded, unknown }).map(([fate, count]): Sample => [{ fate }, count]),
  ),
  gauge('children', 'Children of the supervisor itself, running or not.', ['kind'], ({ children }) => [
    [{ kind: 'listener' }, children.listeners],
    [{ kind: 'dialer' }, children.dialers],
    [{ kind: 'supervisor' }, children.supervisors],
    [{ kind: 'worker' }, children.workers],
  ]),
  counter(
    'child_restarts_total',
    'Restarts of children, those of child supervisors included.',
    ({ restarts }) => restarts,
  ),
  gauge(
    'lingering_handlers',
    'Handlers that still run although their connection has ended.',
    ({ lingeringHandlers }) => lingeringHandlers,
  ),
  gauge('drains', 'Drains that are under way.', ({ drains }) => drains.underWay),
  gauge('drain_connections_left', 'Connections that drains are still to end.', ({ drains }) => drains.connectionsLeft),
  counter(
    'event_loop_stall_seconds_total',
    'How long the event loop has been stalled, as far as deadlines have shown it; stalls up to 50 ms do not count.',
    ({ localStallMs }) => localStallMs / 1000,
  ),
];

/** What a walk over the connections finds. */
export const BUFFERED_READINGS = [
  {
    name: 'buffered_bytes',
    help: 'Bytes taken for sending that the kernel does not have yet, read connection by connection at the scrape.',
    read: ({ bytes }: Buffered): number => bytes,
  },
  {
    name: 'buffering_connections',
    help: 'Connections that hold such bytes.',
    read: ({ connections }: Buffered): number => connections,
  },
] as const;

type ReadOne = (stats: SupervisorStats) => number;

function gauge(name: string, help: string, read: ReadOne): Reading;
function gauge(name: string, help: string, labels: readonly string[], read: Reading['read']): Reading;
function gauge(name: string, help: string, ...rest: [ReadOne] | [readonly string[], Reading['read']]): Reading {
  return { type: 'gauge', name, help, ...readingOf(rest) };
}

function counter(name: string, help: string, read: ReadOne): Reading;
function counter(name: string, help: string, labels: readonly string[], read: Reading['read']): Reading;
function counter(name: string, help: string, ...rest: [ReadOne] | [readonly string[], Reading['read']]): Reading {
  return { type: 'counter', name, help, ...readingOf(rest) };
}

function readingOf(rest: [ReadOne] | [readonly string[], Reading['read']]): Pick<Reading, 'labels' | 'read'> {
  if (rest.length === 2) return { labels: rest[0], read: rest[1] };
  const [read] = rest;
  return { labels: [], read: (stats) => [[{}, read(stats)]] };
}
