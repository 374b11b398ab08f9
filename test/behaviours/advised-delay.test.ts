/** A server that drains, and dialers that come back after the delay it advised. */
import { expect, test } from 'vitest';
import { type CloseReport, type Connection, createSupervisor, reconnectDelayOf } from '../../src/index.js';

const CLIENTS = 25;
const ADVISED_MS = 600;

/** Node's timers may fire a fraction of a ms early. */
const EARLY_MS = 2;

/** One client's way from the server's Close to its next attempt. */
interface Wait {
  readonly report: CloseReport;
  readonly delayMs: number;
  /** Monotonic ms. */
  readonly since: number;
  until?: number;
}

const handler = (connection: Connection) => connection.closed;

/**
 * Dialers with almost no backoff, so that each waits as long as the server advised, and the first wait of each.
 */
function aCrowd(url: string) {
  const supervisor = createSupervisor();
  const waits = new Map<string, Wait>();
  supervisor.events$.subscribe((event) => {
    if (event.type !== 'dialer.status') return;
    const { childId, status } = event;
    const wait = waits.get(childId);
    if (status.type === 'waiting' && wait === undefined)
      waits.set(childId, { report: status.report, delayMs: status.delayMs, since: performance.now() });
    if (status.type === 'dialing' && wait !== undefined) wait.until ??= performance.now();
  });
  const dialers = Array.from({ length: CLIENTS }, () =>
    supervisor.dial({ url, handler, backoff: { initialMs: 1, firstWithinMs: 0 } }),
  );
  return { supervisor, waits, allUp: () => Promise.all(dialers.map((dialer) => dialer.connected())) };
}

test('dialers obey the delay that a draining server advises, each its own', async () => {
  await using first = createSupervisor();
  await using second = createSupervisor();
  const { address } = await first.listen({ port: 0, host: '127.0.0.1', handler });
  const port = address?.port ?? 0;
  const { supervisor, waits, allUp } = aCrowd(`ws://127.0.0.1:${port}/`);
  await using _clients = supervisor;
  await allUp();

  expect(await first.drain({ spreadMs: 0, adviseReconnectMs: ADVISED_MS, reason: 'restart' })).toMatchObject({
    total: CLIENTS,
    clean: CLIENTS,
  });
  await second.listen({ port, host: '127.0.0.1', handler });
  await allUp();

  const advised: number[] = [];
  for (const { report, delayMs, since, until = Number.NaN } of waits.values()) {
    expect(report).toMatchObject({
      trigger: 'peer-closed',
      code: 1012,
      wasClean: true,
      retryAfterMs: reconnectDelayOf(report.reason),
    });
    const { retryAfterMs = Number.NaN } = report;
    expect(delayMs).toBeGreaterThanOrEqual(retryAfterMs);
    expect(until - since + EARLY_MS).toBeGreaterThanOrEqual(retryAfterMs);
    advised.push(retryAfterMs);
  }
  // The advised delays differ, and span the whole range that was asked for.
  expect(advised).toHaveLength(CLIENTS);
  expect(Math.max(...advised)).toBeGreaterThan(ADVISED_MS / 2);
  expect(Math.min(...advised)).toBeLessThan(ADVISED_MS / 2);
});
