/**
 * How long a consumer may wait. Only compiled: against the source, and against the packed package.
 */
import type { Connection } from 'wirekeeper';

export async function latencyOf(connection: Connection): Promise<number> {
  const known: number | undefined = connection.latencyMs;
  // @ts-expect-error Pings are numbered by their payload
  await connection.ping('payload');
  return known ?? (await connection.ping({ withinMs: 1_000 }));
}

export async function roomFor(connection: Connection, signal: AbortSignal): Promise<void> {
  await connection.writable({ signal, withinMs: 1_000 });
  // @ts-expect-error a signal is one of the options
  await connection.writable(signal);
}
