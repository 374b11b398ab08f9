/**
 * What a consumer may do with a connection of its own. Only compiled: against the source, and against the packed
 * package.
 */
import { type Connection, connect, EndedError, type Supervisor } from 'wirekeeper';

export async function firstOf(url: string, supervisor: Supervisor, signal: AbortSignal): Promise<unknown> {
  await using connection: Connection = await connect(url, {
    headers: async ({ attempt }) => ({ 'x-attempt': String(attempt) }),
    limits: { openWithinMs: 5_000 },
    proxy: 'http://proxy.example.com:3128',
    redirects: 1,
    supervisor,
    signal,
  });
  return (await connection.receive())?.json();
}

export async function statusOf(url: URL): Promise<number | undefined> {
  try {
    // @ts-expect-error the caller is the handler
    await connect(url, { handler: async () => {} });
    // @ts-expect-error it is dialed once
    await connect(url, { retry: () => 'retry' });
    return undefined;
  } catch (error) {
    return error instanceof EndedError ? error.report?.httpStatus : undefined;
  }
}
