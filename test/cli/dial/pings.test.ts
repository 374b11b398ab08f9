import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Pings, PONG_WITHIN_MS } from '../../../src/cli/dial/pings.js';
import { type Connection, DeadlineError, EndedError } from '../../../src/index.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function scene() {
  const ending: { now?: () => void } = {};
  const closed = new Promise<void>((resolve) => {
    ending.now = resolve;
  });
  const ping = vi.fn<Connection['ping']>();
  const connection = { closed, ping } as unknown as Connection;
  const output = { pong: vi.fn(), noPong: vi.fn() };
  return { ending, ping, connection, output, pings: new Pings(output) };
}

test('reports how long each Pong took', async () => {
  const { ping, connection, output, pings } = scene();
  ping.mockResolvedValueOnce(1.5).mockResolvedValueOnce(2.5);
  pings.send(connection);
  pings.send(connection);
  await pings.settled();
  expect(output.pong.mock.calls).toEqual([[1.5], [2.5]]);
  expect(ping).toHaveBeenCalledWith({ withinMs: PONG_WITHIN_MS });
});

test('reports that none has come, and not that the connection ended first', async () => {
  const { ping, connection, output, pings } = scene();
  ping.mockRejectedValueOnce(new DeadlineError('late')).mockRejectedValueOnce(new EndedError('over'));
  pings.send(connection);
  pings.send(connection);
  await pings.settled();
  expect(output.noPong.mock.calls).toEqual([[PONG_WITHIN_MS]]);
  expect(output.pong).not.toHaveBeenCalled();
});

test('waits for those under way only', async () => {
  const { ping, connection, pings } = scene();
  await pings.settled();
  const answer: { now?: (ms: number) => void } = {};
  ping.mockReturnValue(
    new Promise((resolve) => {
      answer.now = resolve;
    }),
  );
  pings.send(connection);
  let isSettled = false;
  const settled = pings.settled().then(() => {
    isSettled = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  expect(isSettled).toBe(false);
  answer.now?.(1);
  await settled;
});

test('pings at once, then every so often, until the connection has ended', async () => {
  const { ending, ping, connection, pings } = scene();
  ping.mockResolvedValue(1);
  pings.sendEvery(100, connection);
  expect(ping).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(250);
  expect(ping).toHaveBeenCalledTimes(3);
  ending.now?.();
  await vi.advanceTimersByTimeAsync(250);
  expect(ping).toHaveBeenCalledTimes(3);
  expect(vi.getTimerCount()).toBe(0);
});
