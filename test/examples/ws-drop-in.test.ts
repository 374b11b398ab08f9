import { once } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sharedSupervisor, WebSocket } from 'wirekeeper/ws';
import { start } from '../../examples/ws-drop-in.js';

let server: Awaited<ReturnType<typeof start>>;

beforeEach(async () => {
  server = await start({ port: 0 });
});
afterEach(async () => {
  server.close();
  await sharedSupervisor().stop();
});

async function join(): Promise<WebSocket> {
  const { port } = server.address() as { readonly port: number };
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
  await once(socket, 'open');
  return socket;
}

test('passes each message on to everybody, and says why a client has left', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  const [one, other] = [await join(), await join()];
  const heard = Promise.all([one, other].map((socket) => once(socket, 'message')));
  one.send('hello');
  expect((await heard).map(([data]) => String(data))).toEqual(['hello', 'hello']);
  one.close(4000, 'enough');
  await vi.waitFor(() => expect(log).toHaveBeenCalledWith(expect.stringContaining('4000')));
});

test('is drained by the supervisor of all', async () => {
  const socket = await join();
  const closed = once(socket, 'close');
  server.close();
  await sharedSupervisor().drain({ notReadyFirstMs: 0, finishFirstMs: 0, spreadMs: 0, withinMs: 5_000 });
  expect((await closed)[0]).toBe(1012);
});
