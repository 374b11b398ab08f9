import { describe, expect, test } from 'vitest';
import type { Connection } from '../../../src/supervisor/api/connection.js';
import type { RetryContext } from '../../../src/supervisor/api/dialer.js';
import { A, aDialer, answer, B, LATER, REFUSED } from '../../support/a-dialer.js';
import { settled } from '../../support/settled.js';

describe('when the old connection ends by itself', () => {
  test('while the new one is dialed, that attempt goes on as the one of any redial', async () => {
    const { dialer, epochs, judged, open, urls } = aDialer();
    const old = await open();
    dialer.redial({ overlap: true, url: B });
    await settled();
    answer(old);
    expect([dialer.state, dialer.connection, dialer.url]).toEqual(['dialing', undefined, B]);
    await open();
    expect([dialer.state, dialer.connection?.epoch]).toEqual(['up', 2]);
    expect([urls(), epochs(), judged]).toEqual([[A, B], [1, 'dialing', 2], []]);
  });

  test('and that attempt fails, it is a failure, and the next one goes to the usual URL', async () => {
    const { dialer, epochs, fails, judged, open, urls } = aDialer();
    const old = await open();
    dialer.redial({ overlap: true, url: B });
    await settled();
    old.emitClosed({ kind: 'socket-ended' });
    await fails();
    await open();
    expect(judged).toMatchObject([[2, 2, { failures: 2 }]]);
    expect([urls(), epochs()]).toEqual([
      [A, B, A],
      [1, 'dialing', 'waiting', 'dialing', 3],
    ]);
  });

  test('while the new one waits for its turn, the status says so', async () => {
    const { dialer, open, statuses, supervisor, transport } = aDialer({}, { dialLimiter: { inFlight: 1 } });
    const old = await open();
    supervisor.dial({ id: 'other', url: B, handler: () => {} });
    await settled();
    dialer.redial({ overlap: true });
    await settled();
    expect([dialer.state, supervisor.stats().dials]).toEqual(['up', { inFlight: 1, queued: 1 }]);
    answer(old);
    expect([dialer.state, statuses().at(-1)]).toEqual(['dialing', { type: 'dialing', attempt: 2, queued: true }]);
    transport.lastWire.emitClosed(REFUSED);
    await open();
    expect(dialer).toMatchObject({ state: 'up', connection: { epoch: 2 } });
  });

  test('while the new one is open and not ready, the status says so', async () => {
    const connections: Connection[] = [];
    const { dialer, open, statuses } = aDialer({
      ready: 'handler',
      handler: (connection) => {
        connections.push(connection);
        return connection.closed;
      },
    });
    const old = await open();
    connections[0]?.ready();
    dialer.redial({ overlap: true });
    await open();
    answer(old);
    expect(statuses().at(-1)).toEqual({ type: 'dialing', attempt: 2, opened: true });
    connections[1]?.ready();
    expect(dialer).toMatchObject({ state: 'up', connection: { epoch: 2 } });
  });

  test('between two attempts, its own report is judged', async () => {
    const { clock, dialer, judged, open, statuses, transport } = aDialer({
      retry: (report) => {
        judged.push([report.epoch, 0, {} as RetryContext]);
        return { afterMs: 200 };
      },
    });
    const old = await open();
    dialer.redial({ overlap: true, url: B });
    await settled();
    transport.lastWire.emitClosed(REFUSED);
    await settled();
    old.emitClosed({ kind: 'socket-ended' });
    expect(statuses().at(-1)).toMatchObject({ type: 'waiting', attempt: 1, report: { epoch: 1 } });
    expect(judged.map(([epoch]) => epoch)).toEqual([2, 1]);
    await clock.advanceAsync(LATER);
    expect(transport.dials.at(-1)?.request.url).toBe(A);
    expect(transport.dials).toHaveLength(3);
  });
});

describe('while no connection is up, overlap changes nothing:', () => {
  test('a wait is cut short, and the URL holds for the one attempt', async () => {
    const { dialer, fails, open, transport, urls } = aDialer({ retry: () => ({ afterMs: Number.POSITIVE_INFINITY }) });
    await fails();
    dialer.redial({ overlap: true, url: B });
    await fails();
    dialer.redial();
    await open();
    expect([urls(), dialer.state, transport.dials.length]).toEqual([[A, B, A], 'up', 3]);
  });

  test('a first attempt goes on', async () => {
    const { dialer, open, urls } = aDialer();
    dialer.redial({ overlap: true, url: B });
    await open();
    expect([urls(), dialer.connection?.epoch]).toEqual([[A], 1]);
  });
});
