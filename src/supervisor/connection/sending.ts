import { NotSentError } from '../../transport/errors.js';
import type { Sendable } from '../../transport/frame.js';
import type { Wire } from '../../transport/transport.js';
import type { SendResult } from '../api/connection.js';
import type { WaitOptions } from '../api/wait-options.js';
import { resolveWait } from '../options/resolve-wait.js';
import { within } from '../time/within.js';
import type { ConnectionActor } from './connection-actor.js';
import { COUNTED_FROM } from './holdings.js';
import { BURST_SHARE, Burst, isOver, sendOn, sizeOf, Writability } from './outbound.js';
import { note } from './tap.js';

/** The wires of which observers know that more than `highWaterMark` waits. */
const aboveMark = new WeakSet<Wire>();

/** What sending needs of a connection. */
export type SendingConnection = Pick<
  ConnectionActor,
  'id' | 'wire' | 'parent' | 'inbox' | 'state' | 'isOpen' | 'lazy' | 'closeCause' | 'closeFor'
>;

export function send(connection: SendingConnection, data: Sendable): SendResult {
  const bytes = sizeOf(data);
  const { wire } = connection;
  if (wire === undefined || !connection.isOpen) return 'closed';
  const { limits, services } = connection.parent;
  const waiting = wire.heldBytes + bytes;
  // The exact look costs an object, so it is left out while little waits.
  if (waiting > limits.maxBufferedBytes / BURST_SHARE && isTooMuch(connection, wire, bytes)) {
    return refuse(connection, wire, bytes);
  }
  const bytesBefore = wire.bytesOut;
  if (!sendOn(wire, data)) return 'closed';
  services.totals.framesOut += 1;
  services.totals.bytesOut += wire.bytesOut - bytesBefore;
  if (waiting > COUNTED_FROM) services.holdings.note(connection);
  if (waiting <= limits.highWaterMark) return 'taken';
  if (services.tap.isObserved) noteHighWater(connection, wire);
  return 'backpressure';
}

export async function sendAndWait(connection: SendingConnection, data: Sendable, options?: WaitOptions): Promise<void> {
  const { signal, withinMs }: WaitOptions = options === undefined ? {} : resolveWait(options, 'sendAndWait');
  signal?.throwIfAborted();
  const result = send(connection, data);
  const { id, state, wire } = connection;
  if (result === 'closed') throw new NotSentError('closed', `connection ${id} is ${state}: the message was not taken.`);
  if (result === 'dropped')
    throw new NotSentError('dropped', `connection ${id} has too much waiting for its peer: the message was dropped.`);
  const written = new Promise<void>((resolve, reject) => {
    wire?.confirm((fate) => {
      if (fate === 'written') resolve();
      else reject(notSent(connection, fate));
    });
  });
  await within(
    written,
    { signal, withinMs },
    connection.parent.services.wheel,
    () => `sendAndWait: the message was not handed to the kernel within ${withinMs} ms; it is still on its way.`,
  );
}

export async function writable(connection: SendingConnection, options?: WaitOptions): Promise<void> {
  const { signal, withinMs }: WaitOptions = options === undefined ? {} : resolveWait(options, 'writable');
  signal?.throwIfAborted();
  const { wire, lazy, parent } = connection;
  if (wire === undefined || !connection.isOpen || wire.heldBytes <= parent.limits.highWaterMark) return;
  lazy.writability ??= new Writability(wire);
  const { released, leave } = lazy.writability.wait();
  try {
    await within(
      released,
      { signal, withinMs },
      parent.services.wheel,
      () => `writable: there was no room within ${withinMs} ms; what waits is still on its way.`,
    );
  } finally {
    leave();
  }
}

/**
 * Whether a further message of this size would exceed the bytes that may wait for the peer. The peer can hardly have
 * taken what was sent in this turn of the event loop: where little waited before, that may be as much again.
 */
function isTooMuch({ parent, lazy }: SendingConnection, wire: Wire, bytes: number): boolean {
  const { maxBufferedBytes } = parent.limits;
  lazy.burst ??= Burst.begin(lazy, wire, maxBufferedBytes);
  if (!isOver(wire, bytes, maxBufferedBytes)) return false;
  wire.flush();
  return isOver(wire, bytes, maxBufferedBytes + lazy.burst.allowedBytes(wire, maxBufferedBytes));
}

/** The slow-peer policy. A Close gets out only past what waits, so the queue is discarded first. */
function refuse(connection: SendingConnection, wire: Wire, bytes: number): SendResult {
  const { limits, services } = connection.parent;
  services.totals.framesDropped += 1;
  note(connection, { type: 'message.dropped', bytes });
  if (limits.slowPeer === 'close') {
    wire.discard();
    connection.closeFor('slow-peer', 1013, 'peer reads too slowly');
  }
  return 'dropped';
}

/** Notes that more than the mark waits, and when all of it was handed to the kernel. */
function noteHighWater(connection: SendingConnection, wire: Wire): void {
  if (aboveMark.has(wire)) return;
  aboveMark.add(wire);
  note(connection, { type: 'high-water.reached', bufferedBytes: wire.bufferedBytes });
  const drained = wire.drained$.subscribe(() => {
    drained.unsubscribe();
    aboveMark.delete(wire);
    note(connection, { type: 'high-water.left' });
  });
}

function notSent({ id, closeCause }: SendingConnection, fate: 'discarded' | 'unknown'): NotSentError {
  if (fate === 'unknown')
    return new NotSentError('unknown', `connection ${id} ended before the message was known to have left.`);
  const why = closeCause?.trigger === 'slow-peer' ? 'its peer reads too slowly' : 'it ended first';
  return new NotSentError('discarded', `a message of connection ${id} was discarded: ${why}.`);
}
