import type { Wire } from '../../transport/transport.js';
import type { Liveness } from '../api/limits.js';
import { onceRead } from '../time/once-read.js';
import { msLeft, pingAfterMs } from './answer-window.js';
import type { ConnectionActor } from './connection-actor.js';
import type { Pinger } from './heartbeat.js';
import { note } from './tap.js';

/** A Ping that awaits its answer. Times are whole monotonic ms, as `heardAt` is. */
export class Probe {
  /** When it was sent, or when something last excused the peer. */
  at: number;
  /** When the latest Ping was sent, if the first one got no answer. */
  latestAt: number;
  /** When the probe was looked at last. */
  lookedAt: number;
  /** How many bytes had been written by then, if others waited behind them; -1 if none waited. */
  writtenBytes = -1;

  constructor(at: number) {
    this.at = this.latestAt = this.lookedAt = at;
  }
}

/** What liveness needs of a connection. The connection itself is the task on the wheel: each one has liveness. */
export type LiveConnection = Pick<
  ConnectionActor,
  'wire' | 'parent' | 'probe' | 'dispatch' | 'wheelSlot' | 'onDue' | 'lazyIfMade'
>;

/*
 * Finds half-open sockets (RFC 6455 section 5.5.2): pings the peer, whether it is quiet or not, since a peer that talks
 * may have stopped reading, and reports the connection as lost when no answer comes in time. Silence that may be our
 * own doing does not count: a paused socket is not read, the peer has to read what waits before the Ping first, and
 * after a stall of this process the answer may lie in the kernel unread.
 */

/**
 * Schedules the first Ping at a random moment in the second half of the interval: the peer was heard just now, and no
 * sweep should ping everybody at once.
 */
export function startLiveness(connection: LiveConnection, random: () => number): void {
  const { liveness, services } = connection.parent;
  if (liveness !== false) services.wheel.schedule(connection, pingAfterMs(liveness) * (0.5 + random() / 2));
}

export function stopLiveness(connection: LiveConnection): void {
  connection.parent.services.wheel.cancel(connection);
  connection.probe = undefined;
}

/** The connection's turn on the wheel: sends a Ping, or looks at the one that awaits its answer. */
export function livenessDue(connection: LiveConnection, now: number): void {
  const { wire, probe } = connection;
  const { liveness } = connection.parent;
  if (wire === undefined || liveness === false) return;
  if (probe === undefined) pingPeer(connection, wire, now, liveness);
  else if (pingerOf(connection, wire).awaitsPong)
    onceRead(() => {
      if (connection.probe === probe) look(connection, probe);
    });
  else answered(connection, probe, now, liveness);
}

function pingPeer(connection: LiveConnection, wire: Wire, now: number, liveness: Liveness): void {
  const probe = new Probe(Math.floor(now));
  connection.probe = probe;
  // Bytes that still wait after this turn has written what it sent are waiting for the peer.
  if (wire.bufferedBytes > 0) setImmediate(noteBacklog, wire, probe);
  pingAndNote(connection, wire);
  connection.parent.services.wheel.schedule(connection, Math.min(liveness.answerWithinMs, pingAfterMs(liveness)));
}

/** What the peer is pinged by. */
function pingerOf({ lazyIfMade }: LiveConnection, wire: Wire): Pinger {
  return lazyIfMade?.heartbeat ?? wire;
}

/** Sends a Ping. Its answer is noted where somebody observes. */
function pingAndNote(connection: LiveConnection, wire: Wire): void {
  const pinger = pingerOf(connection, wire);
  if (!connection.parent.services.tap.isObserved) pinger.ping();
  else {
    pinger.ping((roundTripMs) => {
      if (roundTripMs !== undefined) note(connection, { type: 'ping.answered', roundTripMs });
    });
  }
}

/** Keeps the phase, whenever the answer came: otherwise a storm of accepts would become a storm of Pings. */
function answered(connection: LiveConnection, { latestAt }: Probe, now: number, liveness: Liveness): void {
  connection.probe = undefined;
  connection.parent.services.wheel.schedule(connection, Math.max(1, latestAt + pingAfterMs(liveness) - now));
}

function noteBacklog(wire: Wire, probe: Probe): void {
  probe.writtenBytes = wire.bufferedBytes === 0 ? -1 : wire.bytesOut - wire.bufferedBytes;
}

/** Judges a Ping that had no answer when its deadline passed; what had arrived by then has been read. */
function look(connection: LiveConnection, probe: Probe): void {
  const { wire } = connection;
  const { liveness, services } = connection.parent;
  if (wire === undefined || liveness === false) return;
  const now = services.clock.now();
  const pinger = pingerOf(connection, wire);
  if (!pinger.awaitsPong) {
    answered(connection, probe, now, liveness);
    return;
  }
  if (isExcused(wire, probe)) probe.at = Math.floor(now);
  const leftMs = msLeft(
    {
      sinceMs: now - probe.at,
      stalls: services.wheel.stallsSince(probe.at),
      isHeard: wire.heardAt >= probe.at,
      unprovenBytes: pinger.unprovenBytes,
    },
    liveness,
  );
  note(connection, { type: 'ping.unanswered', sinceMs: now - probe.at, leftMs });
  if (leftMs === 0) {
    connection.probe = undefined;
    connection.dispatch({ type: 'liveness.lost' });
    return;
  }
  const pingInMs = probe.latestAt + pingAfterMs(liveness) - now;
  // Before a Ping is sent, which does not wait for the peer but for the end of this turn.
  noteBacklog(wire, probe);
  // A peer that talks gets a second Ping before it is given up.
  if (pingInMs <= 0 && wire.heardAt >= probe.at) {
    pingAndNote(connection, wire);
    probe.latestAt = Math.floor(now);
  }
  probe.lookedAt = Math.floor(now);
  const nextPingInMs = pingInMs > 0 ? pingInMs : Number.POSITIVE_INFINITY;
  services.wheel.schedule(connection, Math.min(leftMs, liveness.answerWithinMs, nextPingInMs));
}

/**
 * Whether a peer cannot have answered, or shows life in another way: this side does not read, the peer takes bytes that
 * had waited for it, or it is in the middle of a frame, where no Pong can come.
 */
function isExcused(wire: Wire, { writtenBytes, lookedAt }: Probe): boolean {
  if (wire.isPaused) return true;
  if (writtenBytes >= 0 && wire.bytesOut - wire.bufferedBytes > writtenBytes) return true;
  return wire.isReceiving && wire.heardAt > lookedAt;
}
