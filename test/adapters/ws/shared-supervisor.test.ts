import { afterEach, expect, test } from 'vitest';
import { createSupervisor } from 'wirekeeper';
import { sharedSupervisor, shareSupervisor, WebSocketServer } from 'wirekeeper/ws';

afterEach(() => sharedSupervisor().stop());

test('there is one for all, made when it is needed, and again after it has ended', async () => {
  const first = sharedSupervisor();
  expect(sharedSupervisor()).toBe(first);
  await first.stop();
  expect(sharedSupervisor()).not.toBe(first);
});

test('a supervisor of one’s own takes its place', () => {
  const own = createSupervisor();
  shareSupervisor(own);
  expect(sharedSupervisor()).toBe(own);
});

test('a server without clients leaves nothing in it', () => {
  const server = new WebSocketServer({ noServer: true });
  expect(sharedSupervisor().countChildren().specs).toBe(0);
  server.close();
});
