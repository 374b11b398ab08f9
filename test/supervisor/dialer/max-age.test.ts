import { describe, expect, test } from 'vitest';
import type { Connection } from '../../../src/supervisor/api/connection.js';
import { aDialer, answer, HOUR } from '../../support/a-dialer.js';

describe('maxAgeMs', () => {
  test.each([
    [0, HOUR],
    [0.5, 0.95 * HOUR],
    [0.999, 0.9 * HOUR],
  ])('replaces a connection by itself in the last tenth of it, with chance %d after %d ms', async (chance, ageMs) => {
    const { clock, dialer, epochs, open, transport } = aDialer({ maxAgeMs: HOUR }, { random: () => chance });
    const old = await open();
    await clock.advanceAsync(ageMs - 1_000);
    expect(transport.dials).toHaveLength(1);
    await clock.advanceAsync(2_000);
    expect([transport.dials.length, dialer.state, old.asked]).toEqual([2, 'up', []]);
    await open();
    expect([old.asked, epochs()]).toEqual([['close 1000'], [1, 2]]);
    answer(old);
    await clock.advanceAsync(ageMs - 2_000);
    expect(transport.dials).toHaveLength(2);
    await clock.advanceAsync(4_000);
    expect(transport.dials).toHaveLength(3);
  });

  test('counts from the opening, not from when the handler was ready', async () => {
    const connections: Connection[] = [];
    const { clock, open, transport } = aDialer(
      {
        maxAgeMs: 10_000,
        ready: 'handler',
        handler: (connection) => {
          connections.push(connection);
          return connection.closed;
        },
      },
      { random: () => 0 },
    );
    await open();
    await clock.advanceAsync(8_000);
    connections[0]?.ready();
    await clock.advanceAsync(2_500);
    expect(transport.dials).toHaveLength(2);
  });

  test('counts from the opening of the connection that is up, also after a redial and after a loss', async () => {
    const { clock, dialer, fails, open, transport } = aDialer({ maxAgeMs: 10_000 }, { random: () => 0 });
    await open();
    await clock.advanceAsync(6_000);
    dialer.redial();
    await open();
    await clock.advanceAsync(6_000);
    expect(transport.dials).toHaveLength(2);
    await fails({ kind: 'socket-ended' });
    await open();
    await clock.advanceAsync(8_000);
    expect(transport.dials).toHaveLength(3);
    await clock.advanceAsync(3_000);
    expect(transport.dials).toHaveLength(4);
  });

  test('of a connection that is closing already does nothing', async () => {
    const { clock, dialer, open, transport } = aDialer({ maxAgeMs: 10_000 }, { random: () => 0 });
    const old = await open();
    await clock.advanceAsync(8_000);
    dialer.connection?.close();
    await clock.advanceAsync(3_000);
    expect(transport.dials).toHaveLength(1);
    answer(old);
    expect(await dialer.ended).toMatchObject({ reason: 'normal' });
  });
});
