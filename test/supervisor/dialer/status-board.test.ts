import { expect, test } from 'vitest';
import type { Connection } from '../../../src/supervisor/api/connection.js';
import type { ConnectionActor } from '../../../src/supervisor/connection/connection-actor.js';
import { StatusBoard } from '../../../src/supervisor/dialer/status-board.js';
import { EndedError } from '../../../src/transport/errors.js';
import { aParent } from '../../support/a-parent.js';

const aBoard = () => {
  const { services, events } = aParent();
  return { board: new StatusBoard('feed', services), events };
};

const exit = { id: 'feed', reason: 'shutdown', report: undefined } as const;
const connection = { send: () => 'taken' } as unknown as Connection;

test('has the connection that is up, and no other', () => {
  const { board } = aBoard();
  expect(board.connection).toBeUndefined();
  board.set({ type: 'up', connection });
  expect(board.connection).toBe(connection);
  board.set({ type: 'failed', exit });
  expect(board.connection).toBeUndefined();
});

test('a wait for a connection lasts across restarts, until the dialer is concluded', async () => {
  const { board } = aBoard();
  const first = board.connected({});
  board.set({ type: 'failed', exit });
  board.set({ type: 'dialing', attempt: 1 });
  board.connectionOpened(connection as Connection<unknown> as ConnectionActor);
  expect(await first).toBe(connection);
  const second = expect(board.connected({})).rejects.toThrow(EndedError);
  expect(board.isConcluded).toBe(false);
  board.conclude(exit);
  await second;
  await expect(board.connected({})).rejects.toThrow(EndedError);
  expect(await board.ended).toBe(exit);
  expect(board.isConcluded).toBe(true);
});

test('a dialer that is concluded without ever having run has stopped, and reports that once', () => {
  const { board, events } = aBoard();
  board.conclude(exit);
  expect(events).toEqual([{ type: 'dialer.status', childId: 'feed', status: { type: 'stopped', exit } }]);
  const after = aBoard();
  after.board.set({ type: 'failed', exit });
  after.board.conclude(exit);
  expect([after.board.status.type, after.events.length]).toEqual(['failed', 1]);
});
