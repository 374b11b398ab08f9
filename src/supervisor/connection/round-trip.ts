import { EndedError } from '../../transport/errors.js';
import type { Wire } from '../../transport/transport.js';
import type { PingOptions } from '../api/wait-options.js';
import { resolvePing } from '../options/resolve-wait.js';
import { within } from '../time/within.js';
import type { ConnectionActor } from './connection-actor.js';
import { note } from './tap.js';

/** What a Ping needs of a connection. */
type PingedConnection = Pick<ConnectionActor, 'id' | 'wire' | 'parent' | 'state' | 'isOpen' | 'closed' | 'report'>;

export async function ping(connection: PingedConnection, options?: PingOptions): Promise<number> {
  const { signal, withinMs, payload } = options === undefined ? {} : resolvePing(options);
  signal?.throwIfAborted();
  const { id, wire, state, report } = connection;
  if (wire === undefined || !connection.isOpen)
    throw new EndedError(`ping: connection ${id} is ${state}: it can send no Ping.`, { report });
  return within(
    answered(connection, wire, payload),
    { signal, withinMs },
    connection.parent.services.wheel,
    () => `ping: the peer has not answered within ${withinMs} ms; the connection is as it was.`,
  );
}

async function answered(connection: PingedConnection, wire: Wire, payload: Buffer | undefined): Promise<number> {
  const roundTripMs = await new Promise<number | undefined>((resolve) => {
    wire.ping(resolve, payload);
  });
  if (roundTripMs !== undefined) {
    note(connection, { type: 'ping.answered', roundTripMs });
    return roundTripMs;
  }
  throw new EndedError(`ping: connection ${connection.id} ended before its peer had answered.`, {
    report: await connection.closed,
  });
}
